"""Reading and writing numbers: any digits in, the reader's digits out, nothing guessed (M1 to M7, M11).

    parse_number("۱٬۲۳۴٫۵۶")                       -> Decimal("1234.56")
    parse_number("1.234,56", ",")                  -> Decimal("1234.56")
    format_number(Decimal("-1234.5"), "fa-IR", 2)  -> "−۱٬۲۳۴٫۵۰"

A locale may name the digits to use, `ar-EG-u-nu-latn`; without that they are the locale's usual ones.
What is written has no direction marks: show it in an isolate of its own (`core.language.direction`).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from core.language.digits import to_family, to_latin
from core.language.errors import LanguageError
from core.language.i18n import _, current
from core.language.learning_table import LearningTable
from core.language.money_format import currency_pattern
from core.language.money_words import amount_in_words
from core.language.number_symbols import Symbols, split_locale, symbols
from core.language.rounding import round_half_up
from core.language.worded_numbers import Worded
from core.language.worded_numbers import read as read_worded

__all__ = [
    "amount_in_words", "format_number", "format_percent", "latin_digits", "parse_number", "parse_percent",
    "round_half_up",
]  # fmt: skip

#: Fits every column that holds numbers; more is a slip of the finger or an identifier.
MAX_INTEGER_DIGITS = 18
_MAX_INPUT = 80
#: As browsers do when told how many decimals to show at least.
_USUAL_MAX_FRACTION = 3

_HIDDEN = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_SPACES = "\u00a0\u2007\u2009\u202f"
_PLAIN = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
# After translation: . is the decimal mark, comma and space are group marks, - is the only minus.
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[+-])?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)?(?:\.(?P<fraction>[0-9]+))?"
    r"(?P<trail>-)?(?P<close>\))?"
)


class _ReadingTable(LearningTable):
    """Brings a typed number to one spelling."""

    def __init__(self, decimal: str, group: str) -> None:
        super().__init__()
        for signs, meaning in (
            ("٫" + decimal, "."),
            ("٬،" + group, ","),
            (_SPACES, " "),
            ("−", "-"),
            (_HIDDEN, ""),
        ):
            self.update({ord(sign): meaning for sign in signs})

    def learn(self, char: str) -> str:
        return to_latin(char)


_READING = {".": _ReadingTable(".", ","), ",": _ReadingTable(",", ".")}
_PERCENT = re.compile("[%٪﹪％]")


def latin_digits(text: str) -> str:
    """`text` with the decimal digits of every script as ASCII."""
    return to_latin(text)


def parse_number(text: str, decimal_separator: str = ".") -> Decimal:
    """The number a person typed, pasted or imported; LanguageError when it is none or could be read two ways.

    `decimal_separator` is the reader's, `.` or `,`; ٫ is always decimal, ٬ and ، always group (M3).
    """
    if decimal_separator == "." and _PLAIN.fullmatch(text):
        return Decimal(text) or Decimal(text.lstrip("-"))
    read = text[: _MAX_INPUT + 1].translate(_reading(decimal_separator)).strip()
    match = _NUMBER.fullmatch(read) if len(text) <= _MAX_INPUT else None
    if match is None:
        raise _refusal(text, decimal_separator)
    return _number(match, text)


def _reading(decimal_separator: str) -> _ReadingTable:
    table = _READING.get("." if decimal_separator == "٫" else decimal_separator)
    if table is None:
        raise ValueError(f"no decimal separator: {decimal_separator!r}")
    return table


def _number(match: re.Match[str], text: str) -> Decimal:
    bracket, sign, whole, fraction, trail, close = match.groups()
    signs = sum(map(bool, (bracket, sign, trail)))
    # 0,125 is somebody's 0.125: nobody writes groups after a leading zero.
    is_other_decimal = bool(whole) and whole[0] == "0" and not whole.isdigit()
    if not (whole or fraction) or bool(bracket) != bool(close) or signs > 1 or is_other_decimal:
        raise _refusal(text)
    figures = (whole or "0").replace(",", "").replace(" ", "").lstrip("0")
    if len(figures) > MAX_INTEGER_DIGITS:
        raise LanguageError(_("This number is too large."), "too_large")
    number = Decimal(f"{figures or '0'}.{fraction}" if fraction else figures or "0")
    return -number if number and (sign == "-" or trail or bracket) else number


def _refusal(text: str, decimal_separator: str = "") -> LanguageError:
    """Where words stand beside the figures, with how to write what is meant."""
    told = text.strip()[:_MAX_INPUT]
    meant = _worded(told, decimal_separator) if decimal_separator and len(told) < _MAX_INPUT else None
    if meant is None:
        return LanguageError(_("“{value}” is not a number.", value=told), "not_a_number")
    locale = current().formatting_locale
    if meant.in_toman:
        message = _("“{value}” is in toman. Write it in rials and in figures only: {example}", value=told,
                    example=format_number(meant.amount * 10, locale))  # fmt: skip
    else:
        message = _("“{value}” has words in it. Write figures only: {example}", value=told,
                    example=format_number(meant.amount, locale))  # fmt: skip
    return LanguageError(message, "not_a_number")


def _worded(text: str, decimal_separator: str) -> Worded | None:
    return read_worded(text, lambda figures: parse_number(figures, decimal_separator))


def parse_percent(text: str, decimal_separator: str = ".") -> Decimal:
    """15 for `15`, `١٥`, `15%`, `٪۱۵` and `% 15` (M11). A second sign is refused."""
    number, signs = _PERCENT.subn("", text[: _MAX_INPUT + 1], count=2)
    inner = text.translate(_reading(decimal_separator)).strip("-() \t")
    if signs > 1 or (signs and not _PERCENT.match(inner) and not _PERCENT.match(inner[-1:])):
        raise _refusal(text)
    try:
        return parse_number(number.strip(), decimal_separator)
    except LanguageError as error:
        raise (_refusal(text) if error.code == "not_a_number" else error) from None


def format_number(
    value: Decimal | int | float | str,
    locale: str,
    fraction_digits: int | None = None,
    currency: str | None = None,
) -> str:
    """`value` as readers of `locale` write it.

    Without `fraction_digits` all decimals there are, without trailing zeros. With it at least so many,
    rounded half up to three or that many. With `currency` its sign and its usual decimals, or exactly
    `fraction_digits`; a rial has usually none, and 250.5 of them are still not shown as 251.
    """
    base, digits = split_locale(locale)
    signs = symbols(base, digits)
    number = _decimal(value)
    if currency is None:
        least = fraction_digits or 0
        most = None if fraction_digits is None else max(least, _USUAL_MAX_FRACTION)
        return _signed(number, _written(number, least, most, signs), signs, digits)
    pattern = currency_pattern(base, currency)
    places = fraction_digits
    if places is None:
        exact = round_half_up(number, pattern.most)
        places = pattern.decimals if exact == exact.to_integral_value() else max(pattern.decimals, pattern.most)
    written = _written(number, places, places, signs)
    return _signed(number, pattern.prefix + written + pattern.suffix, signs, digits, written)


def format_percent(value: Decimal | int | float | str, locale: str, fraction_digits: int | None = None) -> str:
    """A percentage, 15 for 15 %, with the sign of the locale. Arabic ٪ needs an RTL isolate (B5)."""
    base, digits = split_locale(locale)
    signs = symbols(base, digits)
    number = _decimal(value)
    written = _written(number, fraction_digits or 0, fraction_digits, signs)
    return _signed(number, written + signs.percent_gap + signs.percent, signs, digits, written)


def _decimal(value: Decimal | int | float | str) -> Decimal:
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise _refusal(str(value)) from None


def _written(number: Decimal, least: int, most: int | None, signs: Symbols) -> str:
    """The figures of |number| with group and decimal marks, still in Latin digits."""
    if not number.is_finite():
        raise LanguageError(_("“{value}” is not a number.", value=str(number)), "not_a_number")
    number = abs(number) if most is None else round_half_up(abs(number), most)
    whole, __, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    grouped = f"{int(whole):,}".replace(",", signs.group)
    return f"{grouped}{signs.decimal}{fraction}" if fraction else grouped


def _signed(number: Decimal, text: str, signs: Symbols, digits: str, figures: str | None = None) -> str:
    """With a minus when what is shown is below zero: -0.001 in two decimals is 0.00."""
    is_zero = not any(figure in "123456789" for figure in (text if figures is None else figures))
    return to_family(text if is_zero or number >= 0 else signs.minus + text, digits)
