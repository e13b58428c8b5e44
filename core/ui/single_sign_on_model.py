"""What the pages about single sign-on show."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.language_inputs import LanguageInput
from core.ui.list_model import EmptyState
from core.ui.settings_model import FormError
from core.ui.shell_model import Action, Choice


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """One provider: whether it is on the log-in page, in words, and its address."""

    name: str
    href: str
    state: str
    hue: str
    address: str


@dataclass(frozen=True, slots=True)
class ProvidersScreen:
    """All providers that people can log in with."""

    providers: tuple[ProviderLine, ...]
    create: Action
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class ProviderScreen:
    """One provider and who is let in. Inputs: label_ar, label_fa, label_en, issuer, client_id, client_secret, active,
    link_by_email, domains, role, log_out_there.

    The secret is never shown. `addresses` are (what for, address) to enter in the provider's own settings, once there
    is a provider; `published_at` is the path below its address at which it describes itself.
    """

    post_href: str
    names: tuple[LanguageInput, ...]
    longest_name: int
    issuer: str
    client_id: str
    has_secret: bool
    active: bool
    link_by_email: bool
    domains: str
    roles: tuple[Choice, ...]
    log_out_there: bool
    addresses: tuple[tuple[str, str], ...]
    published_at: str
    remove: Action | None = None
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        return next((one.message for one in self.errors if one.field == name), "")
