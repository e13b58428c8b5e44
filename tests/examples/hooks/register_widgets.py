"""A block of the dashboard."""

from core.api import Manifest, TemplatePart, Widget, _, current_user, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


def render():
    return TemplatePart("example/note.html", {"text": current_user().name})


@hookimpl
def register_widgets():
    return [Widget("example.me", _("Who is here"), "contacts.contact.view", render)]
