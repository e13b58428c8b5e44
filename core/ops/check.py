"""What may be wrong with an installation, each with what to do about it. Looking changes nothing."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from obstore.exceptions import BaseError
from sqlalchemy.engine import Engine

from core import signals
from core.audit.models import head
from core.auth.models import Role, User, credential, user_role
from core.config import Config
from core.declarations import Job
from core.errors import DeclarationError
from core.files.s3 import S3Store
from core.language.catalogues import stale
from core.language.direction import isolate, isolate_ltr
from core.language.i18n import _
from core.ops import demo, instance, upkeep
from core.plugin import lifecycle, loader
from core.plugin.containment import Trouble, summary_of

OLDEST_POSTGRESQL = 140000
# The Python that runs Diwan: another one has neither its packages nor, on Debian, the name `python`.
COMPILE = f"{sys.executable} -m core.language.catalogues compile"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, how it stands, and what to do about it.

    `ok` with a remedy is advice: nothing is wrong yet.
    """

    subject: str
    ok: bool
    text: Any
    remedy: Any = ""

    @property
    def label(self) -> Any:
        return SUBJECTS[self.subject]

    @property
    def is_advice(self) -> bool:
        return self.ok and bool(self.remedy)


@dataclass(frozen=True, slots=True)
class Place:
    """What the checks look at."""

    config: Config
    engine: Engine


Check = Callable[[Place], Iterator[Any]]


def run(config: Config) -> list[Finding]:
    """Every check. What needs the database is left out when it does not answer."""
    with instance.engines(config) as opened:
        place = Place(config, opened.engine)
        findings = [*_settings(config), *_report("folder", _folder(config)), *_report("space", upkeep.space(config)),
                    *_report("files", _files(config)),
                    *_report("packages", _broken())]
        database = list(_database(place))
        findings += _report("database", database)
        if all(finding.ok for finding in database):
            for subject, check in CHECKS.items():
                findings += _report(subject, check(place))
        findings += [*_report("translations", _translations()), *_report("signals", _signals()),
                     *_report("zones", upkeep.zones())]
    return findings


def _report(subject: str, found: Iterable[Any]) -> list[Finding]:
    """What was found about one subject, or that it is in order."""
    findings = [one if isinstance(one, Finding) else Finding(subject, one.ok, one.text, one.remedy) for one in found]
    return findings or [Finding(subject, True, _("In order."))]


def _settings(config: Config) -> Iterator[Finding]:
    """A setting that changes nothing is never silent."""
    if config.redis_url:
        yield Finding("settings", True, _("{setting} has no effect: machines share limits and live updates through the "
                                          "database.", setting=isolate_ltr("DIWAN_REDIS_URL")),
                      _("Take it out of the settings; Redis is not needed."))


def _folder(config: Config) -> Iterator[Finding]:
    """Nobody else on the machine may look into the folder or read the keys in it."""
    for path in (config.instance, config.files, config.instance / "secret_key", config.instance / demo.LOGINS):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            mode = "700" if path.is_dir() else "600"
            yield Finding("folder", False, _("Others on this machine can read {path}.", path=isolate_ltr(str(path))),
                          f"chmod {mode} {path}")
    if not os.access(config.instance, os.W_OK | os.X_OK):
        yield Finding("folder", False, _("{path} cannot be written to.", path=isolate_ltr(str(config.instance))),
                      _("Start Diwan as the user that owns the folder."))


def _files(config: Config) -> Iterator[Finding]:
    """Where files lie, and whether that takes them and gives them back."""
    if config.s3 is None:
        yield Finding("files", True, _("In the folder {path}.", path=isolate_ltr(str(config.files))))
        return
    place = f"{config.s3.bucket}/{config.s3.prefix}".rstrip("/")
    try:
        S3Store(config.s3).probe()
    except (BaseError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0][:300]
        yield Finding("files", False, _("The bucket {place} cannot be used: {reason}", place=isolate_ltr(place),
                                        reason=isolate_ltr(reason)),
                      _("Check the settings {names}, and that the key may list, read, write and delete.",
                        names=isolate_ltr("DIWAN_S3_…")))
        return
    yield Finding("files", True, _("In the bucket {place}.", place=isolate_ltr(place)))
    if next(config.files.glob("??/*"), None):
        yield Finding("files", False, _("Files in {path} are not looked for there any more.",
                                        path=isolate_ltr(str(config.files))),
                      f"rclone move --exclude 'imports/**' {config.files} REMOTE:{place}")


def _database(place: Place) -> Iterator[Finding]:
    if not _is_there(place.config):
        yield Finding("database", False, _("There is no database yet."), "diwan init")
        return
    try:
        with place.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                yield from _postgresql(connection)
            yield Finding("database", True, _("Runs on {database}.", database=_server(connection)))
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Finding("database", False, _("The database does not answer: {reason}", reason=reason),
                      _("Check DIWAN_DATABASE_URL and whether the database server runs."))


def _server(connection: sa.engine.Connection) -> str:
    """Kind and version, as the server tells them."""
    version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    return f"{'PostgreSQL' if connection.dialect.name == 'postgresql' else 'SQLite'} {version}"


def _is_there(config: Config) -> bool:
    try:
        return instance.exists(config)
    except sa.exc.SQLAlchemyError:
        return True  # The next step says why it cannot be reached.


