"""Another plugin's list with other columns."""

from core.api import ListScreen, Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_screens():
    return [ListScreen("contacts.contact", columns=("name", "city"), sort="city")]
