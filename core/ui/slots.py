"""Places of the kernel's pages that plugins fill; what a plugin puts there fails alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from core.db import open_unit
from core.declarations import CardLine, SlotContext, TemplatePart
from core.entity.spec import EntitySpec
from core.registry import current as registry
from core.ui import contained


def fill(slot: str, entity: EntitySpec | None = None, record: Mapping[str, Any] | None = None) -> Markup:
    """What the plugins put into this place, one after another; empty for most.

    Error pages are drawn after the end of the request's unit of work, so there nothing is asked.
    """
    asked = registry().hook.page_slot.get_hookimpls() if open_unit() is not None else ()
    given = {"slot": slot, "context": SlotContext(entity, record)}
    return Markup("").join(
        contained.drawn(one.plugin_name, f"page_slot {slot}", partial(_answer, one, given)) for one in reversed(asked))


def card_lines(entity: EntitySpec, ids: Sequence[int]) -> tuple[dict[int, list[CardLine]], Markup]:
    """What the plugins say about the records on a board, and notes of those that failed; each is asked once for all."""
    lines: dict[int, list[CardLine]] = {}
    notes = []
    given = {"entity": entity, "ids": tuple(ids)}
    for one in reversed(registry().hook.card_lines.get_hookimpls()) if ids else ():
        found, failure = contained.answered(
            one.plugin_name, "card_lines", partial(one.function, *(given[name] for name in one.argnames)))
        notes.append(failure)
        for record_id, line in found.items():
            lines.setdefault(record_id, []).append(line)
    return lines, Markup("").join(notes)


def _answer(one: Any, given: Mapping[str, Any]) -> list[TemplatePart]:
    return one.function(*(given[name] for name in one.argnames)) or []
