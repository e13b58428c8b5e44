"""The sample of one's own settings."""

from __future__ import annotations

from markupsafe import Markup

from core.ui import cells
from core.ui.views_model import Action, Choice, FactorScreen, OwnSettingsScreen, SessionLine, TokenLine
from tests.ui_static.sample_list import figure, say
from tests.ui_static.sample_shell import PREFERENCES, languages, person, word


def _choices(chosen: str, **labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in labels.items())


def _sample(language: str) -> tuple[tuple[str, Markup], ...]:
    """A date, a time and an amount."""
    day = say(language, "۳ آذر ۱۴۰۵", "٢٤ نوفمبر ٢٠٢٦", "24 November 2026")
    clock = Markup('<bdi dir="ltr" data-kind="time">{}</bdi>').format(say(language, "۱۰:۲۴", "١٠:٢٤", "10:24"))
    amount = figure(1234567) + say(language, " ریال", " ر.س", " AED")
    return (
        (say(language, "تاریخ", "التاريخ", "Date"), Markup(cells.worded_date(day))),
        (say(language, "ساعت", "الوقت", "Time"), clock),
        (say(language, "مبلغ", "المبلغ", "Amount"), Markup(cells.money(amount))),
    )


def _security(language: str) -> dict[str, object]:
    """Tokens and sessions."""
    fields = (("intent", "revoke"), ("token", "1"))
    label = say(language, "ابطال", "إبطال", "Revoke")
    revoke = Action(label, "/settings/me", "", "post", danger=True, fields=fields)
    scope = say(language, "خواندن و نوشتن", "قراءة وكتابة", "read and write")
    now = say(language, "اکنون", "الآن", "now")
    return {
        "tokens": (TokenLine("Zapier", scope, figure(3), figure(5), "", revoke),),
        "token_days": (Choice("90", figure(90), True),),
        "new_token": "dw_9f2c4a7e1b8d6035",
        "sessions": (
            SessionLine("Firefox · Windows", "203.0.113.24", now, current=True),
            SessionLine("Chrome · Android", "203.0.113.99", figure(2), end=revoke),
        ),
        "password_rule": say(language, "دست‌کم ۱۲ نویسه", "١٢ حرفًا على الأقل", "At least 12 characters"),
    }


def own(language: str) -> OwnSettingsScreen:
    """The whole page."""
    preferences = PREFERENCES[language]
    calendars = _choices(
        preferences.calendar,
        gregorian=say(language, "میلادی", "ميلادي", "Gregorian"),
        jalali=say(language, "هجری شمسی", "هجري شمسي", "Solar Hijri"),
        hijri=say(language, "هجری قمری", "هجري", "Lunar Hijri"),
    )
    themes = (
        Choice("light", say(language, "روشن", "فاتح", "Light"), True, icon="sun"),
        Choice("dark", say(language, "تیره", "داكن", "Dark"), icon="moon"),
        Choice("auto", say(language, "دستگاه", "الجهاز", "Device"), icon="device-laptop"),
    )
    densities = _choices(
        "comfortable",
        comfortable=say(language, "راحت", "مريح", "Comfortable"),
        compact=say(language, "فشرده", "مضغوط", "Compact"),
    )
    return OwnSettingsScreen(
        person=person(word(language, "me")),
        email="sara@example.com",
        languages=tuple(Choice(choice.code, choice.label, choice.current) for choice in languages(language)),
        calendars=calendars,
        digits=_choices(preferences.digits, latn="456", arab="٤٥٦", arabext="۴۵۶"),
        time_zones=(Choice("Asia/Tehran", say(language, "تهران", "طهران", "Tehran"), True),),
        weekdays=(Choice("6", say(language, "شنبه", "السبت", "Saturday"), True),),
        themes=themes,
        densities=densities,
        sample=_sample(language),
        **_security(language),  # type: ignore[arg-type]
    )


def second_factor(language: str) -> FactorScreen:
    """The set-up that a role asks for."""
    due = say(language, "تأیید دومرحله‌ای را راه‌اندازی کنید.", "يُرجى إعداد المصادقة الثنائية.", "Set it up to go on.")
    pixel = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
    key = "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
    return FactorScreen(False, due, pixel, key, "ticket", "sara@example.com")


def recovery_codes(language: str) -> FactorScreen:
    """New recovery codes."""
    return FactorScreen(True, codes=tuple(f"abcd{n}-efgh{n}" for n in range(10)))
