"""An entry in the side menu."""

from core.api import Manifest, MenuItem, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_menu():
    return [MenuItem("example.newest", _("Newest people"), "/contacts/contact?sort=-created_at", "star",
                     "contacts.contact.view")]