def _postgresql(connection: sa.engine.Connection) -> Iterator[Finding]:
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar() or 0)
    if version < OLDEST_POSTGRESQL:
        yield Finding("database", False, _("PostgreSQL {version} is too old.", version=version // 10000),
                      _("Move to PostgreSQL {version} or newer.", version=OLDEST_POSTGRESQL // 10000))
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        yield Finding("database", False, _("The database stores text as {encoding}.", encoding=encoding),
                      _("Make a new database with the encoding UTF8 and restore a backup into it."))


def _migrations(place: Place) -> Iterator[Finding]:
    behind = instance.pending(place.config)
    if behind:
        yield Finding("migrations", False, _("Older than this version of Diwan: {names}", names=", ".join(behind)),
                      "diwan migrate")


def _broken() -> Iterator[Finding]:
    for name, trace in loader.installed().broken.items():
        yield Finding("packages", False, _("{plugin} cannot be loaded: {reason}", plugin=name,
                                           reason=isolate(summary_of(trace))),
                      _("Correct or uninstall the package; the data of the plugin stay."))


def _plugins(place: Place) -> Iterator[Finding]:
    """What is wrong with the plugins that somebody wants to run."""
    try:
        registry = lifecycle.build_registry(place.engine)
    except DeclarationError as error:
        yield Finding("plugins", False, str(error), _("Correct the plugin, or turn it off."))
        return
    for name, trouble in registry.troubles.items():
        yield Finding("plugins", False, *_told(name, trouble))


def _told(name: str, trouble: Trouble) -> tuple[Any, Any]:
    """What happened to a plugin, and what to do."""
    again, off = f"diwan plugin enable {name}", f"diwan plugin disable {name}"
    if trouble.phase == "package":
        return (_("{plugin} is enabled and not installed.", plugin=name),
                _("Install its package, or turn it off: {command}", command=off))
    if trouble.phase == "requires":
        return _("{plugin} is left out: {reason}", plugin=name, reason=isolate(trouble.summary)), off
    reason = f"{isolate_ltr(trouble.phase)}: {isolate(trouble.summary)}"
    if trouble.is_out:
        return _("{plugin} failed: {reason}", plugin=name, reason=reason), again
    return (_("{plugin} runs and has failed now and then: {reason}", plugin=name, reason=reason),
            _("Correct the plugin, then have it tried again: {command}", command=again))


def _administrators(place: Place) -> Iterator[Finding]:
    held = user_role.join(Role, Role.id == user_role.c.role_id).join(User, User.id == user_role.c.user_id)
    known = held.join(credential, credential.c.user_id == User.id)
    users, roles = User.__table__, Role.__table__
    living = sa.and_(roles.c.is_admin, roles.c.deleted_at.is_(None), users.c.active, users.c.deleted_at.is_(None))
    with place.engine.connect() as connection:
        if not connection.execute(sa.select(users.c.id).select_from(known).where(living).limit(1)).first():
            yield Finding("administrators", False, _("No administrator can log in."), "diwan init")


def _log(place: Place) -> Iterator[Finding]:
    with place.engine.connect() as connection:
        if connection.execute(sa.select(head.c.seq)).first() is None:
            yield Finding("audit", False, _("The audit log has no head, so nothing can be saved."),
                          _("Somebody has removed it. Restore a backup, and find out who could."))


def _upkeep(look: Callable[[sa.engine.Connection], Iterator[upkeep.Remark]]) -> Check:
    def check(place: Place) -> Iterator[Any]:
        with place.engine.connect() as connection:
            yield from look(connection)

    return check


def _at_work(place: Place) -> Iterator[Any]:
    """Jobs by the words of those who declare them, which a command has not asked for yet."""
    declared: Mapping[str, Job] = {}
    with suppress(DeclarationError):  # It is told of as a trouble of the plugin's.
        declared = lifecycle.build_registry(place.engine).derived.jobs
    with place.engine.connect() as connection:
        yield from upkeep.at_work(connection, declared)


def _translations() -> Iterator[Finding]:
    folders = [lifecycle.CATALOGUES, *(Path(loader.folder(plugin)) / "i18n"
                                       for plugin in loader.installed().plugins.values())]
    for folder in folders:
        behind = stale(folder)
        if behind:
            names = ", ".join(sorted({source.stem for source, _target in behind}))
            yield Finding("translations", False, _("Not compiled: {names}", names=names), COMPILE)


def _signals() -> Iterator[Finding]:
    for name, receiver in signals.unheard():
        yield Finding("signals", False, _("{receiver} listens to {signal}, which nobody tells.", receiver=receiver,
                                          signal=name), _("Correct the name, or install the plugin that declares it."))


#: What needs a database that answers.
CHECKS: dict[str, Check] = {
    "migrations": _migrations, "plugins": _plugins, "administrators": _administrators, "audit": _log,
    "verified": _upkeep(upkeep.verified), "backup": _upkeep(upkeep.backed_up), "drill": _upkeep(upkeep.drilled),
    "jobs": _at_work, "mail": _upkeep(upkeep.outbox),
}  # fmt: skip

SUBJECTS = {
    "settings": _("Settings"),
    "folder": _("Folder and keys"), "files": _("Files"), "space": _("Disk space"),
    "packages": _("Packages"), "database": _("Database"),
    "migrations": _("Migrations"), "plugins": _("Plugins"), "administrators": _("Administrators"),
    "audit": _("Audit log"), "verified": _("Check of the audit log"), "backup": _("Backup"),
    "drill": _("Restore drill"), "jobs": _("Jobs"), "mail": _("Outbox"),
    "translations": _("Translations"), "signals": _("Signals"),
    "zones": _("Time zones"),
}  # fmt: skip
