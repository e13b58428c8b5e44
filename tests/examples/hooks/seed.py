"""Standing data that comes with the plugin; safe to repeat."""

from core.api import Manifest, _, hookimpl, records

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def seed(unit):
    if not records.find_named("contacts.tag", ["Example"]):
        records.create("contacts.tag", name="Example")
