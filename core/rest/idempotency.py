"""`Idempotency-Key`: a repeat gets the first answer; the answer is stored in the transaction it tells of (REL-04)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Response, request
from sqlalchemy.dialects.postgresql import insert

from core.actor import actor
from core.db import unit
from core.entity.base import utc_now
from core.errors import Conflict, Invalid, Malformed
from core.language.i18n import _
from core.rest.models import idempotency
from core.rest.problems import json_answer

MAX_KEY = 200


def answered_once(name: str, make: Callable[[], tuple[Any, int]]) -> Response:
    """The answer of `make`, or the stored one when this user sent the same key for the same route before."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return json_answer(*make())
    if len(key) > MAX_KEY:
        raise Malformed(_("An Idempotency-Key has at most {limit} characters.", limit=MAX_KEY))
    body_hash = hashlib.sha256(request.get_data(cache=True)).hexdigest()
    known = _find(name, key)
    if known is None:
        # The lock first: two first requests with one key then come one after the other on SQLite, and on
        # PostgreSQL the second waits for the first one's row.
        unit().begin_write()
        known = _find(name, key)
    if known is not None:
        return _again(known, body_hash)
    if not _claim(name, key, body_hash):
        return _again(_find(name, key), body_hash)
    answer, status = make()
    unit().execute(sa.update(idempotency).where(*_row(name, key)).values(
        status=status, answer=orjson.dumps(answer, default=str).decode()))
    return json_answer(answer, status)


def first_answer(name: str, key: str) -> dict[str, Any] | None:
    """What was kept under a key that is used once, such as a form's. None: the key is this unit of work's now, which
    does what was asked for and keeps the answer with `keep`; undone, it leaves the key free again."""
    # The lock first, and the key before anything is made: two posts at one moment then come one after the other.
    return None if _take(name, key) else answered(name, key) or {}


def answered(name: str, key: str) -> dict[str, Any] | None:
    """What was kept under such a key; None when nothing was. Nothing is locked by asking."""
    known = _find(name, key)
    if known is None:
        return None
    kept: dict[str, Any] = orjson.loads(known["answer"]) if known["answer"] else {}
    return kept


def keep_if_first(name: str, key: str, answer: dict[str, Any]) -> bool:
    """Keep the answer of what this unit of work has done; False when another one was first, and this one must undo its
    own. For what takes long before it writes: the key is taken only at its end."""
    if not _take(name, key):
        return False
    keep(name, key, answer)
    return True


def keep(name: str, key: str, answer: dict[str, Any]) -> None:
    """The answer of what `first_answer` found not done yet."""
    unit().execute(sa.update(idempotency).where(*_row(name, key)).values(
        status=200, answer=orjson.dumps(answer).decode()))


def _row(name: str, key: str) -> tuple[Any, ...]:
    return (idempotency.c.user_id == (actor().id or 0), idempotency.c.route == name, idempotency.c.key == key)


def _find(name: str, key: str) -> Any:
    return unit().execute(sa.select(idempotency).where(*_row(name, key))).mappings().first()


def _take(name: str, key: str) -> bool:
    unit().begin_write()
    return _find(name, key) is None and _claim(name, key, "")


def _claim(name: str, key: str, body_hash: str) -> bool:
    """Take the key; False when another request, for which this one waited, has it and is done."""
    values = {"user_id": actor().id or 0, "route": name, "key": key, "body_hash": body_hash, "status": 0,
              "answer": "", "at": utc_now()}
    if unit().dialect == "sqlite":
        unit().execute(sa.insert(idempotency).values(**values))
        return True
    claimed = unit().execute(insert(idempotency).values(**values).on_conflict_do_nothing().returning(idempotency.c.key))
    return claimed.first() is not None


def _again(known: Any, body_hash: str) -> Response:
    if known is None:
        raise Conflict(_("The same request is being worked on. Repeat it in a moment."))
    if known["body_hash"] != body_hash:
        raise Invalid(_("This Idempotency-Key was used for another request."))
    answer = Response(known["answer"], known["status"], content_type="application/json")
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def forget(path: str, record_id: int) -> None:
    """Drop the kept answers that tell of one record; `path` is that of its EntitySpec."""
    routes = sa.or_(*(idempotency.c.route.startswith(f"{base}{path}", autoescape=True) for base in ("", "/api/v1")))
    kept = unit().execute(sa.select(idempotency).where(routes, idempotency.c.answer != "")).mappings().all()
    for row in kept:
        answer = orjson.loads(row["answer"])
        if isinstance(answer, dict) and answer.get("id") == record_id:
            unit().execute(sa.delete(idempotency).where(
                *(idempotency.c[name] == row[name] for name in ("user_id", "route", "key"))))
