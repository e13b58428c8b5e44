"""A verb on a record, for the page and the API."""

from core.api import Action, Manifest, _, hookimpl, records

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


def greet(record_id, values):
    name = records.get("contacts.contact", record_id)["name"]
    return {"greeting": f"Hello, {name}."}


@hookimpl
def register_actions():
    return [Action("contacts.contact", "greet", _("Greet"), greet, permission="contacts.contact.view")]
