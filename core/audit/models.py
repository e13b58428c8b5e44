"""Tables of the audit log. Rows are only ever added; the chain's links and head show when one was touched.

`tx` is the id of the transaction's first row, `position` a row's place in the transaction from 0 on. What
`salt`, `payload_digest` and `digest` hold stands in `chain`. The log page reads by time, so two indexes
follow time: the order of ids is not quite that of time where several transactions are written at once.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, UtcDateTime, metadata

audit = sa.Table(
    "core_audit", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("tx", sa.BigInteger, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("request_id", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=True),
    sa.Column("actor_name", sa.String(200), nullable=False),
    sa.Column("organisation_id", sa.BigInteger, nullable=True),
    sa.Column("entity", sa.String(120), nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=True),
    sa.Column("record_title", sa.Text, nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("changes", sa.Text, nullable=True),
    sa.Column("salt", sa.LargeBinary, nullable=True),
    sa.Column("payload_digest", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("digest_version", sa.SmallInteger, nullable=False),
    sa.Index("ix_core_audit_record", "entity", "record_id", "id"),
    sa.Index("ix_core_audit_at", "at", "id"),
    sa.Index("ix_core_audit_actor", "actor_id", "at", "id"),
    sa.Index("ix_core_audit_entity", "entity", "at", "id"),
    sa.Index("ix_core_audit_tx", "tx"),
    sqlite_autoincrement=True,
)

link = sa.Table(
    "core_audit_link", metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("tx", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("prev_hash", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("digest_version", sa.SmallInteger, nullable=False),
)

head = sa.Table(
    "core_audit_head", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

#: One row once the log's beginning was archived; it only moves on.
cut = sa.Table(
    "core_audit_cut", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("instance", sa.LargeBinary, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("file", sa.String(200), nullable=False),
    sa.Column("seal", sa.String(64), nullable=False),
)
