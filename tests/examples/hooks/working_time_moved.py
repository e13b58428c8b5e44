"""When somebody works has changed: by a holiday, by other hours, or because he is in another team now."""

from core.api import Manifest, _, on

manifest = Manifest("example", _("Example"), "1.0")

HEARD = []


@on("core.working_time_moved")
def hear(user_ids, **more):
    HEARD.append(user_ids)
