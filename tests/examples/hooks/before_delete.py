"""A deletion refused, with the reason."""

from core.api import Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def before_delete(entity, records):
    if entity.name == "contacts.contact" and any(record["city"] == "Rome" for record in records):
        return [_("People in Rome stay.")]
    return []
