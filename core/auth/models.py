"""Users, roles, teams and organisations as entities; credentials, sessions and tokens as plain tables.

Secrets are no fields of any entity, so that no list, filter, export or API can reach them (SEC-24, SEC-32).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from core.db import BigId, Json, UtcDateTime, metadata
from core.entity import fields
from core.entity.base import Entity
from core.entity.spec import Choice, Meta, Party
from core.language.direction import isolate_ltr
from core.language.i18n import _

LANGUAGES = (Choice("ar", "العربية"), Choice("fa", "فارسی"), Choice("en", "English"))
CALENDARS = (Choice("gregorian", _("Gregorian")), Choice("jalali", _("Solar Hijri")), Choice("hijri", _("Lunar Hijri")))
DIGITS = (Choice("latn", "0123"), Choice("arab", "٠١٢٣"), Choice("arabext", "۰۱۲۳"))
WEEKDAYS = (
    Choice("1", _("Monday")),
    Choice("2", _("Tuesday")),
    Choice("3", _("Wednesday")),
    Choice("4", _("Thursday")),
    Choice("5", _("Friday")),
    Choice("6", _("Saturday")),
    Choice("7", _("Sunday")),
)
WEEKENDS = (
    Choice("5", _("Friday")),
    Choice("56", _("Friday and Saturday")),
    Choice("67", _("Saturday and Sunday")),
    Choice("45", _("Thursday and Friday")),
    Choice("57", _("Friday and Sunday")),
    Choice("6", _("Saturday")),
    Choice("7", _("Sunday")),
    Choice("0", _("No days off")),
)
"""The days off, as the ISO weekdays that each value is made of."""
CLOCK = {"pattern": r"([01]\d|2[0-3]):[0-5]\d"}
"""A time of day as text, such as 08:30."""
SHIFTS = "work_from work_until later_from later_until"
DENSITIES = (Choice("comfortable", _("Comfortable")), Choice("compact", _("Compact")))
KINDS = (Choice("person", _("Person")), Choice("program", _("Program")))
NETWORKS = _(
    "IP addresses or networks, such as {example}; empty allows all. From elsewhere nobody can log in, and open "
    "sessions and tokens are refused.", example=isolate_ltr("203.0.113.0/24, 2001:db8::/32"))
THEMES = (Choice("auto", _("Automatic")), Choice("light", _("Light")), Choice("dark", _("Dark")))


class Organisation(Entity):
    """A legal entity or branch that uses Diwan; never called company, which is a customer."""

    __entity__ = "core.organisation"
    __meta__ = Meta(
        _("Organisation", context="record type"),
        _("Organisations"),
        title="name",
        icon="building",
        customizable=False,
        list=("name", "country", "currency", "calendar", "timezone"),
        sort="name",
        sections=(
            (_("Organisation"), "name country currency tax_number"),
            (_("Language and time"), "language calendar digits timezone fiscal_year_start"),
            (_("Working time"), f"week_start weekend {SHIFTS} ramadan_from ramadan_until"),
        ),
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, search=10)
    country: Mapped[str | None] = fields.country(_("Country"))
    currency: Mapped[str | None] = fields.currency(_("Currency"))
    tax_number: Mapped[str | None] = fields.code(_("Tax number"))
    language: Mapped[str | None] = fields.choice(_("Language"), LANGUAGES)
    calendar: Mapped[str | None] = fields.choice(_("Calendar"), CALENDARS)
    digits: Mapped[str | None] = fields.choice(
        _("Digits"), DIGITS, help=_("For those who read the organisation's language and have chosen no others."))
    timezone: Mapped[str | None] = fields.code(_("Time zone"))
    week_start: Mapped[str | None] = fields.choice(_("First day of the week"), WEEKDAYS)
    weekend: Mapped[str | None] = fields.choice(_("Weekend"), WEEKENDS)
    work_from: Mapped[str | None] = fields.code(
        _("Work begins"), max_length=5, options=CLOCK | {"example": "08:00"},
        help=_("Such as {example}; reminders wait for it.", example="08:00"))
    work_until: Mapped[str | None] = fields.code(_("Work ends"), max_length=5, options=CLOCK | {"example": "18:00"})
    later_from: Mapped[str | None] = fields.code(
        _("Second shift begins"), max_length=5, options=CLOCK | {"example": "19:00"},
        help=_("Where work stops for a long break in the middle of the day."))
    later_until: Mapped[str | None] = fields.code(
        _("Second shift ends"), max_length=5, options=CLOCK | {"example": "22:00"})
    ramadan_from: Mapped[str | None] = fields.code(
        _("Work begins in Ramadan"), max_length=5, options=CLOCK | {"example": "09:00"},
        help=_("Where it differs from the rest of the year."))
    ramadan_until: Mapped[str | None] = fields.code(
        _("Work ends in Ramadan"), max_length=5, options=CLOCK | {"example": "15:00"})
    fiscal_year_start: Mapped[str | None] = fields.code(
        _("Fiscal year starts"),
        help=_("Month and day in the organisation's calendar, such as {example}.", example="01-01"),
        options={"pattern": r"\d{2}-\d{2}"},
    )
    setup: Mapped[str | None] = fields.code(_("Step of the set-up"), system=True, audit=False)


class Team(Entity):
    """Colleagues who share records; a team may stand under another one, and its head belongs to it."""

    __entity__ = "core.team"
    __meta__ = Meta(
        _("Team", context="record type"),
        _("Teams"),
        icon="users",
        list=("name", "head_id", "parent_id"),
        sort="name",
        sections=((_("Team"), "name head_id parent_id"), (_("Working time"), f"weekend {SHIFTS}")),
        customizable=False,
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, search=10)
    parent_id: Mapped[int | None] = fields.ref("core.team", _("Part of team"))
    head_id: Mapped[int | None] = fields.user(
        _("Head of team"), help=_("Belongs to the team; with the right to sub-teams sees the records of all below it."))
    weekend: Mapped[str | None] = fields.choice(
        _("Weekend"), WEEKENDS, help=_("Where it differs from the organisation's."))
    work_from: Mapped[str | None] = fields.code(_("Work begins"), max_length=5, options=CLOCK | {"example": "08:00"})
    work_until: Mapped[str | None] = fields.code(_("Work ends"), max_length=5, options=CLOCK | {"example": "18:00"})
    later_from: Mapped[str | None] = fields.code(
        _("Second shift begins"), max_length=5, options=CLOCK | {"example": "19:00"},
        help=_("Where work stops for a long break in the middle of the day."))
    later_until: Mapped[str | None] = fields.code(
        _("Second shift ends"), max_length=5, options=CLOCK | {"example": "22:00"})


class User(Entity):
    """A colleague with a log-in. Display settings are empty where the organisation's apply."""

    __entity__ = "core.user"
    __meta__ = Meta(
        _("User", context="record type"),
        _("Users"),
        icon="user",
        list=("name", "email", "language", "active", "last_seen_at"),
        sort="name",
        match=("email",),
        customizable=False,
        personal=True,
        subtitle="email",
        party=Party(),
        sections=(
            (_("User"), "name email active kind"),
            (_("Language and time"), "language calendar digits timezone week_start"),
            (_("Display"), "density theme shortcuts"),
            (_("Access"), "networks"),
        ),
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, search=10)
    email: Mapped[str] = fields.email(_("Email"), required=True, unique=True, search=5)
    active: Mapped[bool] = fields.bool(_("Active"), default=True, filter=True)
    language: Mapped[str | None] = fields.choice(_("Language"), LANGUAGES)
    calendar: Mapped[str | None] = fields.choice(_("Calendar"), CALENDARS)
    digits: Mapped[str | None] = fields.choice(_("Digits"), DIGITS)
    timezone: Mapped[str | None] = fields.code(_("Time zone"))
    week_start: Mapped[str | None] = fields.choice(_("First day of the week"), WEEKDAYS)
    density: Mapped[str | None] = fields.choice(_("Density"), DENSITIES)
    theme: Mapped[str | None] = fields.choice(_("Theme"), THEMES)
    shortcuts: Mapped[bool] = fields.bool(_("Single-letter shortcuts"), default=True)
    kind: Mapped[str | None] = fields.choice(_("Kind"), KINDS, default="person")
    device_notices: Mapped[bool] = fields.bool(_("Tell me of log-ins from new devices"), default=True)
    first_steps: Mapped[bool] = fields.bool(_("Show first steps on the dashboard"), default=True)
    tour: Mapped[bool] = fields.bool(_("Offer the tour on the dashboard"), default=True)
    networks: Mapped[str | None] = fields.code(
        _("Allowed networks"), max_length=1000, help=NETWORKS, options={"example": "203.0.113.0/24"},
        read="core.user.change")
    last_seen_at: Mapped[Any | None] = fields.datetime(_("Last seen"), system=True, audit=False)


