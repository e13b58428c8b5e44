"""Who may be the same person."""

from core.api import Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def find_duplicates(entity, values):
    if entity.name != "contacts.contact" or not values.get("city"):
        return []
    return [entity.table.c.city == values["city"]]
