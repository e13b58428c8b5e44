"""A right that a role can be given."""

from core.api import Manifest, Permission, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_permissions():
    return [Permission("example.greet", _("Greet people"))]
