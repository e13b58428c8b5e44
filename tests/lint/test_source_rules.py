"""The source keeps the rules that security, languages and readers rely on; each rule is seen to bite."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath

import pytest

from tests.lint import allowed, python_rules, source_files, text_rules

PRODUCT = ("core", "plugins", "dev.py")
READERS = ("core/ui", "core/rest", "core/transfer", "core/reports")
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


@dataclass(frozen=True)
class Rule:
    """A check, the files it holds for, the excused places, and a sample of what it finds and what not."""

    check: Callable[..., Iterator[int]]
    folders: tuple[str, ...]
    wrong: str
    right: str
    ending: str | tuple[str, ...] = ".py"
    excused: dict[str, str] = field(default_factory=dict)

    @property
    def is_of_python(self) -> bool:
        """Whether the check looks at the parsed code, not at the text."""
        return self.check.__module__ == python_rules.__name__

    def lines(self, source: str) -> list[int]:
        return self.lines_in(ast.parse(source) if self.is_of_python else source)

    def lines_in(self, source: ast.Module | str) -> list[int]:
        return sorted(set(self.check(source)))

    def excuse(self, path: str) -> str | None:
        return next((key for key in self.excused if path == key or path.startswith(key)), None)


EVERYWHERE = tuple(sorted({path.split("/")[0] for path in source_files.tracked()}))
TEXT = (".py", ".md", ".toml", ".html", ".js", ".css", ".txt", ".sh", ".json", ".lock", ".yml", "run")

RULES = [
    Rule(
        python_rules.sql_from_pieces,
        PRODUCT,
        wrong="import sqlalchemy as sa\nsa.text(f'select {x}')",
        right="from sqlalchemy import text\nfrom core.api import fields as f\ntext('a')\nf.text(_('b'))",
        excused=allowed.SQL_FROM_PIECES,
    ),
    Rule(
        python_rules.sql_from_pieces,
        PRODUCT,
        wrong="sql = 'select %s' % name\nconnection.execute(sql)",
        right="connection.execute(SELECT, {'name': name})",
        excused=allowed.SQL_FROM_PIECES,
    ),
    Rule(python_rules.unsafe_deserialisation, EVERYWHERE, wrong="import pickle", right="import json"),
    Rule(python_rules.evaluation, PRODUCT, wrong="eval(text)", right="re.compile(text)"),
    Rule(
        python_rules.code_from_outside,
        PRODUCT,
        wrong="from importlib import import_module as load\nload(name)",
        right="import_module('holidays')\nsys.path",
        excused=allowed.CODE_FROM_OUTSIDE,
    ),
    Rule(
        python_rules.code_from_outside,
        PRODUCT,
        wrong="zipfile.ZipFile(sent).extractall(folder)",
        right="zipfile.ZipFile(sent).open(name)",
        excused=allowed.CODE_FROM_OUTSIDE,
    ),
    Rule(
        python_rules.shell,
        EVERYWHERE,
        wrong="subprocess.run(command, shell=True)",
        right="subprocess.run(['ls'], shell=False)",
    ),
    Rule(
        python_rules.stored_templates,
        PRODUCT,
        wrong="environment.from_string(record.body)",
        right="puremagic.from_string(data)",
    ),
    Rule(
        python_rules.trusted_markup,
        PRODUCT,
        wrong="Markup(f'<b>{name}</b>')",
        right="escape(name), Markup('<br>'), Markup()",
        excused=allowed.TRUSTED_MARKUP,
    ),
    Rule(
        python_rules.raw_writes,
        PRODUCT,
        wrong="from sqlalchemy import update as change\nchange(table)",
        right="records.update(contact, name='x')\n{}.update(a=1)",
        excused=allowed.RAW_WRITES,
    ),
    Rule(
        python_rules.unscoped_reads,
        READERS,
        wrong="from sqlalchemy import select\ndef rows(): return select(Contact)",
        right="from sqlalchemy import select\ndef rows(): return scoped(select(Contact), user, 'view')",
        excused=allowed.UNSCOPED_READS,
    ),
    Rule(python_rules.floats, ("core/money",), wrong="rate = float('0.1')", right="rate = Decimal('0.1')"),
    Rule(
        python_rules.hidden_imports,
        PRODUCT,
        wrong="def build():\n    from core import registry",
        right="def build():\n    import xlsxwriter",
        excused=allowed.HIDDEN_IMPORTS,
    ),
    Rule(
        python_rules.long_functions,
        (*PRODUCT, "tests", "benchmarks"),
        wrong="def long():\n" + "    x = 1\n" * 60,
        right="def short():\n" + "    x = 1\n" * 59,
        excused=allowed.LONG_FUNCTIONS,
    ),
    Rule(
        python_rules.tests_without_assertion,
        ("tests",),
        wrong="def test_it(): run()",
        right="def _same(a, b): assert a == b\ndef test_it(): _same(1, 1)",
    ),
    Rule(
        text_rules.unescaped,
        PRODUCT,
        wrong="<p>{{ name | safe }}</p>",
        right="<p>{{ name }}</p> safely",
        ending=".html",
    ),
    Rule(
        text_rules.inline_code,
        PRODUCT,
        wrong="<p\n style='color:red'>",
        right="<script nonce='{{ nonce }}' src='x.js'></script><p data-style='x'>",
        ending=".html",
        excused=allowed.INLINE_CODE,
    ),
    Rule(
        text_rules.inline_code,
        PRODUCT,
        wrong="<a onclick='go()'>",
        right="<button hx-on='x'>on = off</button>",
        ending=".html",
        excused=allowed.INLINE_CODE,
    ),
    Rule(text_rules.inline_code, PRODUCT, wrong="<script>go()</script>", right="<b>script</b>", ending=".html",
         excused=allowed.INLINE_CODE),
    Rule(
        text_rules.raw_html,
        PRODUCT,
        wrong="cell.innerHTML = name",
        right="cell.textContent = name",
        ending=".js",
        excused=allowed.RAW_HTML,
    ),
    Rule(
        text_rules.physical_sides,
        PRODUCT,
        wrong=".a {\n  margin-left: 1px; }",
        right="/* left: */ .a { margin-inline-start: 1px; text-align: start; justify-content: left }",
        ending=(".css", ".html"),
        excused=allowed.PHYSICAL_SIDES,
    ),
    Rule(
        text_rules.unfinished,
        EVERYWHERE,
        wrong="# TO" + "DO: finish",
        right="# to do",
        ending=TEXT,
    ),
    Rule(
        text_rules.machine,
        EVERYWHERE,
        wrong="cd /wo" + "rk/main",
        right="see docs/guide/main.md and /contacts/contact",
        ending=TEXT,
    ),
]


@cache
def offences() -> list[dict[str, list[int]]]:
    """For each rule the lines that break it, by file, excused or not: each file is parsed once for all of them."""
    concerned = [frozenset(source_files.below(*rule.folders, ending=rule.ending)) for rule in RULES]
    found: list[dict[str, list[int]]] = [{} for _rule in RULES]
    for path in sorted(frozenset.union(*concerned)):
        text = source_files.read(path)
        numbers = [number for number, files in enumerate(concerned) if path in files]
        tree = ast.parse(text) if any(RULES[number].is_of_python for number in numbers) else None
        for number in numbers:
            lines = RULES[number].lines_in(tree if RULES[number].is_of_python else text)
            if lines:
                found[number][path] = lines
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.check.__name__)
class TestRules:
    def test_nothing_breaks_the_rule(self, rule):
        found = offences()[RULES.index(rule)]
        broken = {path: lines for path, lines in found.items() if not rule.excuse(path)}
        listed = "\n".join(f"{path}:{line}" for path, lines in broken.items() for line in lines)
        assert not listed, f"{rule.check.__doc__}\n{listed}"

    def test_the_rule_tells_wrong_from_right(self, rule):
        assert rule.lines(rule.wrong)
        assert rule.lines(rule.right) == []


def test_every_excuse_is_still_needed():
    used = {(rule.check, rule.excuse(path)) for rule, found in zip(RULES, offences(), strict=True) for path in found}
    given = {(rule.check, place) for rule in RULES for place in rule.excused}
    assert given - used == set()


def test_modules_are_named_after_their_subject():
    vague = [path for path in source_files.below(*EVERYWHERE) if PurePosixPath(path).stem in VAGUE_MODULES]
    assert vague == []
