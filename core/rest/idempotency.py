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


def remembered(name: str, key: str, answer: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """What was kept under a key that is used once, such as a form's; with `answer`, keep it now."""
    key = key[:MAX_KEY]
    if answer is not None:
        unit().begin_write()
        if _claim(name, key, ""):
            unit().execute(sa.update(idempotency).where(*_row(name, key)).values(
                status=200, answer=orjson.dumps(answer).decode()))
        return answer
    known = _find(name, key)
    return orjson.loads(known["answer"]) if known is not None and known["answer"] else None


def _row(name: str, key: str) -> tuple[Any, ...]:
    return (idempotency.c.user_id == (actor().id or 0), idempotency.c.route == name, idempotency.c.key == key)


def _find(name: str, key: str) -> Any:
    return unit().execute(sa.select(idempotency).where(*_row(name, key))).mappings().first()


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
