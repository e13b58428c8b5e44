"""What the language functions cost a call: imports run them for every row.

    python benchmarks/language_functions.py

Processor time of this process, the best of several rounds, against the limit beside it; exit status 1 when one is
above. Imports are measured in fresh processes.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from core.language import calendars, identifiers, numbers, phones, text  # noqa: E402  the path has to be set first

ROUNDS, SECONDS = 7, 0.05

CASES: list[tuple[str, float, Callable[[], object]]] = [
    ("search_key, 16 ASCII letters", 4, lambda: text.search_key("Ahmad Al-Rashidi")),
    ("search_key, 15 Persian letters", 4, lambda: text.search_key("محمد حسین کریمی")),
    ("search_key, 15 Arabic letters and digits", 4, lambda: text.search_key("شركة النور ١٢٣٤")),
    ("sort_key, 15 Persian letters", 8, lambda: text.sort_key("محمد حسین کریمی", "fa")),
    ("sort_keys, three languages", 24, lambda: text.sort_keys("محمد حسین کریمی")),
    ("parse_number, plain", 6, lambda: numbers.parse_number("1234.5")),
    ("parse_number, Persian", 6, lambda: numbers.parse_number("۱٬۲۳۴٫۵۶")),
    ("parse_date, Jalali figures", 40, lambda: calendars.parse_date("۱۴۰۳/۱۲/۳۰", "jalali")),
    ("parse_phone, national", 40, lambda: phones.parse_phone("۰۹۱۲۳۴۵۶۷۸۹", "IR")),
    ("parse_phone, international", 40, lambda: phones.parse_phone("+966 50 123 4567", "SA")),
    ("check, Iranian national ID", 10, lambda: identifiers.check("ir_national_id", "0499370899")),
]
IMPORTS = (("core.language.text", 30), ("core.language.numbers", 30))


def microseconds(call: Callable[[], object]) -> float:
    """The least processor time of one call."""
    call()
    best = float("inf")
    for __ in range(ROUNDS):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS:
            for __ in range(100):
                call()
            count += 100
        best = min(best, spent / count * 1e6)
    return best


def import_milliseconds(module: str) -> float:
    """The least processor time of importing `module` in a fresh process whose byte code is compiled."""
    program = f"import time; start = time.process_time(); import {module}; print(time.process_time() - start)"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    runs = [
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, check=True)
        for __ in range(ROUNDS)
    ]
    return min(float(run.stdout) for run in runs) * 1000


def main() -> int:
    """Print the table; 1 when a limit is passed."""
    rows = [(name, microseconds(call), limit, "µs") for name, limit, call in CASES]
    rows += [(f"import {name}", import_milliseconds(name), limit, "ms") for name, limit in IMPORTS]
    for name, spent, limit, unit in rows:
        print(f"{name:45} {spent:8.2f} {unit}   limit {limit} {unit}{'' if spent <= limit else '   TOO SLOW'}")
    return int(any(spent > limit for __, spent, limit, __unit in rows))


if __name__ == "__main__":
    sys.exit(main())
