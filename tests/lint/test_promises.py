"""Every promise about security, reliability and the log is named by a test, or by the reason why none can be there yet.

The numbers are those of the project's list of what broke in others: SEC-01 is one class of hole, REL-01 one promise of
not losing anything, AUD-01 one demand on the audit log. A test names in its docstring what it holds.
"""

import re
from itertools import chain

from tests.lint import source_files

LISTS = {"SEC": 49, "REL": 23, "AUD": 12}
NOT_YET = {"AUD-12": "documents that are posted come with the plugin of invoices"}
#: "SEC-08, 11, 45" names three.
NAMED = re.compile(r"\b(SEC|REL|AUD)-(\d\d)((?:, \d\d\b)*)")


def test_every_promise_is_named_by_a_test() -> None:
    texts = (source_files.read(path) for path in source_files.below("tests") if path != "tests/lint/test_promises.py")
    found = {f"{kind}-{number}" for kind, first, more in chain.from_iterable(map(NAMED.findall, texts))
             for number in (first, *re.findall(r"\d\d", more))}  # fmt: skip
    promised = {f"{kind}-{number:02}" for kind, most in LISTS.items() for number in range(1, most + 1)}
    assert promised - found == NOT_YET.keys(), "without a test"
    assert found - promised == set(), "no such promise"
