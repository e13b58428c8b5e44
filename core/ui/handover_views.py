"""`/settings/users/{id}/hand-over`: what a colleague is in charge of goes to others, step by step (S62)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from core import records
from core.auth.models import User
from core.errors import Conflict
from core.language.i18n import _
from core.mass import belongings, handover
from core.rest.problems import json_answer
from core.ui import handover_build, rendering
from core.web import route

blueprint = Blueprint("handovers", __name__)
PLACE = "/settings/users/<int:user_id>/hand-over"
ONE = f"{PLACE}/<int:number>"
MAY = "core.user.change"
_ASIDE = frozenset({"csrf_token", "form_id", "lang"})
NOBODY = _("Choose at least one person who takes over.")


@route(blueprint, PLACE, access=MAY)
def ask(user_id: int) -> Response:
    """Who takes over; with people chosen (`to`), who gets what."""
    leaver = _leaver(user_id)
    held, others = handover.held(user_id), belongings.held(user_id)
    chosen = _chosen(user_id, request.args.getlist("to"))
    if not (held or others) or "again" in request.args or (not chosen and "step" not in request.args):
        return _page("handover/who.html", handover_build.who_step(leaver, held, others, chosen))
    if not chosen:
        return _page("handover/who.html", handover_build.who_step(leaver, held, others, {}, str(NOBODY)), 422)
    split = _split(request.args.getlist("split"))
    step = handover_build.what_step(leaver, held, others, chosen, split, request.args.to_dict())
    return _page("handover/what.html", step)


@route(blueprint, PLACE, access=MAY, methods=("POST",))
def choose(user_id: int) -> Any:
    """Note who is to get what; the next page tells what will happen, and nothing is written to the records so far."""
    leaver = _leaver(user_id)
    held, others = handover.held(user_id), belongings.held(user_id)
    chosen = _chosen(user_id, request.form.getlist("to"))
    split = _split(request.form.getlist("split"))
    found: list[handover.Share] = []
    for one in held:
        by = split.get(one.name, "")
        for part in handover.parts(one, user_id, by) if by else [one]:
            found += handover.shares(part, user_id, _recipients(handover_build.part_name(part), chosen), found)
    given = {one: (ids, to[0]) for one, ids in others.items()
             if (to := _recipients(handover_build.other_name(one), chosen))}  # fmt: skip
    if not found and not given:
        step = handover_build.what_step(leaver, held, others, chosen, split, request.form.to_dict(), str(NOBODY))
        return _page("handover/what.html", step, 422)
    number = handover.begin(user_id, found, handover_build.address(leaver), given)
    # What was chosen goes along, so that the last step can lead back to it.
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in _ASIDE]
    return redirect(f"{handover_build.address(leaver, number)}?{urlencode(sent)}", 303)


@route(blueprint, ONE, access=MAY)
def show(user_id: int, number: int) -> Response:
    """What will happen, how far it is, or what came of it."""
    leaver = _leaver(user_id)
    sent = [*request.args.items(multi=True)]
    return _page("handover/show.html", handover_build.screen(leaver, handover.find(user_id, number), sent))


@route(blueprint, f"{ONE}/status", access=MAY)
def status(user_id: int, number: int) -> Response:
    """How far it is, for the page that asks every second."""
    leaver = _leaver(user_id)
    return json_answer(handover_build.progress_answer(leaver, handover.find(user_id, number)))


@route(blueprint, f"{ONE}/run", access=MAY, methods=("POST",))
def run(user_id: int, number: int) -> Any:
    """Hand it to the workers. Pressing twice starts it once."""
    leaver, found = _leaver(user_id), handover.find(user_id, number)
    if found.state == "draft":
        handover.start(leaver, found)
    return redirect(handover_build.address(leaver, number), 303)


@route(blueprint, f"{ONE}/undo", access=MAY, methods=("POST",))
def undo(user_id: int, number: int) -> Any:
    """Give the records back where nobody has changed them since."""
    leaver, found = _leaver(user_id), handover.find(user_id, number)
    if handover_build.screen(leaver, found).undo is None:
        raise Conflict(_("This has changed in the meantime. Reload the page."))
    handover.take_back(leaver, found)
    return redirect(handover_build.address(leaver, number), 303)


def _leaver(user_id: int) -> dict[str, Any]:
    return records.get(User, user_id, "change")


def _chosen(leaver_id: int, given: list[str]) -> dict[int, str]:
    """The people chosen, of those who may take over, by name."""
    wanted = set(given)
    return {row.id: row.name for row in handover.successors(leaver_id) if str(row.id) in wanted}


def _split(given: list[str]) -> dict[str, str]:
    """`contacts.contact.owner_id:country`, as {field with its entity: field that splits}."""
    pairs = (text.partition(":") for text in given)
    return {name: by for name, _colon, by in pairs if name and by}


def _recipients(name: str, chosen: dict[int, str]) -> list[int]:
    given = request.form.get(name, "")
    if given == handover_build.EVENLY:
        return list(chosen)
    return [user_id for user_id in chosen if str(user_id) == given]


def _page(template: str, screen: Any, status: int = 200) -> Response:
    return rendering.page(template, screen.head.title, status, current="settings", screen=screen)
