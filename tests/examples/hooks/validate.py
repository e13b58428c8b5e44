"""A rule of one's own, told with all others at once."""

from core.api import Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def validate(entity, changes):
    if entity.name != "contacts.contact":
        return []
    return [change.error("name", _("Nobody is called so.")) for change in changes if change.after["name"] == "Nobody"]
