"""The plugin's part of the sample company."""

from core.api import Manifest, _, hookimpl, records

manifest = Manifest("example", _("Example"), "1.0")


@hookimpl
def demo(today):
    records.create("core.team", name=f"Sample team of {today:%Y}")
