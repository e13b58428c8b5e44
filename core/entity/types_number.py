"""Numbers, money and percent: Decimal only, exact on both databases, any digits on input."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from core.db import ExactDecimal
from core.entity.spec import FieldSpec
from core.entity.types import RANGE_OPS, CleanContext, FieldError, FieldType
from core.language.i18n import Preferences, _
from core.language.i18n import current as preferences
from core.language.number_symbols import symbols
from core.language.numbers import format_number, format_percent, parse_number, parse_percent


def decimal_mark(preferences: Preferences) -> str:
    """The decimal mark a reader types between Latin digits: "." or "," by the region (M3)."""
    return symbols(preferences.locale, "latn").decimal


JSON_NUMBER = r"^-?\d{1,18}(\.\d{1,9})?$"


class NumberType(FieldType):
    """A whole number (`scale` 0) or a decimal with a fixed number of decimals."""

    name = "number"
    label = _("Number", context="field type")
    icon = "hash"
    kind = "number"
    ops = RANGE_OPS
    widget = "number"
    align = "end"

    def column(self, f: FieldSpec) -> Any:
        return ExactDecimal(f.scale) if f.scale else sa.BigInteger()

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return 0 if f.required else None

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> Decimal:
        try:
            return parse_number(text, decimal_mark(preferences))
        except ValueError as error:
            raise FieldError(getattr(error, "message", str(error))) from None

    def from_json(self, f: FieldSpec, raw: Any) -> Decimal | None:
        """Decimals are strings in the API; whole JSON numbers are accepted, floats are not exact and refused."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool) or not isinstance(raw, str | int):
            raise FieldError(_("Write the number as a text, such as “{example}”.", example="12.50"))
        try:
            value = Decimal(raw)
        except InvalidOperation:
            raise FieldError(_("“{value}” is not a number.", value=str(raw)[:80])) from None
        if not value.is_finite() or (isinstance(raw, str) and not set(raw) <= set("0123456789.-")):
            raise FieldError(_("“{value}” is not a number.", value=str(raw)[:80]))
        return value

    def clean(self, f: FieldSpec, value: Any, context: CleanContext) -> Any:
        number = Decimal(value)
        scale = f.scale or 0
        if number != number.quantize(Decimal(1).scaleb(-scale)) if abs(number) < 10**15 else True:
            raise FieldError(self._too_fine(scale, number))
        if f.minimum is not None and number < f.minimum:
            raise FieldError(_("This must be at least {limit}.", limit=_Limit(f.minimum)))
        if f.maximum is not None and number > f.maximum:
            raise FieldError(_("This must be at most {limit}.", limit=_Limit(f.maximum)))
        return number.quantize(Decimal(1).scaleb(-scale)) if scale else int(number)

    @staticmethod
    def _too_fine(scale: int, number: Decimal) -> Any:
        if abs(number) >= 10**15 or number.adjusted() >= 14:
            return _("This number is too large.")
        return _("Write at most {scale} decimals.", scale=scale) if scale else _("Write a whole number.")

    def to_json(self, f: FieldSpec, value: Any) -> Any:
        return value if value is None or not f.scale else str(value)

    def to_stored(self, f: FieldSpec, value: Any) -> Any:
        return str(value) if f.scale else int(value)

    def from_stored(self, f: FieldSpec, raw: Any) -> Any:
        return Decimal(raw) if f.scale else int(raw)

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return "" if value is None else format_number(value, preferences.formatting_locale)

    def schema(self, f: FieldSpec) -> dict[str, Any]:
        if f.scale:
            return {"type": "string", "pattern": JSON_NUMBER}
        return {"type": "integer"}


class _Limit:
    """A number in a message, written as its reader writes it when the message is shown."""

    def __init__(self, number: Any) -> None:
        self.number = number

    def __str__(self) -> str:
        return format_number(self.number, preferences().formatting_locale)


class MoneyType(NumberType):
    """An amount; the currency stands in another field or is the organisation's."""

    name = "money"
    default_scale = 4
    label = _("Amount")
    icon = "coins"
    widget = "money"


class PercentType(NumberType):
    """Percent as a Decimal: 15 means 15 %; the sign is accepted in any script and place (M11)."""

    name = "percent"
    default_scale = 4
    label = _("Percent")
    icon = "percentage"
    widget = "percent"

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> Decimal:
        try:
            return parse_percent(text, decimal_mark(preferences))
        except ValueError as error:
            raise FieldError(getattr(error, "message", str(error))) from None

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return "" if value is None else format_percent(value, preferences.formatting_locale)

    def to_text(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        """Without the sign, which stands beside the box of a form and makes a text of a number in a file."""
        return super().show(f, value, preferences)
