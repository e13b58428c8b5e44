"""A right taken away, whatever the roles say."""

from core.api import Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def deny(actor, permission):
    return permission == "contacts.contact.delete"
