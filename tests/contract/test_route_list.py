"""The kernel's routes as somebody has reviewed them: method, address, and who may call it (SEC-31).

A route that is new, gone or open to others than before fails here. Look at it, and then write the list anew:
`python -m tests.contract.test_route_list`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from core.testing import Site, make_site
from core.web import Access, Application

LIST = Path(__file__).with_name("routes.txt")


def routes(app: Application) -> list[str]:
    """`GET /settings/log core.audit.view`, one line a method; HEAD goes with GET, and OPTIONS does nothing."""
    found = set()
    for rule in app.url_map.iter_rules():
        access = app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.add(f"{rule.rule} {method} {_named(access)}")
    return sorted(found)


def _named(access: Access) -> str:
    if access.public:
        return "everybody"
    if access.entity_action:
        return f"entity:{access.entity_action}"
    return access.permission or ("own account" if access.is_own_account else "signed in")


def test_the_routes_are_those_that_were_reviewed(site: Site) -> None:
    reviewed = LIST.read_text(encoding="utf-8").splitlines()
    found = routes(site.app)
    added, gone = sorted(set(found) - set(reviewed)), sorted(set(reviewed) - set(found))
    assert (added, gone) == ([], []), "Review these, then run python -m tests.contract.test_route_list"
    assert reviewed == sorted(set(reviewed))


def test_whatever_is_open_to_everybody_is_known(site: Site) -> None:
    """What visitors may call without signing in: no more than this, whatever plugins add."""
    opened = {line.split()[0] for line in routes(site.app) if line.endswith(" everybody")}
    assert "/login" in opened
    assert not [path for path in opened if path.startswith(("/<plugin>", "/api/v1/<plugin>", "/settings"))]


def test_head_goes_with_get_only(site: Site) -> None:
    """SEC-33: no view that writes answers to a method that only reads."""
    for rule in site.app.url_map.iter_rules():
        methods = rule.methods or set()
        assert ("HEAD" in methods) == ("GET" in methods), rule.rule
        assert not ({"GET", "POST"} <= methods), f"{rule.rule} reads and writes in one view"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = make_site(f"sqlite:///{folder}/routes.db", Path(folder))
        LIST.write_text("\n".join(routes(made.app)) + "\n", encoding="utf-8")
    sys.stdout.write(f"{LIST} written\n")
