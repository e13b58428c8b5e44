"""`diwan check`: what is wrong and how to mend it."""

from __future__ import annotations

import click

from core.cli.output import json_option, print_json
from core.config import load
from core.language.i18n import gettext
from core.ops import check as checks
from core.ops.check import Finding


@click.command(help=gettext(
    "Look at settings, database, migrations, plugins and translations; say what is wrong and how to mend it."))
@json_option
def check(as_json: bool) -> None:
    findings = checks.run(load())
    if as_json:
        print_json([{"check": one.subject, "ok": one.ok, "message": str(one.text), "remedy": str(one.remedy),
                     "advice": one.is_advice}
                    for one in findings])
    else:
        for finding in findings:
            click.echo(_line(finding))
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)


def _line(finding: Finding) -> str:
    sign = "✗" if not finding.ok else "•" if finding.is_advice else "✓"
    line = f"{sign} {finding.subject}: {finding.text}"
    if not finding.remedy:
        return line
    return line + "\n    " + (gettext("Next: {remedy}", remedy=str(finding.remedy)) if finding.ok
                              else gettext("To mend it: {remedy}", remedy=str(finding.remedy)))
