"""What commands print: listings for people and for programs."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import click

from core.entity.types_time import iso_moment
from core.language.i18n import gettext


def json_option(function: Any) -> Any:
    """The option `--json` of every listing command."""
    return click.option("--json", "as_json", is_flag=True, help=gettext("Print JSON for programs."))(function)


def print_json(value: Any) -> None:
    """JSON for programs; instants as the API writes them, other values as text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_for_programs))


def _for_programs(value: Any) -> str:
    return iso_moment(value) if isinstance(value, dt.datetime) else str(value)


def listing(rows: Sequence[Mapping[str, Any]], headings: Mapping[str, Any], as_json: bool) -> None:
    """Rows as JSON with their own keys, or as aligned columns under translated headings."""
    if as_json:
        print_json(list(rows))
        return
    lines = [[str(text) for text in headings.values()]]
    lines += [[_shown(row[key]) for key in headings] for row in rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(headings))]
    for line in lines:
        cells = [text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def _width(text: str) -> int:
    """Columns on a terminal: marks and joiners take none."""
    return sum(1 for sign in text if unicodedata.category(sign) not in ("Mn", "Cf"))
