"""Grouped figures over an entity."""

from core.api import Manifest, Report, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_reports():
    return [Report("example.by_city", _("People by city"), "contacts.contact", rows=("city",), measures=("count",))]
