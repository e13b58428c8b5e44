"""A value set after all checks, just before writing."""

from core.api import Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def before_save(entity, changes):
    if entity.name == "contacts.contact":
        for change in changes:
            change.set("note", "Checked.")
