"""The forms of the account pages, read by WTForms. The token against forged requests is checked by the gate.

Fields of an entity are read by their own types, as in every other form (`core.derive.form`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import BooleanField, Form, HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import EqualTo, Length, Optional

from core.auth.models import OWN_SETTINGS, User
from core.auth.tokens import LABEL_LENGTH
from core.derive.form import form_class, typed_values
from core.errors import Invalid
from core.language.i18n import _
from core.registry import current

_OWN_TICKS = ("shortcuts", "device_notices", "first_steps")
USER_FIELDS = ("name", "email", "language", "active", "networks")


class LoginForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Nothing is checked here: whatever is wrong, the answer is the same."""

    email = StringField(_("Email"))
    password = PasswordField(_("Password"))
    remember = BooleanField(_("Stay logged in on this device"))
    next = HiddenField()


class PasswordForm(Form):  # type: ignore[misc]
    """A new password of one's own, typed twice."""

    current_password = PasswordField(_("Current password"))
    new_password = PasswordField(_("New password"))
    repeat_password = PasswordField(
        _("New password again"), [EqualTo("new_password", _("The two new passwords are not the same."))]
    )


class NewPasswordForm(Form):  # type: ignore[misc]
    """The password chosen behind a mailed link, typed twice."""

    new_password = PasswordField(_("New password"))
    repeat_password = PasswordField(
        _("New password again"), [EqualTo("new_password", _("The two new passwords are not the same."))]
    )


class EmailForm(Form):  # type: ignore[misc]
    """Another address of one's own, with the password asked for again."""

    email = StringField(_("Email"))
    email_password = PasswordField(_("Current password"))


class FactorForm(Form):  # type: ignore[misc]
    """A code of the app, with the password where there is one."""

    code = StringField(_("Code of the app"))
    current_password = PasswordField(_("Current password"))
    ticket = HiddenField()


class TokenForm(Form):  # type: ignore[misc]
    """A token for a program; without days it does not expire."""

    token_name = StringField(
        _("Name of the token"), [Length(max=LABEL_LENGTH, message=_("This name is too long. Shorten it."))]
    )
    token_scope = StringField(_("May", context="token"))
    token_days = IntegerField(_("Valid for"), [Optional()])


def own_settings(sent: Any) -> dict[str, Any]:
    """The typed values of those own settings that were sent; a whole form also tells of boxes left empty."""
    whole = sent.get("intent") == "settings"
    return _typed(OWN_SETTINGS, sent, lambda name: name in sent or (whole and name in _OWN_TICKS))


def user_values(sent: Any) -> dict[str, Any]:
    """The typed values of a user's own fields, without password, roles and teams."""
    return _typed(USER_FIELDS, sent, lambda name: name in sent or name == "active")


def chosen_ids(sent: Any, name: str) -> set[int]:
    """The ids of the ticked boxes of one name; anything else is no id."""
    return {int(text) for text in sent.getlist(name) if text.isascii() and text.isdigit() and len(text) < 19}


def check(form: Form) -> None:
    """Raises Invalid with the messages of all fields that break a rule."""
    if not form.validate():
        raise Invalid(errors=form.errors)


def renamed(error: Invalid, names: Mapping[str, str]) -> Invalid:
    """The same error under the names of the form's inputs."""
    return Invalid(error.message, {names.get(name, name): found for name, found in error.errors.items()})


def _typed(names: tuple[str, ...], sent: Any, is_sent: Callable[[str], bool]) -> dict[str, Any]:
    registry = current()
    build = registry.remember(("form", names), lambda: form_class(registry.of(User), names))
    values, errors = typed_values(build(sent), is_sent)
    if errors:
        raise Invalid(errors=errors)
    return values
