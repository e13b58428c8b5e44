"""Measure an installation as its users meet it, beside what the database and Flask alone need.

    python benchmarks/run.py                          all: both databases, 50,000 and 500,000 contacts, 1 and 2 workers
    python benchmarks/run.py --rows 50000 --database sqlite --workers 1
    python benchmarks/run.py --quick                  fewer repetitions

Prints a Markdown table, and with `--json FILE` writes the figures. Everything stays on this machine; databases of
contacts are kept in `--cache` for the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import dataset, measures, postgresql_server, servers  # noqa: E402  the path has to be set first
from benchmarks.make_contacts import write_contacts  # noqa: E402
from benchmarks.measures import Result  # noqa: E402

SIZES, DATABASES, WORKERS = (50_000, 500_000), ("sqlite", "postgresql"), (1, 2)
IMPORTED, IMPORTED_QUICKLY = 50_000, 10_000
Column = tuple[str, int, int]


def measured(cache: Path, rows: int, database: str, workers: int, quick: bool) -> Iterator[Result]:
    """All figures of one installation."""
    count = 30 if quick else 200
    imported = IMPORTED_QUICKLY if quick else IMPORTED
    first, second = (cache / f"import_{imported}_{seed}.csv" for seed in (7, 8))
    for seed, path in ((7, first), (8, second)):
        if not path.exists():
            write_contacts(path, imported, seed=seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="diwan-benchmark-")))
        server = (
            stack.enter_context(postgresql_server.running(cache / "postgresql")) if database == "postgresql" else None
        )
        made = dataset.installation(cache, folder / "instance", rows, server)
        yield Result("bare Flask, one request", "ms", measures.bare_request(workers, count))
        yield from measures.query_counts(made)
        with servers.diwan(made.config, workers) as port:
            yield from measures.reading(made, port, rows, count)
            yield from measures.timeline(made, port, count)
            yield from measures.month(made, port, count)
            yield from measures.throughput(made, port, workers, 2 if quick else 6)
            yield from measures.writing(made, port, count)
            if workers == 1:
                yield from measures.importing(made, port, (first, second), imported, count)
        if server is not None:
            server.drop("measured")


def table(results: dict[Column, list[Result]]) -> str:
    """One row a measure, one column an installation."""
    columns = list(results)
    head = ["What", "Goal", *(f"{database}, {rows:,}, {workers} worker{'s' * (workers > 1)}"
                              for database, rows, workers in columns)]  # fmt: skip
    lines = [head, ["---"] * len(head)]
    names = list(dict.fromkeys(_general(result.name) for found in results.values() for result in found))
    for name in names:
        found = [next((one for one in results[column] if _general(one.name) == name), None) for column in columns]
        known = next(one for one in found if one is not None)
        lines.append([f"{name}, {known.unit}" if known.unit else name, _goal(found), *map(_figure, found)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _general(name: str) -> str:
    """A name without what differs between installations."""
    return name.partition(" (")[0] + (", p95" if " (" in name else "")


def _goal(found: Sequence[Result | None]) -> str:
    goals = sorted({_number(one.goal) for one in found if one is not None and one.goal is not None})
    if not goals:
        return ""
    first = next(one for one in found if one is not None)
    if "beside an import" in first.name:
        return "3 times idle"
    return ("≥ " if first.more_is_better else "≤ ") + " / ".join(
        sorted(goals, key=lambda text: float(text.replace(",", "")))
    )


def _figure(one: Result | None) -> str:
    if one is None:
        return ""
    text = _number(one.figure)
    if one.p95 is not None:
        text += f" (p95 {_number(one.p95)})"
    if one.goal is not None and (one.figure < one.goal) is one.more_is_better and one.figure != one.goal:
        text = f"**{text}**"
    if one.floor:
        text += f" = {one.figure / one.floor:.1f} × {_number(one.floor)}"
    return text


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> str:
    """What the figures were measured on."""
    model = (
        next(
            (
                line.partition(":")[2].strip()
                for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")
            ),
            platform.processor(),
        )
        if Path("/proc/cpuinfo").exists()
        else ""
    )
    return (
        f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, {platform.system()}; "
        f"load average {os.getloadavg()[0]:.1f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--rows", type=int, action="append", help="contacts in the database; may be given several times"
    )
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--workers", type=int, choices=WORKERS, action="append")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and a smaller import")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "diwan-benchmarks")
    parser.add_argument("--clear", action="store_true", help="make the databases anew")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args(arguments)
    if chosen.clear:
        shutil.rmtree(chosen.cache, ignore_errors=True)
    chosen.cache.mkdir(parents=True, exist_ok=True)
    results: dict[Column, list[Result]] = {}
    print(f"{machine()}\n", flush=True)
    for database in chosen.database or DATABASES:
        for rows in chosen.rows or SIZES:
            for workers in chosen.workers or WORKERS:
                began, load = time.monotonic(), os.getloadavg()[0]
                found = results[database, rows, workers] = list(
                    measured(chosen.cache, rows, database, workers, chosen.quick)
                )
                print(
                    f"{database}, {rows:,} contacts, {workers} worker(s): {time.monotonic() - began:.0f} s, "
                    f"load average at the start {load:.1f}, {len(found)} figures",
                    file=sys.stderr,
                    flush=True,
                )
    print(table(results))
    if chosen.json:
        chosen.json.write_text(
            json.dumps(
                [
                    {
                        "database": database,
                        "rows": rows,
                        "workers": workers,
                        "machine": machine(),
                        "figures": [asdict(result) for result in found],
                    }
                    for (database, rows, workers), found in results.items()
                ],
                indent=1,
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
