"""What the page about single sign-on shows."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.settings_model import FormError
from core.ui.shell_model import Choice


@dataclass(frozen=True, slots=True)
class SingleSignOnScreen:
    """The provider and who is let in. Inputs: name, issuer, client_id, client_secret, active, link_by_email, role.

    The secret is never shown; `return_address` is for the provider's own settings, and
    `published_at` the path below its address at which it describes itself.
    """

    name: str
    issuer: str
    client_id: str
    has_secret: bool
    active: bool
    link_by_email: bool
    roles: tuple[Choice, ...]
    return_address: str
    published_at: str
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        return next((one.message for one in self.errors if one.field == name), "")
