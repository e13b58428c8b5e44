"""What is told when records are deleted from the trash for good, inside the same transaction."""

from core.api import Manifest, _, on

manifest = Manifest("example", _("Example"), "1.0")

HEARD = []


@on("core.records_purged")
def hear(entity, ids, **more):
    HEARD.append((entity.name, len(ids)))
