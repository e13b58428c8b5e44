"""Days as Excel counts them: 45736 is 2025-03-20. Only for columns that hold dates (C8)."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from core.language.i18n import _

_SERIAL = re.compile(r"(\d{1,7})(?:[.,](\d{1,12}))?\Z", re.ASCII)
_LAST = 2_958_465  # 9999-12-31
_LEAP_DAY_THAT_NEVER_WAS = 60  # 1900-02-29, kept by Excel for the sake of an older program
_SECONDS = 86_400


class SerialError(ValueError):
    """A number that stands for no day."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message


def is_serial(text: str) -> bool:
    """Whether `text` has the form of a serial day: digits, perhaps with a fraction for the time of day."""
    return bool(_SERIAL.match(text))


def from_serial(text: str, *, date1904: bool = False) -> dt.date | dt.datetime:
    """The day, or the day and time, of a serial number; SerialError when there is none.

    Workbooks made on old Macs count from 1904-01-01 = 0, all others from 1900-01-01 = 1.
    """
    match = _SERIAL.match(text.strip())
    if not match:
        raise SerialError(_("“{value}” is not a date that Excel has written as a number.", value=text[:40]))
    day = int(match[1])
    if not (0 <= day <= _LAST - 1462 if date1904 else 1 <= day <= _LAST and day != _LEAP_DAY_THAT_NEVER_WAS):
        raise SerialError(_("“{value}” stands for no date in Excel.", value=text[:40]))
    start = dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 31 if day < _LEAP_DAY_THAT_NEVER_WAS else 30)
    date = start + dt.timedelta(days=day)
    seconds = round(Decimal(f"0.{match[2]}") * _SECONDS) if match[2] else 0
    if not seconds:
        return date
    return dt.datetime.combine(date, dt.time()) + dt.timedelta(seconds=min(seconds, _SECONDS - 1))
