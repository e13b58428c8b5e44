"""`/{plugin}/{noun}/suspects` and `…/merge`: who may be whom, making one of several records, and taking that back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request

from core import records
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import Conflict, Invalid
from core.language.enumeration import listed
from core.language.i18n import _, ngettext
from core.merging import acting, ledger, suspects
from core.permissions import require
from core.rest.idempotency import first_answer
from core.rest.idempotency import keep as remember
from core.ui import merging_build, rendering, sent_once
from core.ui.list_views import ENTITY, spec_of
from core.web import entity_action, route

blueprint = Blueprint("merging", __name__)
SUSPECTS, MERGE = f"{ENTITY}/suspects", f"{ENTITY}/merge"
TAKE, VERSION = "take-", "version-"


@route(blueprint, SUSPECTS, access=entity_action("change"))
def show(plugin: str, noun: str) -> Response:
    """Records that may be the same, in groups."""
    spec = _mergeable(plugin, noun)
    place, page = _number(request.args.get("rule", "")), _number(request.args.get("page", ""))
    screen = merging_build.suspects_screen(spec, -1 if place is None else place, max(1, page or 1))
    return rendering.page("merging/suspects.html", screen.title, current=spec.name, screen=screen)


@route(blueprint, f"{SUSPECTS}/apart", access=entity_action("change"), methods=("POST",))
def tell_apart(plugin: str, noun: str) -> Response:
    """These are no duplicates; it is remembered."""
    spec = _mergeable(plugin, noun)
    ids = _ids(request.form.getlist("id"))
    suspects.tell_apart(spec, ids)
    undo = f"{spec.path}/suspects/together?{'&'.join(f'id={one}' for one in ids)}"
    message = ngettext("{n} record is not a duplicate.", "{n} records are not duplicates of each other.", len(ids))
    return rendering.say(redirect(_back(spec), 303), message, undo=undo)


@route(blueprint, f"{SUSPECTS}/together", access=entity_action("change"), methods=("POST",))
def forget_apart(plugin: str, noun: str) -> Response:
    """They may be duplicates after all."""
    spec = _mergeable(plugin, noun)
    suspects.forget_apart(spec, _ids(request.values.getlist("id")))
    return rendering.say(redirect(f"{spec.path}/suspects", 303), _("They are looked at as possible duplicates again."))


@route(blueprint, MERGE, access=entity_action("change"))
def choose(plugin: str, noun: str) -> Any:
    """Records side by side; of one record those that it may be merged with."""
    spec = _mergeable(plugin, noun)
    ids = _ids(request.args.getlist("id"))
    if not ids:
        return redirect(f"{spec.path}/suspects")
    if len(ids) == 1:
        require(f"{spec.name}.delete")
        record = records.get(spec, ids[0], "change")
        picked = merging_build.pick_screen(spec, record, request.args.get("q", "").strip())
        return rendering.page("merging/pick.html", picked.title, current=spec.name, screen=picked)
    return _page(spec, merging_build.merge_screen(spec, acting.load(spec, ids)))


@route(blueprint, MERGE, access=entity_action("change"), methods=("POST",))
def merge(plugin: str, noun: str) -> Any:
    """Make one of them; a second post of the same form gets the first answer (REL-04)."""
    spec = _mergeable(plugin, noun)
    key = sent_once.key()
    known = first_answer(request.path, key) if key else None
    if known:
        return _merged(spec, known["winner"], known["merge"], known["number"])
    ids, keep = _ids(request.form.getlist("id")), _number(request.form.get("keep", "")) or 0
    if keep not in ids:
        raise Invalid(_("Choose the record that is to be kept."))
    take = {name.removeprefix(TAKE): number for name, text in request.form.items()
            if name.startswith(TAKE) and (number := _number(text)) is not None}  # fmt: skip
    versions = {one: number for one in ids if (number := _number(request.form.get(f"{VERSION}{one}", "")))}
    unit().begin_write()
    try:
        with unit().connection.begin_nested():
            merge_id = acting.merge(spec, keep, [one for one in ids if one != keep], take, versions)
    except Conflict:
        told = _("Somebody has changed one of the records in the meantime. Look at the values again.")
        return _page(spec, merging_build.merge_screen(spec, acting.load(spec, ids), keep=keep, error=str(told)), 409)
    except Invalid as error:
        if not error.errors:
            raise
        screen = merging_build.merge_screen(spec, acting.load(spec, ids), keep=keep, take=take, errors=error.errors,
                                            error=str(error.message))  # fmt: skip
        return _page(spec, screen, 422)
    if key:
        remember(request.path, key, {"winner": keep, "merge": merge_id, "number": len(ids)})
    return _merged(spec, keep, merge_id, len(ids))


@route(blueprint, f"{MERGE}/<int:merge_id>", access=entity_action("view"))
def result(plugin: str, noun: str, merge_id: int) -> Response:
    """A merge as it was carried out."""
    spec = _mergeable(plugin, noun)
    screen = merging_build.merged_screen(spec, ledger.find(spec, merge_id))
    return rendering.page("merging/merged.html", screen.title, current=spec.name, screen=screen)


@route(blueprint, f"{MERGE}/<int:merge_id>/undo", access=entity_action("change"), methods=("POST",))
def undo(plugin: str, noun: str, merge_id: int) -> Response:
    """Take a merge back; what somebody changed since is kept, and said."""
    spec = _mergeable(plugin, noun)
    done = acting.part(spec, merge_id)
    message = str(_("The merge was undone."))
    if done.kept:
        names = listed([str(label) for label in done.kept])
        message = f"{message} {_('Somebody has changed this since, so it stays: {fields}.', fields=names)}"
    return rendering.say(redirect(f"{spec.path}/{done.winner_id}", 303), message)


def _merged(spec: EntitySpec, winner_id: int, merge_id: int, number: int) -> Response:
    message = ngettext("{n} record became one.", "{n} records became one.", number)
    undo_href = f"{spec.path}/merge/{merge_id}/undo"
    return rendering.say(redirect(f"{spec.path}/{winner_id}", 303), message, undo=undo_href)


def _mergeable(plugin: str, noun: str) -> EntitySpec:
    spec = spec_of(plugin, noun)
    acting.require_mergeable(spec)
    return spec


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _ids(texts: list[str]) -> list[int]:
    return list(dict.fromkeys(number for text in texts if (number := _number(text))))


def _back(spec: EntitySpec) -> str:
    place, page = _number(request.form.get("rule", "")), _number(request.form.get("page", ""))
    return f"{spec.path}/suspects?rule={place}&page={page or 1}" if place is not None else f"{spec.path}/suspects"


def _page(spec: EntitySpec, screen: Any, status: int = 200) -> Response:
    return rendering.page("merging/merge.html", screen.title, status, current=spec.name, screen=screen)
