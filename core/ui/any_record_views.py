"""Choosing a record of any kind: the look-up that pickers ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request

from core import query
from core.entity.spec import EntitySpec
from core.entity.types_link import pointer
from core.plugin.containment import PluginFailed
from core.rest.problems import json_answer
from core.ui import opened
from core.ui.any_record import ANY_RECORD, kinds_of_record
from core.web import SIGNED_IN, route

blueprint = Blueprint("any_record", __name__)
#: So many of each kind, so that one kind with many matches does not hide the others.
OF_EACH_KIND = 5


@route(blueprint, ANY_RECORD, access=SIGNED_IN)
def options() -> Response:
    """Records of all kinds by part of their title; before anything is typed those opened lately."""
    text = request.args.get("q", "").strip()[:100]
    found = _named(text) if text else _opened()
    return json_answer({"data": [{"id": pointer(spec.name, record_id), "title": title,
                                  "subtitle": str(spec.meta.label)} for spec, record_id, title in found]})


def _named(text: str) -> Iterator[tuple[EntitySpec, int, str]]:
    for spec in kinds_of_record():
        try:
            rows: list[dict[str, Any]] = query.options(spec, text, OF_EACH_KIND)
        except PluginFailed:
            continue  # who may see these cannot be said now; the others are found
        yield from ((spec, row["id"], row["title"]) for row in rows if row.get("title"))


def _opened() -> Iterator[tuple[EntitySpec, int, str]]:
    kinds = {spec.name: spec for spec in kinds_of_record()}
    rows = [row for row in opened.lately(opened.KEPT) if row.entity in kinds]
    wanted: dict[str, list[int]] = {}
    for row in rows:
        wanted.setdefault(row.entity, []).append(row.record_id)
    titles = query.titles(wanted)
    return ((kinds[row.entity], row.record_id, title) for row in rows
            if (title := titles[row.entity].get(row.record_id)))
