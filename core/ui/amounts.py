"""Amounts as readers see them, each with its currency: what is in two currencies is never added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import g
from markupsafe import Markup

from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import current as preferences
from core.language.i18n import ngettext
from core.language.numbers import format_number
from core.permissions import readable
from core.ui import cells

#: Currencies of a sum that are told at once.
MOST = 2
#: By currency, "" for the organisation's.
Amounts = Mapping[str, Decimal]


def currency_field(spec: EntitySpec, f: FieldSpec) -> str:
    """The field of a record that says in which currency this amount is, where the reader may see it."""
    name = f.options.get("currency_field", "") if f.type.name == "money" else ""
    return name if name in readable(spec) else ""


def beside(spec: EntitySpec, names: Iterable[str]) -> list[str]:
    """What has to be read with these fields, so that amounts can be shown."""
    return [found for name in names if (found := currency_field(spec, spec.fields[name]))]


def shown(amount: Any, currency: str | None) -> str:
    """An amount with its currency, which is the organisation's where none is given."""
    code = currency or g.identity.currency or None
    return format_number(Decimal(amount), preferences().formatting_locale, currency=code)


def of_record(spec: EntitySpec, f: FieldSpec, record: Mapping[str, Any]) -> str:
    """The amount of a record; nothing where it has none, and no currency where the reader may not see it."""
    if record.get(f.name) is None:
        return ""
    name = f.options.get("currency_field", "")
    if name in spec.fields and name not in readable(spec):
        return f.type.show(f, record[f.name], preferences())
    return shown(record[f.name], record.get(name))


def cell(spec: EntitySpec, f: FieldSpec, record: Mapping[str, Any]) -> str:
    """The amount of a record as markup for a table cell or a list of facts."""
    return cells.money(of_record(spec, f, record), preferences().direction == "rtl")


def inline(shown_amount: str) -> Markup:
    """An amount that `shown` has written, as it stands in a line of text."""
    return cells.finished(cells.amount(shown_amount, preferences().direction == "rtl"))


def figure(row: Mapping[str, Any] | None, measure: str) -> Amounts:
    """A measure of `query.aggregate` by its currencies; empty where there is none, or where it cannot be told."""
    if row is None:
        return {}
    found = row.get("by_currency", {}).get(measure)
    if found is None:
        found = {"": row[measure]} if row.get(measure) is not None else {}
    return {currency: Decimal(value) for currency, value in found.items()}


def together(amounts: Iterable[Amounts]) -> Amounts:
    total: dict[str, Decimal] = {}
    for one in amounts:
        for currency, value in one.items():
            total[currency] = total.get(currency, Decimal(0)) + value
    return total


def named(found: Amounts) -> Amounts:
    """The same with the organisation's currency where none is named; the organisation's before others."""
    known = together({currency or g.identity.currency: value} for currency, value in found.items())
    return {one: known[one] for one in sorted(known, key=lambda one: (one != g.identity.currency, one))}


def summed(f: FieldSpec, amounts: Amounts) -> Markup:
    """A sum as it is drawn: of money in the first MOST of its currencies, the organisation's before others, with the
    rest on hover; of other measures in their own unit. What has no amounts has no sum of nought."""
    if not amounts:
        return Markup("")
    if f.type.name == "percent":
        return cells.finished(cells.percent(f.type.show(f, amounts.get("", 0), preferences())))
    if f.type.name != "money":
        return Markup('<bdi dir="ltr" data-kind="number">{}</bdi>').format(
            f.type.show(f, amounts.get("", 0), preferences()))
    told = [shown(value, currency) for currency, value in named(amounts).items() if value] or [shown(0, "")]
    drawn = Markup('<span class="dw-between"> · </span>').join(inline(one) for one in told[:MOST])
    if len(told) <= MOST:
        return drawn
    rest = ngettext("and {n} more currency", "and {n} more currencies", len(told) - MOST)
    between = Markup('<span class="dw-between"> </span>')
    return drawn + between + Markup('<span class="dw-muted" title="{}">{}</span>').format("\n".join(told), rest)

