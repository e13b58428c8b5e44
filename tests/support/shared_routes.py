"""Routes compiled once for all applications of a process: nearly each test makes one, with the same hundreds of them.

Compiling a route writes and compiles Python code for it; that was a tenth of what a test with a site costs.
"""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import Rule

#: What `Rule.compile` makes of a route, beside the two functions that build an address.
MADE = ("_parts", "_trace", "_converters", "arguments")
BUILDERS = ("_build", "_build_unknown")


def use(patch: pytest.MonkeyPatch) -> None:
    """Let equal routes share what is compiled of them, until `patch` is undone."""
    known: dict[Any, dict[str, Any]] = {}
    compile_anew = Rule.compile

    def compile_once(self: Rule) -> None:
        assert self.map is not None
        converters = tuple(sorted(self.map.converters.items()))
        key = (self.rule, self.subdomain, self.host, self.map.host_matching, self.merge_slashes, repr(self.defaults),
               converters)
        if key not in known:
            compile_anew(self)
            known[key] = {name: getattr(self, name) for name in MADE} | {
                name: getattr(self, name).__func__ for name in BUILDERS}
            return
        for name, value in known[key].items():
            setattr(self, name, value.__get__(self, None) if name in BUILDERS else value)

    patch.setattr(Rule, "compile", compile_once)
