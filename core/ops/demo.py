"""The sample company: an organisation, five colleagues with different rights, and what each plugin adds.

Their passwords are made up for each database, so that no installation can be entered with a known one.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import records
from core import registry as registries
from core.actor import SYSTEM, Origin, acting, new_request_id
from core.audit.models import audit
from core.auth import accounts, defaults
from core.auth.models import Organisation, Team, User
from core.config import Config
from core.db import Unit, make_engine, run_unit, unit
from core.errors import Conflict
from core.files.s3 import S3Store
from core.language.i18n import LANGUAGE_NAMES, _, current, gettext
from core.ops import instance
from core.plugin import lifecycle, loader, migrate
from core.registry import Registry

LOGINS = "demo-logins.txt"
# Its row in core_stamp marks a database that holds the sample company.
STAMP = "demo"
# Its customers are those of the plugins' samples, which know these people by their email addresses.
ORGANISATION = {
    "name": "آرمان واحه", "country": "IR", "currency": "IRR", "tax_number": "14008812345", "calendar": "jalali",
    "timezone": "Asia/Tehran", "week_start": "6", "fiscal_year_start": "01-01",
}  # fmt: skip
IRAN = {"calendar": "jalali", "digits": "arabext", "timezone": "Asia/Tehran", "week_start": "6"}
SAUDI_ARABIA = {"calendar": "gregorian", "digits": "arab", "timezone": "Asia/Riyadh", "week_start": "7"}
BRITAIN = {"calendar": "gregorian", "digits": "latn", "timezone": "Europe/London", "week_start": "1"}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone of the sample company: `role` is the key of a default role, `settings` fields of the user."""

    name: str
    email: str
    role: str
    settings: dict[str, Any]

    @property
    def sells(self) -> bool:
        return self.role.startswith("sales_")


def _colleague(name: str, local: str, role: str, language: str, country: dict[str, str]) -> Colleague:
    return Colleague(name, f"{local}@arman-waha.example", role, {"language": language, **country})


#: Whoever sells belongs to it, so that the manager sees what his people work on.
TEAM = "فروش · المبيعات · Sales"
COLLEAGUES = (
    _colleague("سارا احمدی", "sara.ahmadi", "administrator", "fa", IRAN),
    _colleague("ماجد الشهري", "majed.alshehri", "sales_manager", "ar", SAUDI_ARABIA),
    _colleague("Emma Whitcombe", "emma.whitcombe", "sales_representative", "en", BRITAIN),
    _colleague("امیر رستگار", "amir.rastegar", "sales_representative", "fa", IRAN),
    _colleague("نورة القحطاني", "noura.alqahtani", "read_only", "ar", SAUDI_ARABIA),
)


def is_loaded(engine: Engine) -> bool:
    """Whether this database holds the sample company."""
    with engine.connect() as connection:
        return lifecycle.read_stamp(connection, STAMP) > 0


def load(config: Config, engine: Engine, today: dt.date | None = None) -> str:
    """Load the sample company into an initialised database, and answer who may log in.

    All of it is one transaction, so that a load that was cut short can be repeated. Conflict when the
    database is in use.
    """
    registry = lifecycle.refresh(engine)
    passwords = {colleague.email: defaults.make_password() for colleague in COLLEAGUES}
    origin = Origin("cli", request_id=new_request_id())
    with registries.pinned(registry), acting(SYSTEM, origin):
        run_unit(engine, lambda opened: _fill(opened, registry, passwords, today or dt.date.today()))
    text = logins_text(passwords)
    _keep_logins(config, text)
    return text


def reset(config: Config, today: dt.date | None = None) -> str:
    """Empty a database that holds the sample company, and load it again; Conflict for any other database."""
    engine = make_engine(config.database_url)
    try:
        if not is_loaded(engine):
            raise Conflict(_("This database does not hold the sample company, so it is not emptied."))
        with engine.connect() as connection:
            plugins = lifecycle.enabled_names(connection)
        empty(config)
        instance.initialise(config, plugins, language=current().language, with_admin=False)
        return load(config, engine, today)
    finally:
        engine.dispose()


def empty(config: Config) -> None:
    """Remove every table of the plugins and the kernel, the mark of the sample company last, and all files."""
    owner = make_engine(config.migration_url)
    try:
        available = loader.installed().plugins
        for plugin in reversed(loader.in_order(available, available)):
            if migrate.stands_at(owner, plugin.manifest.name):
                migrate.downgrade(owner, plugin.manifest.name, plugin)
        migrate.downgrade(owner, migrate.KERNEL)
    finally:
        owner.dispose()
    shutil.rmtree(config.files, ignore_errors=True)
    if config.s3:
        S3Store(config.s3).clear()


def stored_logins(config: Config) -> str:
    """What was printed when the sample company was loaded; empty when the file is gone."""
    try:
        return (config.instance / LOGINS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def logins_text(passwords: dict[str, str]) -> str:
    """A table of the colleagues with their passwords, as printed and kept."""
    roles = {role.key: role.name for role in defaults.DEFAULT_ROLES}
    lines = [gettext("Users of the sample company, with passwords of this database alone:"), ""]
    for colleague in COLLEAGUES:
        language = LANGUAGE_NAMES[colleague.settings["language"]]
        lines.append(f"  {colleague.email:<34} {passwords[colleague.email]:<26} {roles[colleague.role]}, {language}")
    lines.append("")
    return "\n".join(lines) + "\n"


def _keep_logins(config: Config, text: str) -> None:
    path = config.instance / LOGINS
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def _fill(opened: Unit, registry: Registry, passwords: dict[str, str], today: dt.date) -> None:
    _refuse_used(registry)
    opened.begin_write()
    organisation_id = defaults.ensure_organisation()
    records.update(Organisation, organisation_id, ORGANISATION | {"language": current().language})
    roles = defaults.ensure_roles()
    team = records.create(Team, name=TEAM).id
    for colleague in COLLEAGUES:
        accounts.create_user(
            colleague.name, colleague.email, passwords[colleague.email], role_ids=[roles[colleague.role]],
            organisation_ids=[organisation_id], team_ids=[team] if colleague.sells and team else [],
            first_steps=False, **colleague.settings)
    registry.hook.demo(unit=opened, today=today)
    lifecycle.bump(opened, STAMP)


def _refuse_used(registry: Registry) -> None:
    """Conflict when people have worked here, or when there are records of their business."""
    if unit().execute(sa.select(audit.c.id).where(audit.c.actor_id.is_not(None)).limit(1)).first():
        raise _used()
    if (unit().execute(sa.select(sa.func.count()).select_from(User)).scalar() or 0) > 1:
        raise _used()
    for spec in registry.entities.values():
        is_business = spec.plugin != migrate.KERNEL and (spec.meta.owned or spec.meta.organised)
        if is_business and unit().execute(sa.select(spec.table.c.id).limit(1)).first():
            raise _used()


def _used() -> Conflict:
    return Conflict(_("This database is in use, so the sample company is not loaded into it. "
                      "Choose another instance folder with DIWAN_INSTANCE, or another database."))
