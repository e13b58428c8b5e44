"""A key figure under the head of a contact's page."""

from core.api import Figure, FigureValue, Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


def letters(record):
    return FigureValue(str(len(record["name"])), hue="green")


@hookimpl
def register_figures():
    return [Figure("contacts.contact", "letters", _("Letters"), letters, order=90)]
