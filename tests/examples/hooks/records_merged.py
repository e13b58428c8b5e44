"""What is told when records become one, inside the same transaction."""

from core.api import Manifest, _, on

manifest = Manifest("example", _("Example"), "1.0")

HEARD = []


@on("core.records_merged")
def hear(entity, winner_id, ids, **more):
    HEARD.append((entity.name, len(ids)))
