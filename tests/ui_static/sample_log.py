"""The sample audit log: a change of two fields, a creation, a deletion and a sign-in."""

from __future__ import annotations

from markupsafe import Markup

from core.ui import cells
from core.ui.views_model import Action, Change, Choice, LogRow, LogScreen
from tests.ui_static.sample_list import LABELS, OWNERS, STATUS, figure, say, shown_phone
from tests.ui_static.sample_shell import person

LONG = "Bluewater Marine Equipment & Offshore Services International"
Act = tuple[str, str, tuple[Change, ...], str]


def _acts(language: str) -> list[Act]:
    """Word, hue, changes and record of each kind of entry."""
    labels, status = LABELS[language], STATUS[language]
    old, new = (Markup(cells.phone(shown_phone(number))) for number in ("+966 50 000 1111", "+966 50 123 4567"))
    before, after = (Markup(cells.badge(status[key], hue)) for key, hue in (("new", "blue"), ("in_progress", "amber")))
    edited = (Change(labels[2], old, new), Change(labels[4], before, after))
    created = (Change(labels[0], Markup(), Markup(cells.text(LONG))),)
    return [
        (say(language, "ویرایش", "تعديل", "Edited"), "blue", edited, "نورة عبدالله القحطاني"),
        (say(language, "ایجاد", "إنشاء", "Created"), "green", created, LONG),
        (say(language, "حذف", "حذف", "Deleted"), "red", (), "سامان قادری"),
        (say(language, "ورود", "تسجيل الدخول", "Logged in"), "grey", (), ""),
    ]


def _row(language: str, number: int, act: Act) -> LogRow:
    word, hue, changes, record = act
    moment = say(
        language,
        "سه‌شنبه ۳ آذر ۱۴۰۵، ساعت ۱۰:۲۴:۱۱",
        "الثلاثاء ٢٤ نوفمبر ٢٠٢٦، ١٠:٢٤:١١",
        "Tuesday 24 November 2026, 10:24:11",
    )
    return LogRow(
        sequence=str(9120 - number),
        time=say(language, "امروز ۱۰:۲۴", "اليوم ١٠:٢٤", "Today 10:24"),
        moment=moment,
        who=person(OWNERS[language][number % 3]),
        action=word,
        hue=hue,
        entity=say(language, "مخاطب", "جهة اتصال", "Contact") if record else "",
        record=record,
        href="/contacts/contact/1" if record and hue != "red" else "",
        address="203.0.113.24",
        device="Firefox · Windows",
        changes=changes,
        request_id="01JD8Z3K9V",
        more_text=say(language, "و ۱ دیگر", "و١ آخر", "and 1 more") if len(changes) > 1 else "",
    )


def log(language: str) -> LogScreen:
    """A page of the log with all its filters."""
    acts = _acts(language)
    return LogScreen(
        rows=tuple(_row(language, number, act) for number, act in enumerate(acts * 4)),
        total=figure(9120),
        users=tuple(Choice(str(index), name) for index, name in enumerate(OWNERS[language])),
        actions=tuple(Choice(hue, word) for word, hue, _changes, _record in acts),
        entities=(Choice("contacts.contact", say(language, "مخاطب", "جهة اتصال", "Contact")),),
        periods=(Choice("today", say(language, "امروز", "اليوم", "Today")),),
        older_href="?cursor=1",
        verdict=say(language, "زنجیره درست است", "السلسلة سليمة", "Chain verified"),
        verify=Action(say(language, "وارسی", "تحقق", "Verify"), "/settings/log/verify", "shield-check", "post"),
    )
