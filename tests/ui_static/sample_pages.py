"""Every sample page by name: what the tests walk through and the preview draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.language.preferences import use
from core.ui.views_model import DoorFrame, EmptyState, ForgotScreen
from tests.ui_static import sample_list, sample_log, sample_other, sample_own, sample_record, sample_settings
from tests.ui_static.sample_list import say
from tests.ui_static.sample_shell import PREFERENCES, languages, page, shell, word

Sample = tuple[str, dict[str, Any]]
Make = Callable[[str], Any]


def _empty(kind: str) -> Make:
    def make(language: str) -> Any:
        title = say(
            language,
            "رکوردی با این فیلترها یافت نشد.",
            "لا توجد سجلات مطابقة لهذه الفلاتر.",
            "No records match these filters.",
        )
        state = EmptyState(kind, title, help_href="/help/list")  # type: ignore[arg-type]
        return sample_list.contact_list(language, state, conditions=kind == "no_match")

    return make


def _entity(template: str, make: Make, key: str = "contacts") -> Callable[[str, str], Sample]:
    def build(language: str, theme: str) -> Sample:
        title = word(language, key)
        return template, {"page": page(language, title, theme), "shell": shell(language), "screen": make(language)}

    return build


def _settings(template: str, key: str, make: Make) -> Callable[[str, str], Sample]:
    def build(language: str, theme: str) -> Sample:
        title = sample_settings.title(language, key)
        return template, {
            "page": page(language, title, theme),
            "shell": shell(language, "settings"),
            "settings": sample_settings.frame(language, key),
            "screen": make(language),
        }

    return build


def _plain(template: str, make: Make) -> Callable[[str, str], Sample]:
    def build(language: str, theme: str) -> Sample:
        return template, {"page": page(language, word(language, "organisation"), theme), "screen": make(language)}

    return build


def _door(template: str, make: Make) -> Callable[[str, str], Sample]:
    """A page before log-in."""
    plain = _plain(template, make)

    def build(language: str, theme: str) -> Sample:
        name, context = plain(language, theme)
        return name, {**context, "door": DoorFrame(languages(language))}

    return build


def _conflict(language: str, theme: str) -> Sample:
    conflict = sample_other.conflict(language)
    return "conflict.html", {
        "page": page(language, conflict.title, theme),
        "shell": shell(language),
        "conflict": conflict,
    }


SAMPLES: dict[str, Callable[[str, str], Sample]] = {
    "list": _entity("list.html", sample_list.contact_list),
    "list-no-match": _entity("list.html", _empty("no_match")),
    "list-nothing": _entity("list.html", _empty("nothing")),
    "list-forbidden": _entity("list.html", _empty("forbidden")),
    "record": _entity("record.html", sample_record.contact),
    "dashboard": _entity("dashboard.html", sample_other.dashboard, "dashboard"),
    "dashboard-fresh": _entity(
        "dashboard.html", lambda language: sample_other.dashboard(language, fresh=True), "dashboard"
    ),
    "search": _entity("search.html", sample_other.search),
    "me": _settings("own_settings.html", "me", sample_own.own),
    "users": _settings("users.html", "users", sample_settings.users),
    "user": _settings("user.html", "users", sample_settings.user),
    "roles": _settings("roles.html", "roles", sample_settings.roles),
    "role": _settings("role.html", "roles", sample_settings.role),
    "log": _settings("log.html", "log", sample_log.log),
    "login": _door("login.html", sample_other.login),
    "login-error": _door("login.html", lambda language: sample_other.login(language, error=True)),
    "second-step": _door("second_step.html", sample_other.second_step),
    "forgot": _door("forgot.html", lambda language: ForgotScreen()),
    "new-password": _door("new_password.html", sample_other.new_password),
    "second-factor": _settings("second_factor.html", "me", sample_own.second_factor),
    "recovery-codes": _settings("second_factor.html", "me", sample_own.recovery_codes),
    "offline": _plain("offline.html", lambda language: None),
    "error-403": _entity("error.html", lambda language: sample_other.error(language, 403)),
    "error-404": _plain("error_plain.html", lambda language: sample_other.error(language, 404)),
    "error-500": _entity("error.html", lambda language: sample_other.error(language, 500)),
    "conflict": _conflict,
}


def sample(name: str, language: str, theme: str = "light") -> Sample:
    """Template and context of one sample page."""
    with use(PREFERENCES[language]):
        return SAMPLES[name](language, theme)
