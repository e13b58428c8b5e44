"""The providers of accounts that people may log in with: what administrators set up, checked and on record.

Nobody is let in by an address alone unless an administrator has said so: whoever can make addresses at a provider
could become anybody here. Only administrators decide, since by this way in anybody could become one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.audit.canonical import MASK
from core.auth import oidc
from core.auth.models import Role, login_link, login_provider, session
from core.db import unit
from core.errors import Invalid, NotFound
from core.language.i18n import LANGUAGES, _
from core.language.stored_text import StoredText
from core.language.text import clean
from core.permissions import require
from core.vault import Vault

#: Not among the permissions that roles can grant: administrators have it, and nobody else.
NEEDED = "core.login.change"
PURPOSE = "login provider"
LONGEST_NAME, LONGEST_ISSUER, LONGEST_CLIENT, MOST_DOMAINS = 60, 300, 300, 50
#: Of an address's part behind the @, as a resolver writes it.
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_PLAIN = ("issuer", "client_id", "active", "link_by_email", "role_id", "log_out_there")


@dataclass(frozen=True, slots=True)
class Settings:
    """One provider, and how the accounts there are used. `role_id` is for people who come the first time; None lets in
    nobody new. `domains` are those of the addresses that are let in at all; without any, all are."""

    label: Mapping[str, str] = field(default_factory=dict)
    issuer: str = ""
    client_id: str = ""
    active: bool = False
    link_by_email: bool = False
    role_id: int | None = None
    domains: tuple[str, ...] = ()
    log_out_there: bool = False
    id: int | None = None
    has_secret: bool = False

    @property
    def name(self) -> StoredText:
        return StoredText(self.label, self.issuer)

    @property
    def log_name(self) -> str:
        """The name for the log, which has one language for all its readers."""
        return next((self.label[one] for one in ("en", *LANGUAGES) if self.label.get(one)), self.issuer)


def every() -> list[Settings]:
    """All providers, in the order in which they were set up."""
    return [_read(row) for row in unit().execute(sa.select(login_provider).order_by(login_provider.c.id)).mappings()]


def find(provider_id: int) -> Settings:
    """NotFound for one that is not there."""
    row = _row(provider_id)
    if row is None:
        raise NotFound(_("There is no such page."))
    return _read(row)


def by_issuer(issuer: str) -> Settings | None:
    """The provider at this address; there is at most one."""
    return next((one for one in every() if one.issuer == issuer.strip().rstrip("/")), None)


def asked(vault: Vault, provider_id: int) -> oidc.Provider | None:
    """Whom to ask; None for one that is not there, or while this way in is closed."""
    row = _row(provider_id)
    if row is None or not row["active"]:
        return None
    secret = vault.unseal(PURPOSE, row["sealed_secret"]) if row["sealed_secret"] else ""
    return oidc.Provider(row["issuer"], row["client_id"], secret or "")


def save(vault: Vault, given: Settings, secret: str) -> int:
    """Keep a provider, checked, on record; its id. One without an id is new.

    An empty secret leaves the stored one, unless the settings name another provider.
    """
    require(NEEDED)
    before = find(given.id) if given.id is not None else Settings()
    after = _checked(given)
    same = (before.issuer, before.client_id) == (after.issuer, after.client_id)
    values = {**{name: getattr(after, name) for name in _PLAIN}, "label": dict(after.label),
              "domains": " ".join(after.domains)}  # fmt: skip
    if secret or not same or given.id is None:
        values["sealed_secret"] = vault.seal(PURPOSE, secret) if secret else ""
    unit().begin_write()
    if given.id is None:
        saved: int = unit().execute(sa.insert(login_provider).values(**values).returning(
            login_provider.c.id)).scalar_one()  # fmt: skip
    else:
        saved = given.id
        unit().execute(sa.update(login_provider).where(login_provider.c.id == saved).values(**values))
    _note(saved, before, after, secret, "sealed_secret" in values)
    return saved


def remove(provider_id: int) -> None:
    """Forget a provider and whose account there is whose. Who is logged in stays so; his account here stays, too."""
    require(NEEDED)
    gone = find(provider_id)
    unit().begin_write()
    unit().execute(sa.delete(login_provider).where(login_provider.c.id == provider_id))
    unit().execute(sa.delete(login_link).where(login_link.c.issuer == gone.issuer))
    unit().execute(sa.update(session).where(session.c.provider_id == provider_id).values(
        provider_id=None, provider_session="", sealed_id_token=""))  # fmt: skip
    listener.record("core.login_provider", provider_id, gone.log_name, "remove", {})


def _note(provider_id: int, before: Settings, after: Settings, secret: str, new_secret: bool) -> None:
    names = ("label", "domains", *_PLAIN)
    changes: dict[str, Any] = {
        f"login.{name}": [_told(getattr(before, name)) if before.id else None, _told(getattr(after, name))]
        for name in names if before.id is None or getattr(before, name) != getattr(after, name)}  # fmt: skip
    if new_secret and (secret or before.has_secret):
        changes["login.client_secret"] = [MASK if before.has_secret else None, MASK if secret else None]
    if changes:
        listener.record("core.login_provider", provider_id, after.log_name, "setting", changes)


def _told(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def _row(provider_id: int) -> sa.RowMapping | None:
    return unit().execute(sa.select(login_provider).where(login_provider.c.id == provider_id)).mappings().first()


def _read(row: sa.RowMapping) -> Settings:
    return Settings(
        row["label"], row["issuer"], row["client_id"], row["active"], row["link_by_email"], row["role_id"],
        tuple(row["domains"].split()), row["log_out_there"], row["id"], bool(row["sealed_secret"]))  # fmt: skip


def _checked(given: Settings) -> Settings:
    """Invalid with everything that is wrong; what is switched off may be unfinished, but has a name to be found by."""
    errors: dict[str, list[Any]] = {}
    label = {one: clean(given.label.get(one, "")) for one in LANGUAGES}
    client_id, issuer = given.client_id.strip(), given.issuer.strip().rstrip("/")
    for key, title, text, longest in (
        ("label", _("Name on the log-in page"), max(label.values(), key=len), LONGEST_NAME),
        ("issuer", _("Address of the provider"), issuer, LONGEST_ISSUER),
        ("client_id", _("Client ID"), client_id, LONGEST_CLIENT),
    ):
        if not text and (given.active or key == "label"):
            errors[key] = [_("{field} is required.", field=title)]
        if len(text) > longest:
            errors[key] = [_("This is longer than {limit} characters. Shorten it.", limit=longest)]
    if issuer and "issuer" not in errors:
        try:
            issuer = _checked_issuer(issuer, given)
        except (Invalid, oidc.Untrusted) as error:
            errors["issuer"] = [error.message]
    if given.role_id is not None and not _is_role(given.role_id):
        errors["role"] = [_("Choose from the list.")]
    domains = _domains(given.domains)
    if any(not DOMAIN.fullmatch(one) for one in domains) or len(domains) > MOST_DOMAINS:
        errors["domains"] = [_("Write domains such as {example}, separated by spaces.", example="example.com")]
    if errors:
        raise Invalid(_("Some values need a correction."), errors=errors)
    return Settings(label, issuer, client_id, given.active, given.link_by_email, given.role_id, domains,
                    given.log_out_there, given.id)  # fmt: skip


def _checked_issuer(text: str, given: Settings) -> str:
    issuer = oidc.check_issuer(text)
    # Whose account is whose is kept by the issuer: the same person may have another number for another client.
    other = by_issuer(issuer)
    if other is not None and other.id != given.id:
        raise Invalid(_("“{name}” uses this provider already.", name=str(other.name)))
    if given.active:
        oidc.discover(issuer)
    return issuer


def _domains(given: tuple[str, ...]) -> tuple[str, ...]:
    """As they stand in addresses: in lower case, those of other scripts as ASCII, each once."""
    return tuple(dict.fromkeys(as_ascii(one.removeprefix("@")) for one in given))


def as_ascii(domain: str) -> str:
    """A domain as resolvers write it; itself in lower case where it cannot be one."""
    try:
        return domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return domain.lower()


def _is_role(role_id: int) -> bool:
    """Administrators are made by administrators, one by one, and not by whoever comes through a door."""
    found = sa.select(Role.id).where(Role.id == role_id, Role.deleted_at.is_(None), sa.not_(Role.is_admin))
    return unit().execute(found).first() is not None
