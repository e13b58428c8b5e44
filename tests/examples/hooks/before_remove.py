"""Taking along what the plugin has left with others, when its data are removed for good."""

from core.api import Manifest, _, hookimpl, records

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def seed(unit):
    if not records.find_named("contacts.tag", ["Example"]):
        records.create("contacts.tag", name="Example")


@hookimpl
def before_remove(unit):
    records.delete("contacts.tag", records.find_named("contacts.tag", ["Example"]).values())
