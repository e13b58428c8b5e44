"""A condition with a name of its own."""

from core.api import Filter, Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_filters():
    return [Filter("contacts.contact", "without_city", _("Without a city"), sql=lambda table: table.c.city.is_(None))]
