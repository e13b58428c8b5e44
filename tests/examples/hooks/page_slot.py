"""A note above some records of another plugin."""

from core.api import Manifest, TemplatePart, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def page_slot(slot, context):
    if slot == "record.top" and context.entity.name == "contacts.contact" and context.record.get("city") == "Rome":
        return [TemplatePart("example/note.html", {"text": _("All roads lead here.")})]
    return []
