"""What another program told by a signed message, once for each of its ids."""

from core.api import Manifest, _, on

manifest = Manifest("example", _("Example"), "1.0")

HEARD = []


@on("core.webhook_received")
def hear(source, payload, **more):
    HEARD.append((source, payload))
