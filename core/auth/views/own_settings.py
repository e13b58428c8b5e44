"""`/settings/me`: how things are shown to me, my password, my tokens, where I am signed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.audit import listener
from core.auth import accounts, factors, forms, login, notices, passwords, sessions, tokens
from core.auth.models import CALENDARS, DENSITIES, DIGITS, LANGUAGES, OWN_SETTINGS, THEMES, WEEKDAYS
from core.auth.views.blueprint import blueprint, choices, config, errors_of, here, identity
from core.auth.views.door import keep_language
from core.auth.views.lines import TOKEN_INPUTS, session_lines, token_days, token_entities, token_lines
from core.auth.views.samples import samples
from core.db import unit
from core.errors import Invalid, TooMany
from core.language.i18n import _, ngettext, use
from core.language.i18n import current as preferences
from core.language.timezones import zone_titles
from core.ui import rendering, shell
from core.ui.sent_once import sent_once
from core.ui.settings_frame import frame
from core.ui.views_model import Action, Choice, FormError, OwnSettingsScreen
from core.web import OWN_ACCOUNT, SIGNED_IN, password_due, route

ADDRESS = "/settings/me"
_AUTOMATIC = _("Automatic")


@route(blueprint, "/settings", access=SIGNED_IN)
def settings() -> AnyResponse:
    """The settings begin with what everybody has."""
    return redirect(ADDRESS, 303)


@route(blueprint, ADDRESS, access=OWN_ACCOUNT)
def own_settings() -> Response:
    due = (FormError("", str(password_due().message)),) if identity().must_change_password else ()
    return _page(errors=due)


@route(blueprint, ADDRESS, access=OWN_ACCOUNT, methods=("POST",))
@sent_once(f"{ADDRESS}#tokens")
def change_own_settings() -> AnyResponse:
    """One address for all forms of the page; `intent` says which one was sent."""
    intent = request.form.get("intent", "")
    if identity().must_change_password and intent not in ("password", "settings", ""):
        raise password_due()
    try:
        return _ACTS.get(intent, _save)()
    except (Invalid, TooMany) as error:
        unit().rollback()
        answer = _page(error.status, errors_of(error))
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer


def _save() -> AnyResponse:
    values = forms.own_settings(request.form)
    accounts.change_own_settings(values)
    language = values.get("language")
    target = _without_language(login.safe_next(request.form.get("next") or ADDRESS))
    with use(identity().display.preferences(language) if language else preferences()):
        answer = rendering.say(redirect(target, 303), _("Settings saved."))
    return keep_language(answer, language) if language else answer


def _choose_organisation() -> AnyResponse:
    """Work with one of one's organisations, or with all of them, in this session."""
    given = request.form.get("organisation", "")
    chosen = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
    who = identity()
    if given and chosen not in {one for one, _name in who.actor.organisations}:
        raise Invalid(errors={"": [_("You do not belong to this organisation.")]})
    sessions.work_in(who.session_id, chosen)
    name = dict(who.actor.organisations).get(chosen or 0)
    told = _("You now work in “{organisation}”.", organisation=name) if name else \
        _("You now work in all your organisations.")
    return rendering.say(redirect(_to_the_list(login.safe_next(request.form.get("next") or "/")), 303), told)


def _to_the_list(target: str) -> str:
    """A record that was open may belong to the organisation just left: its list is everywhere."""
    parts = urlsplit(target)
    steps = parts.path.split("/")
    place = next((index for index, step in enumerate(steps) if step.isascii() and step.isdigit()), None)
    return target if place is None else "/".join(steps[:place])


def _change_password() -> AnyResponse:
    form = forms.PasswordForm(request.form)
    forms.check(form)
    who = identity()
    current, new = form.current_password.data or "", form.new_password.data or ""
    renewed = login.change_password(who.actor, current, new, who.session_id, here())
    notices.password_changed(who.actor.id or 0)
    if renewed is None:
        return redirect("/login", 303)
    answer = rendering.say(redirect(ADDRESS, 303), _("Password changed. All other devices were logged out."))
    answer.set_cookie(**sessions.cookie(renewed, config().base_url))
    return answer


def _change_email() -> AnyResponse:
    """The password is asked for again: whoever has the address can get a new one (SEC-41)."""
    form, who = forms.EmailForm(request.form), identity()
    login.check_password(who.actor, form.email_password.data or "", here(), "email_password")
    accounts.change_own_email(form.email.data or "")
    return rendering.say(redirect(ADDRESS, 303), _("Email changed. The old address was told of it."))


