"""A field that is stored in another plugin's records, with a rule and a button of its own."""

from core.api import Action, AddedField, Manifest, _, fields, hookimpl, records

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))
CONTACT, WAREHOUSE = "contacts.contact", "custom.example_warehouse"


@hookimpl
def register_added_fields():
    warehouse = fields.choice(_("Warehouse"), {"north": _("North"), "south": _("South")}, filter=True)
    return [AddedField(CONTACT, "example_warehouse", warehouse, after="city", in_list=True)]


@hookimpl
def validate(entity, changes):
    if entity.name != CONTACT:
        return []
    return [change.error(WAREHOUSE, _("Rome is served from the south.")) for change in changes
            if change.after.get("city") == "Rome" and change.after.get(WAREHOUSE) == "north"]


def serve_from_south(record_id, values):
    records.update(CONTACT, record_id, {WAREHOUSE: "south"})


@hookimpl
def register_actions():
    return [Action(CONTACT, "serve_from_south", _("Serve from the south"), serve_from_south,
                   permission=f"{CONTACT}.change")]  # fmt: skip
