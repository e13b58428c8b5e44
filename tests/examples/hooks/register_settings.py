"""A value that administrators may change."""

from core.api import Manifest, _, hookimpl, setting_flag

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_settings():
    return [setting_flag("example.loud", _("Greet loudly"), default=True)]
