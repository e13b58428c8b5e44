"""A day counted from today, as a limit of dates: `today`, `today+30`, `today-7`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.language.digits import to_latin
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.timezones import local

#: What people write for today; any of them is read, whatever the reader's language.
WORDS: Mapping[str, str] = {"en": "today", "ar": "اليوم", "fa": "امروز"}
_WRITTEN = re.compile(rf"(?:{'|'.join(WORDS.values())})\s*(?:([+\-−])\s*(\d{{1,5}}))?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """So many days after today; a negative number before."""

    days: int

    def day(self) -> dt.date:
        """The day it means now, where the reader is."""
        return local(dt.datetime.now(dt.UTC), preferences().timezone).date() + dt.timedelta(days=self.days)

    def __str__(self) -> str:
        """As it is stored, and as programs write it."""
        return f"today{self.days:+d}" if self.days else "today"

    def show(self) -> str:
        """As the reader would write it."""
        reader = preferences()
        word = WORDS.get(reader.language, WORDS["en"])
        if not self.days:
            return word
        return f"{word}{'+' if self.days > 0 else '-'}{format_number(abs(self.days), reader.formatting_locale)}"


#: `maximum=fields.TODAY` of a field whose days have all been, such as a birth date.
TODAY = RelativeDay(0)


def relative_day(text: str) -> RelativeDay | None:
    """What was written, in any of our languages and digits; None when it is no such day."""
    found = _WRITTEN.match(to_latin(text).strip())
    if found is None:
        return None
    days = int(found[2] or 0)
    return RelativeDay(-days if found[1] in ("-", "−") else days)


def day_of(limit: dt.date | RelativeDay) -> dt.date:
    """The day that a limit means now."""
    return limit.day() if isinstance(limit, RelativeDay) else limit
