"""The outbox: mails written in the transaction that they follow from, and what became of them outside.

A mail is `queued`, `sending`, then `sent`, `failed` when a server has refused it for good, or `unknown` when nobody can
say whether it was accepted: that one is held until somebody decides, since sent twice is worse than sent late.
`discarded` is what somebody has decided not to send.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.db import BigId, Json, UtcDateTime, metadata

mails = sa.Table(
    "core_mail", metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("message_id", sa.String(200), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("reply_to", sa.String(320), nullable=False, default=""),
    # Of each recipient: address, name, state (pending, sent, refused) and what the server said.
    sa.Column("recipients", Json, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=True),
    # With a secret in it, such as a link that lets somebody in: not for everybody who sees the outbox.
    sa.Column("is_private", sa.Boolean, nullable=False, default=False),
    sa.Column("dedupe", sa.String(200), nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try_at", UtcDateTime, nullable=False),
    sa.Column("worker", sa.String(40), nullable=False, default=""),
    sa.Column("lease_until", UtcDateTime, nullable=True),
    # From here on the server may have it, whatever we hear of it.
    sa.Column("handed_over_at", UtcDateTime, nullable=True),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("actor_id", BigId, sa.ForeignKey("core_user.id", ondelete="SET NULL"), nullable=True),
    sa.Column("organisation_id", sa.BigInteger, nullable=True),
    sa.Column("request_id", sa.String(40), nullable=False, default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=True),
    sa.Index("ix_core_mail_state", "state", "next_try_at"),
    sa.Index("uq_core_mail_message_id", "message_id", unique=True),
    sa.Index("uq_core_mail_dedupe", "dedupe", unique=True),
    sqlite_autoincrement=True,
)  # fmt: skip
