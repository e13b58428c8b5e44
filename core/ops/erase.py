"""Forgetting one person, wherever the database holds his data: the record, what searches find it by, imports, the
answers kept for repeated requests, files of exports, and the log with its archives, whose chain stays whole (AUD-07).

It needs the connection of the owner of the tables, since nobody else may touch the log. Files that were fetched and
backups that were made before are beyond its reach: what it reports says so to the operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy.engine import Engine

from core import registry as registries
from core import search
from core.attachments import keeping as attached
from core.audit import archive_erasing, erasing, listener
from core.audit.archive_turns import alone
from core.auth import accounts, passwords, single_sign_on
from core.auth.models import User
from core.chat import keeping as chat_keeping
from core.config import Config
from core.db import Unit, make_engine, run_unit
from core.entity.spec import EntitySpec
from core.files import erasing as files_erasing
from core.mass import ledger as mass_ledger
from core.merging import ledger as merge_ledger
from core.plugin import lifecycle
from core.records import erase as records_erase
from core.rest import idempotency
from core.transfer import ledger as import_ledger
from core.transfer.exports import keeping as exports


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be forgotten, as the operator sees him before he confirms."""

    title: str
    entries: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """How many entries of the log lost the record's values, and in how many the acting user lost his name."""

    entries: int
    acted: int


def look(config: Config, entity: str, record_id: int) -> Person:
    """The person behind a number; NotFound where there is none, Invalid for an entity that describes no people."""

    def find(opened: Unit) -> Person:
        spec = registries.current().entity(entity)
        records_erase.require_people(spec)
        stored = records_erase.find(spec, record_id)
        return Person(str(stored.get(spec.meta.title) or ""), erasing.count(opened, spec.name, record_id))

    with _owner(config) as engine:
        found: Person = run_unit(engine, find)
    return found


def forget(config: Config, entity: str, record_id: int, reason: str = "") -> Erasure:
    """Erase a person in one transaction, on record with the reason; a user's account is ended before."""
    with _owner(config) as engine:
        spec = registries.current().entity(entity)
        if spec.model is User:
            # First and by itself: what this leaves in the log has to be there when the log is gone through.
            run_unit(engine, lambda _opened: _end_account(record_id))
        # Before the rest: without it, what else tells of the person could not be found any more.
        told_of = run_unit(engine, lambda _opened: _records(spec, record_id))
        actor_id = record_id if spec.model is User else None
        done: Erasure
        files: set[str]
        with alone(config.log_archive):
            archived = archive_erasing.erase(engine, config.log_archive, told_of, actor_id)
            done, files = run_unit(engine, lambda opened: _forget(opened, spec, record_id, reason))
        with engine.connect() as connection:
            files_erasing.remove(config, connection, files)
        _wipe(engine, [spec, *(one for one in registries.current().entities.values() if one.meta.erased_with)])
    return replace(done, entries=done.entries + archived)


@contextmanager
def _owner(config: Config) -> Iterator[Engine]:
    engine = make_engine(config.migration_url)
    try:
        with registries.pinned(lifecycle.refresh(engine)):
            yield engine
    finally:
        engine.dispose()


def _records(spec: EntitySpec, record_id: int) -> list[tuple[str, int]]:
    """The person's record, those that became part of it, and those that tell of it."""
    records_erase.require_people(spec)
    records_erase.find(spec, record_id)
    return [(one.name, number) for one, number in _of_person(spec, record_id)]


def _of_person(spec: EntitySpec, record_id: int) -> list[tuple[EntitySpec, int]]:
    same = [record_id, *merge_ledger.part_of(spec.name, record_id)]
    told = [pair for one in same for pair in records_erase.told_of(spec.name, one)]
    return list({(one.name, number): (one, number) for one, number in [*((spec, one) for one in same), *told]}.values())


def _forget(opened: Unit, spec: EntitySpec, record_id: int, reason: str) -> tuple[Erasure, set[str]]:
    opened.begin_write()
    if opened.dialect == "sqlite":
        opened.connection.exec_driver_sql("PRAGMA secure_delete=ON")
    records_erase.require_people(spec)
    acted = erasing.erase_actor(opened, record_id) if spec.model is User else 0
    entries, files = 0, exports.forget_all(opened)
    if spec.model is User:
        files |= chat_keeping.digests_of(record_id)
    for one, number in _of_person(spec, record_id):
        files |= files_erasing.release(one, records_erase.find(one, number)) | attached.forget(one.name, [number])
        records_erase.empty(one, number)
        import_ledger.forget(one.name, number)
        mass_ledger.forget(one.name, number)
        merge_ledger.forget(one.name, number)
        idempotency.forget(one.path, number)
        entries += erasing.erase_record(opened, one.name, number)
    listener.record(spec.name, record_id, "", "erase", {"entries": [None, entries + acted]}, reason=reason)
    return Erasure(entries, acted), files


def _end_account(user_id: int) -> None:
    """A forgotten user signs in no more; that he did what he did stays, by his number."""
    if records_erase.find(registries.current().of(User), user_id)["deleted_at"] is None:
        accounts.disable_user(user_id)
    passwords.forget(user_id)
    single_sign_on.forget(user_id)


def _wipe(engine: Engine, specs: Iterable[EntitySpec]) -> None:
    """SQLite keeps what was deleted in unused parts of its file and its index; here they are written over."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        for spec in specs:
            if spec.is_searchable:
                driver.execute(search.merge_index(spec))
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
