"""Amounts against the decimals of their currency: what has no coin is not stored (M6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.entity.spec import EntitySpec, FieldSpec
from core.language.currencies import currency_exponent, currency_name
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.records.change import Change


def check(spec: EntitySpec, batch: Sequence[Change], home_currency: Callable[[], str]) -> None:
    """An error for each amount that is being given with more decimals than its currency has, or whose currency is
    being changed to one with fewer; `home_currency` is that of amounts with none of their own."""
    for f in spec.fields.values():
        if f.type.name == "money":
            beside = f.options.get("currency_field", "")
            for change in batch:
                _check(f, beside, change, home_currency)


def _check(f: FieldSpec, beside: str, change: Change, home_currency: Callable[[], str]) -> None:
    amount = change.after.get(f.name)
    if amount is None or amount == amount.to_integral_value() or not (change.changed(f.name) or change.changed(beside)):
        return
    currency = change.after.get(beside) or home_currency()
    decimals = currency_exponent(currency) if currency else f.scale or 0
    if amount != round(amount, decimals):
        change.error(f.name, _too_fine(currency, decimals))


def _too_fine(currency: str, decimals: int) -> Any:
    name = currency_name(currency, preferences().language)
    if not decimals:
        return _("Amounts in {currency} have no decimals.", currency=name)
    return ngettext(
        "Amounts in {currency} have at most {n} decimal.",
        "Amounts in {currency} have at most {n} decimals.",
        decimals,
        currency=name,
    )
