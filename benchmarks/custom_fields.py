"""What fields that an admin added cost: lists, filters and orders with a hundred of them, beside the same requests to
the same contacts before the first was added.

    python benchmarks/custom_fields.py                                   both databases, 100,000 contacts, 100 fields
    python benchmarks/custom_fields.py --rows 500000 --database sqlite --quick

Prints a Markdown table as `run.py` does: after "=", how many times as long as its floor, and the floor. The floor of a
list is the same list without the fields; that of a filter and of an order is the SQL through the driver alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import dataset, measures, postgresql_server, servers  # noqa: E402  the path has to be set first
from benchmarks.dataset import Installation  # noqa: E402
from benchmarks.http_client import Connection  # noqa: E402
from benchmarks.measures import API, LIST, PAGE, Result, repeated  # noqa: E402
from benchmarks.run import DATABASES, table  # noqa: E402
from core import registry as registries  # noqa: E402
from core.actor import SYSTEM, Origin, acting  # noqa: E402
from core.customfields import changing, indexing  # noqa: E402
from core.customfields.definition import ChoiceText, Definition  # noqa: E402
from core.db import make_engine, unit_of_work  # noqa: E402
from core.plugin import lifecycle  # noqa: E402

ENTITY, TABLE = "contacts.contact", "contacts_contact"
FIELDS, CHUNK = 100, 5_000
#: The first ones have an index each; the rest are plain texts.
INDEXED = {"size": "choice", "score": "number", "visited": "date", "nick": "text", "vip": "bool"}
SIZES = 50


def definitions() -> list[Definition]:
    choices = tuple(ChoiceText(f"v{n}", {"en": f"Value {n}"}) for n in range(SIZES))
    found = [Definition(ENTITY, key, kind, {"en": key}, choices=choices if kind == "choice" else (), filter=True,
                        scale=2 if kind == "number" else None) for key, kind in INDEXED.items()]
    return found + [Definition(ENTITY, f"extra{n}", "text", {"en": f"Extra {n}"}) for n in range(FIELDS - len(found))]


def add_fields(made: Installation, rows: int) -> tuple[float, float]:
    """Fill every contact's fields, then add them with their indexes; (seconds of filling, of all indexes)."""
    engine = make_engine(made.config.database_url)
    began = time.monotonic()
    for first in range(1, rows + 2, CHUNK):
        with unit_of_work(engine) as opened:
            opened.begin_write()
            type_cast = "CAST(:custom AS jsonb)" if opened.dialect == "postgresql" else ":custom"
            opened.connection.execute(sa.text(f"UPDATE {TABLE} SET custom = {type_cast} WHERE id = :id"),
                                      [{"id": n, "custom": values(n)} for n in range(first, first + CHUNK)])
    filled = time.monotonic()
    lifecycle.refresh(engine)
    with registries.pinned(registries.current()), acting(SYSTEM, Origin("cli")), unit_of_work(engine):
        ids = [changing.add(one).id for one in definitions()]
    lifecycle.refresh(engine)
    added = time.monotonic()
    for field_id in ids:
        indexing.settle(engine, engine, field_id)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
            f"VACUUM ANALYZE {TABLE}" if made.kind == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return filled - began, time.monotonic() - added


def values(n: int) -> str:
    """The object of one contact, as it is stored."""
    own = {"size": f"v{n * 7919 % SIZES}", "score": f"{n * 7919 % 100_000}.25", "nick": f"Nick {n % 5000}",
           "_nick": f"nick {n % 5000}", "visited": f"20{n % 30:02}-{n % 12 + 1:02}-{n % 28 + 1:02}", "vip": n % 50 == 0}
    return json.dumps(own, separators=(",", ":"))[:-1] + "," + texts(n % 977)[1:]


@lru_cache(maxsize=1000)
def texts(n: int) -> str:
    """The values of the plain texts, each with its folded companion."""
    held = {f"{mark}extra{k}": f"text {n} {k}" for k in range(FIELDS - len(INDEXED)) for mark in ("", "_")}
    return json.dumps(held, separators=(",", ":"))


