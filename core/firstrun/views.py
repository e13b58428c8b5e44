"""`/settings/setup`: the set-up of the organisation one works in, step by step.

Each step is stored when one goes on, so that the set-up can be left at any time, and resumed by whoever may.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.actor import actor
from core.auth import accounts
from core.auth.models import Organisation
from core.auth.views.door import keep_language
from core.auth.views.samples import samples
from core.entity.spec import FieldSpec
from core.errors import Invalid
from core.firstrun import state, steps
from core.firstrun.region import NAMES
from core.firstrun.steps import ORGANISATION, REGION, Step
from core.language.currencies import currency_name
from core.language.i18n import _, use
from core.language.i18n import current as preferences
from core.language.timezones import zone_titles
from core.permissions import require
from core.registry import current as registry
from core.ui import form_build, rendering
from core.ui.form_model import FieldView
from core.ui.setup_model import SetupEndScreen, SetupHead, SetupScreen
from core.ui.views_model import Choice, Crumb
from core.web import route

blueprint = Blueprint("setup", __name__)
ADDRESS = "/settings/setup"
END = "end"
TITLE = _("Setting up the organisation")
EXPLAINED = {
    ORGANISATION: _("The country brings its currency, calendar, digits, week and time zone; the next step shows them."),
    REGION: _("As is usual in the country. Everybody can choose otherwise for himself in his own settings."),
}
MODULE = _("It can be changed later in the settings.")


@route(blueprint, ADDRESS, access="core.settings.change")
def resume() -> AnyResponse:
    """Where the set-up was left; from the beginning when it was not, or when that step is gone."""
    _require()
    keys = [one.key for one in steps.all_steps()]
    waiting = state.step()
    return redirect(f"{ADDRESS}/{waiting if waiting in keys else keys[0]}", 303)


@route(blueprint, ADDRESS, access="core.settings.change", methods=("POST",))
def leave() -> AnyResponse:
    """Leave the set-up for later, at the step that was shown, or for good."""
    _require()
    if request.form.get("intent") == "skip":
        state.end(skipped=True)
        told = _("The set-up is skipped. It stays in the settings.")
    else:
        _place, step = steps.find(request.form.get("step", ""))
        if state.step():
            state.wait_at(step.key)
        told = _("The set-up waits where you left it.")
    return rendering.say(redirect("/", 303), told)


@route(blueprint, f"{ADDRESS}/<key>", access="core.settings.change")
def show(key: str) -> AnyResponse:
    _require()
    if key == END:
        return _end_page()
    place, step = steps.find(key)
    return _page(place, step, steps.stored(step))


@route(blueprint, f"{ADDRESS}/<key>", access="core.settings.change", methods=("POST",))
def save(key: str) -> Any:
    """Store a step and go on to the next."""
    _require()
    place, step = steps.find(key)
    begun_in = steps.begun_in()
    try:
        values = steps.save(step, request.form)
    except Invalid as error:
        return _page(place, step, steps.stored(step), error)
    following = steps.all_steps()[place + 1 :]
    if following and state.step():
        state.wait_at(following[0].key)
    if not following:
        state.end()
    answer = redirect(f"{ADDRESS}/{following[0].key if following else END}", 303)
    return _in_its_language(answer, values, begun_in) if step.key == ORGANISATION else answer


def _require() -> None:
    for permission in state.PERMISSIONS:
        require(permission)


def _in_its_language(answer: AnyResponse, values: Mapping[str, Any], begun_in: str) -> Any:
    """Whoever has chosen no language of his own goes on in the organisation's.

    So does who reads in the one with which the set-up was begun: it came from there, perhaps by a wrong click.
    """
    if (g.identity.display.chosen_language or begun_in) != begun_in:
        return answer
    accounts.change_own_settings({"language": values["language"]})
    return keep_language(answer, values["language"])


def _page(place: int, step: Step, stored: Mapping[str, Any], error: Invalid | None = None) -> Response:
    typed = steps.typed(step, request.form) if error else None
    found: Mapping[str, Sequence[Any]] = error.errors if error else {}
    listed = steps.all_steps()
    names = [f.name for f in step.fields]
    screen = SetupScreen(
        head=_head(place + 1),
        heading=str(step.label),
        explained=str(EXPLAINED.get(step.key, MODULE)),
        post_href=f"{ADDRESS}/{step.key}",
        fields=tuple(_view(f, stored, typed, found.get(f.name, ())) for f in step.fields),
        samples=_samples(stored) if step.key == REGION and not error else (),
        back_href=f"{ADDRESS}/{listed[place - 1].key}" if place else "",
        is_open=bool(state.step()),
        errors=tuple(str(one) for name, messages in found.items() if name not in names for one in messages),
    )
    return rendering.page(
        "setup/step.html", TITLE, error.status if error else 200, current="settings.setup", screen=screen, step=step.key
    )


def _end_page() -> Response:
    record = steps.stored(steps.find(REGION)[1])
    organisation = registry().of(Organisation)
    shown = ("name", "country", *NAMES)
    facts = tuple((str(organisation.fields[name].label), _fact(organisation.fields[name], record[name]))
                  for name in shown if record[name])
    listed = steps.all_steps()
    screen = SetupEndScreen(
        _head(len(listed) + 1), facts, _samples(record), f"{ADDRESS}/{listed[-1].key}"
    )
    return rendering.page("setup/end.html", TITLE, current="settings.setup", screen=screen)


def _fact(f: FieldSpec, value: Any) -> str:
    """A value as the step offered it: three letters alone say too little of what money is."""
    reader = preferences()
    if f.type.name == "currency":
        return f"{currency_name(value, reader.language)} · {value}"
    return f.type.show(f, value, reader)


def _head(place: int) -> SetupHead:
    labels = (*(str(one.label) for one in steps.all_steps()), str(_("Ready")))
    crumbs = (Crumb(str(_("Settings")), "/settings/general"), Crumb(str(TITLE)))
    return SetupHead(str(TITLE), labels, place, crumbs)


def _samples(record: Mapping[str, Any]) -> Any:
    """A date, a time and an amount as these values print them."""
    shown = replace(
        preferences(),
        calendar=record["calendar"], digits=record["digits"], timezone=record["timezone"],
        region=record["country"] or "",
    )  # fmt: skip
    with use(shown):
        return samples(dt.datetime.now(dt.UTC), record["currency"] or "")


def _view(f: FieldSpec, stored: Mapping[str, Any], typed: Mapping[str, Any] | None, errors: Sequence[Any]) -> FieldView:
    view = form_build.field_view(f, {"id": actor().organisation_id, **stored}, {}, typed, errors)
    if f.name == "timezone":
        chosen = view.value
        known = dict(zone_titles(preferences().formatting_locale, dt.datetime.now(dt.UTC)))
        titles = known if chosen in known or not chosen else {chosen: chosen, **known}
        return replace(view, kind="choice", options=tuple(
            Choice(one, title if one == title else f"{title} · {one}", one == chosen) for one, title in titles.items()))
    return replace(view, required=True) if f.name in ("language", "country") else view
