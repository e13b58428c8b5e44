"""A value that follows from another one, before anything is checked."""

from core.api import Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def prepare(entity, changes):
    if entity.name == "contacts.contact":
        for change in changes:
            if change.after.get("country") == "VA" and not change.after.get("city"):
                change.set("city", "Vatican City")