def driver_sql(made: Installation) -> dict[str, str]:
    """What the database itself needs for a filter with an order, and for an order."""
    if made.kind == "sqlite":
        size, score = "json_extract(custom, '$.size')", "CAST(json_extract(custom, '$.score') AS REAL)"
    else:
        size, score = "(custom ->> 'size')", "CAST((custom ->> 'score') AS NUMERIC)"
    columns = f"id, version, name, {score} AS score, {size} AS size"
    living = "deleted_at IS NULL"
    counted = f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {living} AND {score} >= 99000 LIMIT 10001) AS found"
    return {
        "filter": f"SELECT {columns} FROM {TABLE} WHERE {living} AND {score} >= 99000 ORDER BY {score}, id LIMIT 81",
        "count": counted,
        "choice": f"SELECT {columns} FROM {TABLE} WHERE {living} AND {size} = 'v7' ORDER BY created_at DESC, id DESC "
                  f"LIMIT 81",
        "order": f"SELECT {columns} FROM {TABLE} WHERE {living} AND {score} IS NOT NULL ORDER BY {score}, id LIMIT 81",
    }  # fmt: skip


def measured(cache: Path, rows: int, database: str, quick: bool) -> Iterator[Result]:
    count = 30 if quick else 200
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="diwan-benchmark-")))
        server = (
            stack.enter_context(postgresql_server.running(cache / "postgresql")) if database == "postgresql" else None
        )
        made = dataset.installation(cache, folder / "instance", rows, server)
        with servers.diwan(made.config, 1) as port:
            plain = {name: repeated(act, count).p50 for name, act in lists(made, port).items()}
        filling, building = add_fields(made, rows)
        yield Result("filling all contacts, not measured further", "s", filling)
        yield Result(f"building {len(INDEXED)} indexes", "s", building)
        database_alone = measures.Database(made)
        floors = {name: repeated(database_alone.ask(text), count).p50 for name, text in driver_sql(made).items()}
        floors["filter"] += floors.pop("count")
        database_alone.close()
        with servers.diwan(made.config, 1) as port:
            for name, act in lists(made, port).items():
                found = repeated(act, count)
                goal = 15 if "page" in name else 6
                yield Result(f"{name}, with {FIELDS} fields", "ms", found.p50, found.p95, goal, plain[name])
            yield from filters(made, port, count, floors)
        if server is not None:
            server.drop("measured")


def lists(made: Installation, port: int) -> dict[str, Any]:
    api = Connection(port, f"Authorization: Bearer {made.token}\r\n")
    web = Connection(port, f"Cookie: diwan_session={made.cookie}\r\nAccept: text/html\r\n")
    return {
        "list of 80 rows, JSON": lambda: api.send("GET", LIST),
        "list of 80 rows, page": lambda: web.send("GET", PAGE),
    }


def filters(made: Installation, port: int, count: int, floors: dict[str, float]) -> Iterator[Result]:
    shown = "fields=name,custom.score,custom.size"
    with Connection(port, f"Authorization: Bearer {made.token}\r\n") as api:
        asked = {
            "filter and order by one indexed field, count, JSON":
                ("filter", f"custom.score__gte=99000&sort=custom.score&{shown}"),
            "filter by an indexed choice, newest first, count, JSON": ("choice", f"custom.size=v7&{shown}"),
            "order by an indexed field, JSON": ("order", f"sort=custom.score&{shown}"),
            "ten added columns, JSON": ("", "fields=name," + ",".join(f"custom.extra{n}" for n in range(10))),
            "all hundred columns, JSON": ("", "fields=*"),
        }
        for name, (floor, query) in asked.items():
            found = repeated(lambda address=f"{API}?limit=80&{query}": api.send("GET", address), count)  # type: ignore[misc]
            yield Result(name, "ms", found.p50, found.p95, 10 if floor else None, floors.get(floor))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "diwan-benchmarks")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    results = {(database, rows, 1): list(measured(options.cache, rows, database, options.quick))
               for database in options.database or DATABASES for rows in options.rows}
    print(table(results))


if __name__ == "__main__":
    main()
