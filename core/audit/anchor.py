"""Anchors: a few bytes that say how far the log had come, kept where the log's own operator cannot reach.

A chain shows every change inside it, but whoever can write the whole database can also cut off its end,
restore an older copy, or compute a new chain. Against that helps only what was noted elsewhere before.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.audit import cut
from core.audit.canonical import instant_text
from core.audit.models import head, link
from core.errors import Malformed, Unavailable
from core.language.i18n import _

FORMAT = "diwan.audit.anchor"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last link at a moment. `instance` is the chain's random first hash: it tells installations
    apart.
    """

    instance: str
    seq: int
    hash: str
    at: str

    def to_json(self) -> str:
        """The text of an anchor file."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=2) + "\n"


def read_anchor(text: str) -> Anchor:
    """The anchor in a file's text; Malformed when it is none."""
    try:
        found = json.loads(text)
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise ValueError("another format")
        anchor = Anchor(str(found["instance"]), int(found["seq"]), str(found["hash"]), str(found["at"]))
        bytes.fromhex(anchor.instance + anchor.hash)
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed(_("This file is not an anchor of an audit log.")) from error
    return anchor


def take_anchor(engine: Engine) -> Anchor:
    """An anchor of the log as it stands."""
    with engine.connect() as connection:
        last = connection.execute(sa.select(head.c.seq, head.c.hash)).first()
        if last is None:
            raise Unavailable(_("The audit log has no head, so nothing can be saved. Run “diwan check”."))
        first = first_hash(connection)
    genesis = last.hash if first is None else first
    return Anchor(genesis.hex(), last.seq, last.hash.hex(), instant_text(dt.datetime.now(dt.UTC)))


def first_hash(connection: Connection) -> bytes | None:
    """The hash that the first link goes back to, also where that was archived; None while there is no link."""
    archived = cut.read(connection)
    if archived is not None:
        return archived.instance
    found: bytes | None = connection.execute(sa.select(link.c.prev_hash).where(link.c.seq == 1)).scalar()
    return found
