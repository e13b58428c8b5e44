"""Databases full of contacts, made once and kept in a cache folder; each run measures a copy.

The rows go through the functions that saving uses for keys and for writing, without the hooks and the audit log:
what is measured afterwards reads and writes them as if they had come one by one. PostgreSQL gets the very rows that
SQLite holds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.people import COLUMNS, people
from benchmarks.postgresql_server import Server
from core import bulk, records
from core import registry as registries
from core.actor import SYSTEM, Origin, acting
from core.auth import accounts, defaults, sessions, tokens
from core.config import Config, load
from core.db import Unit, make_engine, run_unit, unit, unit_of_work
from core.entity.spec import EntitySpec
from core.language.phones import parse_phone
from core.language.regions import country_code
from core.ops import instance
from core.plugin import lifecycle
from core.records.write import insert_rows
from core.search import KeyWriter

CHUNK = 5_000
FIRST = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
TAGS = 12
PASSWORD = "only for measuring, never kept"
PLAIN = ("name", "first_name", "last_name", "email", "region", "city", "postal_code", "address", "status", "source",
         "kind", "website", "national_id", "note")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Installation:
    """A database to be measured and who may use it."""

    config: Config
    token: str
    cookie: str
    csrf: str

    @property
    def kind(self) -> str:
        return "sqlite" if self.config.is_sqlite else "postgresql"


def installation(cache: Path, folder: Path, rows: int, server: Server | None) -> Installation:
    """A copy of the data set of `rows` contacts in `folder`; on PostgreSQL when there is a server."""
    source = _sqlite(cache, rows)
    folder.mkdir(parents=True)
    if server is None:
        shutil.copy(source, folder / "diwan.db")
        config = load({"DIWAN_INSTANCE": str(folder)})
    else:
        template = f"contacts_{rows}_{_schema()}"
        if not server.has(template):
            _copy_to_postgresql(source, server, template)
        server.copy(template, "measured")
        config = load({"DIWAN_INSTANCE": str(folder), "DIWAN_DATABASE_URL": server.url("measured")})
    return _with_access(config)


def _with_access(config: Config) -> Installation:
    engine = make_engine(config.database_url)
    lifecycle.refresh(engine)

    def admit(opened: Unit) -> tuple[str, sessions.Session]:
        user = opened.execute(sa.text("SELECT min(id) FROM core_user")).scalar_one()
        return tokens.create(user, "write", 1, "benchmark"), sessions.create(user, None, Origin("web"))

    with registries.pinned(registries.current()), acting(SYSTEM, Origin("cli")):
        token, session = run_unit(engine, admit)
    engine.dispose()
    return Installation(config, token, session.token, session.csrf_token)


def _sqlite(cache: Path, rows: int) -> Path:
    """The kept SQLite file of this size; made when it is missing."""
    kept = cache / f"contacts_{rows}_{_schema()}.db"
    if kept.exists():
        return kept
    folder = cache / "being-made"
    shutil.rmtree(folder, ignore_errors=True)
    config = load({"DIWAN_INSTANCE": str(folder)})
    _furnish(config)
    engine = make_engine(config.database_url)
    with registries.pinned(registries.current()), acting(SYSTEM, Origin("cli")):
        made = iter(people(rows))
        first = 1
        while part := list(islice(made, CHUNK)):
            with unit_of_work(engine) as opened:
                opened.begin_write()
                add(registries.current().entity("contacts.contact"), part, first)
            first += len(part)
    engine.dispose()
    with sqlite3.connect(folder / "diwan.db", isolation_level=None) as connection:
        connection.execute("UPDATE core_series SET next = ? WHERE name = 'contacts.contact.number'", (rows + 2,))
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    (folder / "diwan.db").rename(kept)
    shutil.rmtree(folder)
    return kept


def _schema() -> str:
    """Changes with every migration: a kept database of an older schema is of no use."""
    root = Path(__file__).parents[1]
    files = sorted([*root.glob("core/migrations/versions/*.py"), *root.glob("plugins/*/migrations/*.py")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def _furnish(config: Config) -> None:
    """An organisation, an administrator, four people in charge, and tags."""
    instance.initialise(config, admin_email="admin@example.com", admin_password=PASSWORD)
    engine = make_engine(config.database_url)
    registry = lifecycle.refresh(engine)
    with registries.pinned(registry), acting(SYSTEM, Origin("cli")), unit_of_work(engine):
        roles, organisation = defaults.ensure_roles(), defaults.ensure_organisation()
        for number in range(4):
            accounts.create_user(
                f"Colleague {number + 1}",
                f"colleague{number + 1}@example.com",
                PASSWORD,
                role_ids=[roles["sales_representative"]],
                organisation_ids=[organisation],
            )
        fill_tags()
        # The first contact makes the number series.
        records.delete(
            "contacts.contact", [records.create("contacts.contact", name="First", email="first@a.example").id]
        )
    engine.dispose()


def fill_tags() -> None:
    records.save_many("contacts.tag", [records.Change(values={"name": f"Tag {n + 1}"}) for n in range(TAGS)])


def add(spec: EntitySpec, part: Iterable[tuple[str, ...]], first: int, owners: int = 5) -> None:
    """Store people as contacts numbered from `first` on, with some tags, in the charge of the first users."""
    keys = KeyWriter(spec).columns
    stored = []
    for number, row in enumerate(part, first):
        values = _values(dict(zip(COLUMNS, row, strict=True)), number, owners)
        stored.append({**values, **keys(values)})
    ids = insert_rows(spec, len(stored), iter(stored))
    links = [
        [record_id, 1 + (number + extra * 5) % TAGS]
        for number, record_id in enumerate(ids, first)
        if number % 5 < 2
        for extra in range(1 + (number % 3 == 0))
    ]
    bulk.insert(unit().connection, spec.links["tags"], ("record_id", "target_id"), links)


def _values(cells: dict[str, str], number: int, owners: int) -> dict[str, Any]:
    """A contact as saving would store it."""
    country = country_code(cells["country"])
    moment = FIRST + dt.timedelta(seconds=number * 200, microseconds=number % 1_000_000)
    values: dict[str, Any] = {name: cells[name] or None for name in PLAIN}
    values.update(
        number=f"C-{number + 1:05}", phone=_phone(cells["phone"], country), country=country, shipping_same=True,
        shipping_address=values["address"], birth_date=dt.date.fromisoformat(cells["birth_date"])
        if cells["birth_date"] else None, version=1, created_at=moment, updated_at=moment, created_by_id=1,
        owner_id=1 + number % owners, organisation_id=1)  # fmt: skip
    return values


def _phone(text: str, country: str | None) -> str:
    try:
        return parse_phone(text, country)
    except ValueError:
        return text


def _copy_to_postgresql(source: Path, server: Server, name: str) -> None:
    """The same installation on PostgreSQL; indexes are built after the rows, which is many times faster."""
    server.create(name)
    engine = make_engine(server.url(name))
    folder = source.parent / "being-made"
    shutil.rmtree(folder, ignore_errors=True)
    config = load({"DIWAN_INSTANCE": str(folder), "DIWAN_DATABASE_URL": server.url(name)})
    _furnish(config)
    spec = registries.current().entity("contacts.contact")
    old = make_engine(f"sqlite:///{source}")
    with engine.begin() as connection, old.connect() as reading:
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
        indexes = connection.exec_driver_sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'contacts_contact' "
            "AND indexname NOT LIKE 'pk_%%'"
        ).all()
        for index, _definition in indexes:
            connection.exec_driver_sql(f'DROP INDEX "{index}"')
        connection.execute(sa.delete(spec.table))
        for table in (spec.table, spec.links["tags"]):
            _copy_table(reading, connection, table)
        for _index, definition in indexes:
            connection.exec_driver_sql(definition)
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('contacts_contact', 'id'), (SELECT max(id) FROM contacts_contact))"
        )
        connection.exec_driver_sql(
            "UPDATE core_series SET next = (SELECT max(id) + 1 FROM contacts_contact) "
            "WHERE name = 'contacts.contact.number'"
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    old.dispose()
    engine.dispose()
    shutil.rmtree(folder)


def _copy_table(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> None:
    found: Iterator[Any] = iter(reading.execute(sa.select(table).execution_options(yield_per=CHUNK)).partitions())
    names = [column.name for column in table.c]
    for part in found:
        bulk.insert(writing, table, names, [list(row) for row in part])
