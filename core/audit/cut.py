"""Where the log begins, once its first part was archived: the last link that was cut off.

The seal is made with the installation's secret key, which is not in the database: whoever can write the database
alone cannot cut off what tells of him and call it archived.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.audit.models import cut
from core.vault import Vault

PURPOSE = "audit cut"


@dataclass(frozen=True, slots=True)
class Cut:
    """The log goes on after link `seq`, whose hash was `hash`. `instance` is the chain's random first hash, `file` the
    archive that holds what was cut off last, `rows` how many entries were cut off in all."""

    seq: int
    hash: bytes
    instance: bytes
    at: dt.datetime
    rows: int
    file: str
    seal: str

    def is_sealed_by(self, vault: Vault) -> bool:
        return self.seal == seal(vault, self.seq, self.hash, self.instance)


def seal(vault: Vault, seq: int, last_hash: bytes, instance: bytes) -> str:
    return vault.digest(PURPOSE, f"diwan.audit.cut|1|{seq}|{last_hash.hex()}|{instance.hex()}")


def read(connection: Connection) -> Cut | None:
    """None while the log is there from its first entry on."""
    if not sa.inspect(connection).has_table(cut.name):
        return None  # a backup of an older version, on its way back
    columns = (cut.c.seq, cut.c.hash, cut.c.instance, cut.c.at, cut.c.rows, cut.c.file, cut.c.seal)
    found = connection.execute(sa.select(*columns)).first()
    return Cut(*found) if found is not None else None