OWN_SETTINGS = (
    "name", "language", "calendar", "digits", "timezone", "week_start", "density", "theme", "shortcuts",
    "device_notices", "first_steps", "tour",
)  # fmt: skip
"""What users change of their own record without any permission."""


class Role(Entity):
    """A named set of rights that users hold."""

    __entity__ = "core.role"
    __meta__ = Meta(
        _("Role", context="record type"),
        _("Roles"),
        icon="shield-lock",
        list=("name", "note"),
        sort="name",
        customizable=False,
        sections=((_("Role"), "name note is_admin second_factor networks"),),
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, search=10)
    key: Mapped[str | None] = fields.code(_("Key"), system=True, audit=False)
    note: Mapped[str | None] = fields.note(_("Note"))
    is_admin: Mapped[bool] = fields.bool(_("Administrator: may do everything"))
    second_factor: Mapped[bool] = fields.bool(_("Two-factor authentication is required"))
    networks: Mapped[str | None] = fields.code(
        _("Allowed networks"), max_length=1000, help=NETWORKS, options={"example": "203.0.113.0/24"})


def _link(name: str, left: str, right: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column(f"{left}_id", BigId, sa.ForeignKey(f"core_{left}.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(f"{right}_id", BigId, sa.ForeignKey(f"core_{right}.id", ondelete="CASCADE"), primary_key=True),
        sa.Index(f"ix_{name}_{right}", f"{right}_id", f"{left}_id"),
    )


user_role = _link("core_user_role", "user", "role")
user_team = _link("core_user_team", "user", "team")
user_organisation = _link("core_user_organisation", "user", "organisation")

role_grant = sa.Table(
    "core_role_grant",
    metadata,
    sa.Column("role_id", BigId, sa.ForeignKey("core_role.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("permission", sa.String(120), primary_key=True),
    sa.Column("scope", sa.SmallInteger, nullable=False),
)

role_field = sa.Table(
    "core_role_field",
    metadata,
    sa.Column("role_id", BigId, sa.ForeignKey("core_role.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("entity", sa.String(120), primary_key=True),
    sa.Column("field", sa.String(120), primary_key=True),
    # core.actor.HIDDEN or READ; a field without a row is open.
    sa.Column("level", sa.SmallInteger, nullable=False),
)

credential = sa.Table(
    "core_credential",
    metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False, default=False),
)

session = sa.Table(
    "core_session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("organisation_id", BigId, sa.ForeignKey("core_organisation.id", ondelete="SET NULL"), nullable=True),
    sa.Column("csrf_token", sa.String(64), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("remembered", sa.Boolean, nullable=False, default=False),
    sa.Column("address", sa.String(64), nullable=False, default=""),
    sa.Column("user_agent", sa.String(300), nullable=False, default=""),
    # Whether a second factor was shown.
    sa.Column("factor", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    # Its user may do other things than when it began: it goes on under a new id from the next page on.
    sa.Column("renewal_due", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    # Where it began at a provider of accounts: which one, its name for the session there, and the id token, sealed, by
    # which the provider is asked to end that one too. Without a foreign key, since ids of providers are used once.
    sa.Column("provider_id", BigId, nullable=True),
    sa.Column("provider_session", sa.String(255), nullable=False, default="", server_default=""),
    sa.Column("sealed_id_token", sa.Text, nullable=False, default="", server_default=""),
)

second_factor = sa.Table(
    "core_second_factor",
    metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    # Sealed with the installation's key.
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # The time step of the last code that was accepted: none is accepted twice.
    sa.Column("last_step", sa.BigInteger, nullable=False, default=0),
)

recovery_code = sa.Table(
    "core_recovery_code",
    metadata,
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("code_hash", sa.String(64), primary_key=True),
)

device = sa.Table(
    "core_device",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index("ix_core_device_user", "user_id"),
)

mail_link = sa.Table(
    "core_mail_link",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    sa.Column("purpose", sa.String(10), nullable=False),
    # A digest of the password and address it was made for: it is void once either has changed.
    sa.Column("bound_to", sa.String(64), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_core_mail_link_user", "user_id"),
)

login_provider = sa.Table(
    "core_login_provider",
    metadata,
    # Never given twice: it stands in the address to which the provider sends people back.
    sa.Column("id", BigId, primary_key=True),
    # What its button says, by language.
    sa.Column("label", Json, nullable=False),
    sa.Column("issuer", sa.String(300), nullable=False),
    sa.Column("client_id", sa.String(300), nullable=False),
    # Sealed with the installation's key; empty for none.
    sa.Column("sealed_secret", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("link_by_email", sa.Boolean, nullable=False),
    sa.Column("role_id", BigId, sa.ForeignKey("core_role.id", ondelete="SET NULL"), nullable=True),
    # Of the addresses that are let in, separated by spaces; empty for any.
    sa.Column("domains", sa.Text, nullable=False),
    # Whether logging out here logs out there.
    sa.Column("log_out_there", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)

login_link = sa.Table(
    "core_login_link",
    metadata,
    sa.Column("issuer", sa.String(300), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_core_login_link_user", "user_id"),
)

token = sa.Table(
    "core_token",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("user_id", BigId, sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("label", sa.String(100), nullable=False, default=""),
    sa.Column("scope", sa.String(10), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=True),
    sa.Column("last_used_at", UtcDateTime, nullable=True),
    sa.Column("last_address", sa.String(64), nullable=False, default="", server_default=""),
    # Names of the entities it is narrowed to, separated by spaces; empty for all of its user's.
    sa.Column("entities", sa.Text, nullable=False, default="", server_default=""),
    sqlite_autoincrement=True,
)

throttle = sa.Table(
    "core_throttle",
    metadata,
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("window_ends_at", UtcDateTime, nullable=False),
)
