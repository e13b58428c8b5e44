"""What the pages before log-in show: log-in, second step, and a new password."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.settings_model import FormError
from core.ui.shell_model import Action, LanguageChoice


@dataclass(frozen=True, slots=True)
class DoorFrame:
    """What surrounds every page before log-in: this page in each language."""

    languages: tuple[LanguageChoice, ...]


@dataclass(frozen=True, slots=True)
class LoginScreen:
    """The sign-in form. `error` never tells which part was wrong, and is of what was typed where `is_of_inputs`;
    addresses that are empty draw nothing."""

    organisation: str = ""
    email: str = ""
    next: str = ""
    error: str = ""
    is_of_inputs: bool = False
    notice: str = ""
    forgot_href: str = ""
    single_sign_on: tuple[Action, ...] = ()
    has_password: bool = True


@dataclass(frozen=True, slots=True)
class LoggedOutScreen:
    """Logged out here; the page leads on to `href`, where the provider `name` ends its own session."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class SecondStepScreen:
    """The second step: a code of the app, or a recovery code. Input: code."""

    email: str
    recovery: bool = False
    other_href: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ForgotScreen:
    """Where a link for a new password is asked for. Input: email. `sent` thanks, whoever asked."""

    email: str = ""
    sent: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class NewPasswordScreen:
    """Behind a mailed link: one's own new password. Inputs: new_password, repeat_password; `void` says why there
    is nothing to do with this link."""

    token: str
    email: str = ""
    heading: str = ""
    rule: str = ""
    void: str = ""
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        """The message for one input, empty when it is right."""
        return next((error.message for error in self.errors if error.field == name), "")
