"""A date, a time and an amount as one's settings print them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from markupsafe import Markup

from core.language.calendars import format_date, format_time
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.money_format import display_decimals
from core.language.numbers import format_number
from core.language.timezones import local
from core.ui import cells

_AMOUNT = Decimal("1234567.5")
_PHRASE = Markup("<span>{}</span>")
# Digits of a date or an amount would be turned round by the Arabic text around them.
_ISOLATED = Markup('<bdi dir="ltr">{}</bdi>')


def samples(now: dt.datetime, currency: str) -> tuple[tuple[str, Markup], ...]:
    """(label, value) pairs for the page of own settings."""
    reader = preferences()
    there, locale = local(now, reader.timezone), reader.formatting_locale
    # Nobody has ever seen half a rial.
    amount = _AMOUNT if not currency or display_decimals(currency) else Decimal(int(_AMOUNT))
    money = format_number(amount, locale, currency=currency or None)
    return (
        (str(_("Date")), _ISOLATED.format(format_date(there.date(), locale, reader.calendar))),
        (str(_("Date in words")), _PHRASE.format(format_date(there.date(), locale, reader.calendar, "full"))),
        (str(_("Time")), _ISOLATED.format(format_time(there, locale))),
        (str(_("Amount")), cells.finished(cells.amount(money, reader.direction == "rtl"))),
    )
