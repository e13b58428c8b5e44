"""A tab on another plugin's record page."""

from core.api import Manifest, RelatedList, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_panels():
    return [RelatedList(on="contacts.company", entity="contacts.contact", via="company_id", label=_("Whole staff"))]
