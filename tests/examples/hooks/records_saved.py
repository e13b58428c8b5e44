"""What is told when records are saved, inside the same transaction."""

from core.api import Manifest, _, on

manifest = Manifest("example", _("Example"), "1.0")

HEARD = []


@on("core.records_saved")
def hear(entity, changes, **more):
    HEARD.append((entity.name, len(changes)))