def _create_token() -> AnyResponse:
    """The page is the answer, not a redirect: the token is shown here and nowhere else."""
    return _page(new_token=create_token(identity().actor.id or 0))


def create_token(user_id: int) -> str:
    """The text of the token that the form sent asks for; Invalid on the form's inputs."""
    form = forms.TokenForm(request.form)
    forms.check(form)
    entities = request.form.getlist("token_entities")
    try:
        return tokens.create(
            user_id, form.token_scope.data or "", form.token_days.data, form.token_name.data or "", entities)
    except Invalid as error:
        raise forms.renamed(error, TOKEN_INPUTS) from error


def _revoke_token() -> AnyResponse:
    for token_id in forms.chosen_ids(request.form, "token"):
        tokens.revoke(identity().actor.id or 0, token_id)
    return rendering.say(redirect(f"{ADDRESS}#tokens", 303), _("Token revoked."))


def _end_session() -> AnyResponse:
    who = identity().actor
    if sessions.revoke_public(who.id or 0, request.form.get("session", "")):
        listener.record("core.user", who.id, who.name, "session_end", {})
    return rendering.say(redirect(f"{ADDRESS}#sessions", 303), _("Session ended."))


def _end_other_sessions() -> AnyResponse:
    who = identity()
    if sessions.revoke_all(who.actor.id or 0, keep=who.session_id):
        listener.record("core.user", who.actor.id, who.actor.name, "sessions_end", {})
    return rendering.say(redirect(f"{ADDRESS}#sessions", 303), _("All other devices were logged out."))


_ACTS: dict[str, Callable[[], AnyResponse]] = {
    "password": _change_password, "email": _change_email, "token": _create_token, "revoke_token": _revoke_token,
    "end_session": _end_session, "end_others": _end_other_sessions, "organisation": _choose_organisation,
}  # fmt: skip


def _without_language(target: str) -> str:
    """The address without `?lang=`, which would hide the language just chosen."""
    parts = urlsplit(target)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return parts._replace(query=urlencode(kept)).geturl()


def _page(status: int = 200, errors: tuple[FormError, ...] = (), new_token: str = "") -> Response:
    title = _("Personal settings")
    screen = replace(_screen(), errors=errors, new_token=new_token)
    return rendering.page("own_settings.html", title, status, current="settings", screen=screen,
                          settings=frame("me", title))  # fmt: skip


def _screen() -> OwnSettingsScreen:
    mine, who = accounts.own_record(), identity()
    user_id = who.actor.id or 0
    typed = request.form if request.form.get("intent") == "settings" else {}
    value = {name: typed.get(name, mine.get(name) or "") for name in OWN_SETTINGS}
    as_organisation = _("As in the organisation")
    return OwnSettingsScreen(
        person=shell.person(value["name"]), email=mine["email"],
        languages=choices(LANGUAGES, value["language"] or preferences().language),
        calendars=choices(CALENDARS, value["calendar"], _AUTOMATIC),
        digits=choices(DIGITS, value["digits"], _AUTOMATIC),
        time_zones=(Choice("", str(as_organisation), not value["timezone"]),
                    *(Choice(name, title, name == value["timezone"], hint=name) for name, title
                      in zone_titles(preferences().formatting_locale, dt.datetime.now(dt.UTC)))),
        weekdays=choices(WEEKDAYS, value["week_start"], as_organisation),
        themes=choices(THEMES, value["theme"] or "auto"),
        densities=choices(DENSITIES, value["density"] or "comfortable"),
        sample=samples(dt.datetime.now(dt.UTC), who.currency), shortcuts=who.shortcuts,
        tokens=token_lines(user_id, ADDRESS), token_days=token_days(),
        token_entities=token_entities(request.form.getlist("token_entities")),
        sessions=session_lines(user_id, ADDRESS, who.session_id), end_others=_end_others(),
        password_rule=str(passwords.rule()), has_password=passwords.has_one(user_id),
        password_due=identity().must_change_password,
        factor_on=factors.is_on(user_id), factor_text=_factor_text(user_id),
        device_notices=mine.get("device_notices") is not False, first_steps=mine.get("first_steps") is not False,
        new_email=request.form.get("email", ""),
    )  # fmt: skip


def _end_others() -> Action | None:
    """Offered where there is another session to end."""
    who = identity()
    if len(sessions.open_sessions(who.actor.id or 0)) < 2:
        return None
    return Action(str(_("Log out all other devices")), ADDRESS, "logout", "post", fields=(("intent", "end_others"),))


def _factor_text(user_id: int) -> str:
    left = factors.recovery_codes_left(user_id)
    return ngettext("{n} recovery code left", "{n} recovery codes left", left)
