"""The sample record: a contact with a history."""

from __future__ import annotations

from markupsafe import Markup, escape

from core.ui import cells
from core.ui.views_model import (
    Action,
    Change,
    Crumb,
    FieldMenu,
    FieldValue,
    HistoryDay,
    HistoryItem,
    Panel,
    RecordScreen,
    Section,
    TimelineDay,
    TimelineEntry,
    TimelineScreen,
)
from tests.ui_static.sample_list import COUNTRIES, LABELS, OWNERS, SOURCES, STATUS, figure, say, shown_phone
from tests.ui_static.sample_shell import person, word

BASE = "/contacts/contact/427"


def _field(name: str, label: str, value: str = "", wide: bool = False) -> FieldValue:
    shown = Markup(value) if value else Markup()  # every value below is escaped by its cell function
    return FieldValue(name, label, shown, f"{BASE}/field/{name}", wide)


def _sections(language: str) -> tuple[Section, ...]:
    _name, email, phone, country, _status, source, _owner = LABELS[language]
    tags = [
        (say(language, "بیمارستان‌ها", "مستشفيات", "Hospitals"), "teal"),
        (say(language, "قرارداد سالانه", "عقد سنوي", "Yearly contract"), ""),
    ]
    personal = (
        _field("phone", phone, cells.phone(shown_phone("+966 50 123 4567"), "+966501234567")),
        _field("email", email, cells.email("n.alqahtani@albayan-med.sa", link=True)),
        _field("country", country, cells.country(COUNTRIES[language]["SA"])),
        _field("birth_date", say(language, "تاریخ تولد", "تاريخ الميلاد", "Birth date")),
        _field("source", source, cells.choice(SOURCES[language]["exhibition"], "building-store")),
        _field(
            "website",
            say(language, "وب‌سایت", "الموقع الإلكتروني", "Website"),
            cells.url("https://albayan-med.sa/ar/contact"),
        ),
        _field("tags", say(language, "برچسب‌ها", "الوسوم", "Tags"), cells.tags(tags)),
        _field("national_id", say(language, "کد ملی", "رقم الهوية الوطنية", "National ID"), cells.code("1087654321")),
    )
    address = (
        _field(
            "address",
            say(language, "نشانی", "العنوان", "Address"),
            cells.text("طريق العليا، حي الورود، مبنى 7421"),
            wide=True,
        ),
        _field(
            "purchase_status",
            say(language, "وضعیت خرید", "حالة الشراء", "Purchase status"),
            cells.badge(say(language, "معلق", "معلق", "Pending"), "brown"),
        ),
        _field(
            "opening_purchases",
            say(language, "جمع خرید اولیه", "المشتريات الافتتاحية", "Opening purchases"),
            cells.money(figure(12400) + say(language, " ریال", " ر.س", " SAR")),
        ),
        _field(
            "note",
            say(language, "یادداشت", "ملاحظة", "Note"),
            cells.note("Prefers delivery on Sundays.\nتفضّل التواصل عبر واتساب."),
            wide=True,
        ),
    )
    return (
        Section(say(language, "داده‌های شخصی", "البيانات الشخصية", "Personal data"), personal, f"{BASE}/edit"),
        Section(say(language, "نشانی و خرید", "العنوان والشراء", "Address and purchase"), address, f"{BASE}/edit"),
    )


def history(language: str) -> tuple[HistoryDay, ...]:
    """Two days: one change of a field, one of several, the creation."""
    labels, status = LABELS[language], STATUS[language]
    who = OWNERS[language][0]
    changed = say(
        language, "وضعیت از {a} به {b} تغییر کرد", "غُيِّرت الحالة من {a} إلى {b}", "Status changed from {a} to {b}"
    )
    bold = Markup("<b>{}</b>").format
    changed_text = Markup(escape(changed)).format(a=bold(status["new"]), b=bold(status["in_progress"]))
    several = (
        Change(
            labels[2],
            Markup(cells.phone(shown_phone("+966 50 000 1111"))),
            Markup(cells.phone(shown_phone("+966 50 123 4567"))),
        ),
        Change(labels[1], Markup(), Markup(cells.email("n.alqahtani@albayan-med.sa"))),
    )
    clock = say(language, "۹:۵۲", "٩:٥٢ ص", "09:52")
    return (
        HistoryDay(
            say(language, "امروز", "اليوم", "Today"),
            (
                HistoryItem("refresh", changed_text, clock, clock, who, "change"),
                HistoryItem(
                    "pencil",
                    Markup(escape(say(language, "دو فیلد ویرایش شد", "عُدِّل حقلان", "Two fields edited"))),
                    clock,
                    clock,
                    who,
                    "change",
                    several,
                    address="203.0.113.24",
                ),
            ),
        ),
        HistoryDay(
            say(language, "شنبه ۳۰ آبان", "السبت ٢١ نوفمبر", "Saturday 21 November"),
            (
                HistoryItem(
                    "plus",
                    Markup(escape(say(language, "مخاطب ایجاد شد", "أُنشئت جهة الاتصال", "Contact created"))),
                    clock,
                    clock,
                    OWNERS[language][1],
                    "create",
                ),
            ),
        ),
    )


def _timeline(language: str) -> TimelineScreen:
    days = tuple(TimelineDay(day.label, tuple(TimelineEntry(change=item) for item in day.items))
                 for day in history(language))
    return TimelineScreen(f"{BASE}/timeline", (), days, history_href="/settings/log")


def contact(language: str) -> RecordScreen:
    """The record of picture 02, as far as it exists."""
    name = "نورة عبدالله القحطاني"
    labels = LABELS[language]
    company = say(language, "شرکت: ", "الشركة: ", "Company: ")
    subtitle = Markup("{}{}").format(company, Markup(cells.reference("شركة البيان الطبية", "/contacts/company/7")))
    position = say(language, "{a} از {b}", "{a} من {b}", "{a} of {b}").format(a=figure(3), b=figure(316))
    empty = say(language, "هنوز چیزی نیست.", "لا شيء بعد.", "Nothing here yet.")
    return RecordScreen(
        entity="contacts.contact",
        record_id=427,
        version=3,
        name=name,
        avatar=person(name),
        sections=_sections(language)[:1],
        rest=_sections(language)[1:],
        back_href="/contacts/contact?page=2",
        crumbs=(
            Crumb(word(language, "customers"), "/contacts/contact"),
            Crumb(word(language, "contacts"), "/contacts/contact"),
            Crumb(name),
        ),
        position=position,
        previous_href="/contacts/contact/426",
        next_href="/contacts/contact/428",
        status=FieldMenu(
            "status", labels[4], STATUS[language]["in_progress"], "amber", menu_href=f"{BASE}/field/status?as=menu"
        ),
        owner=FieldMenu(
            "owner_id",
            labels[6],
            OWNERS[language][0],
            person=person(OWNERS[language][0]),
            menu_href=f"{BASE}/field/owner_id?as=menu",
        ),
        number="C-00427",
        subtitle=subtitle,
        edit=Action(say(language, "ویرایش", "تعديل", "Edit"), f"{BASE}/edit", "pencil", panel=True),
        more=(
            Action(say(language, "حذف", "حذف", "Delete"), f"{BASE}/delete", "trash", "post", danger=True, confirm="?"),
        ),
        panels=(
            Panel(
                "people",
                say(language, "همکاران", "الزملاء", "Colleagues"),
                count=figure(2),
                content=Markup("<p>{}</p>").format(empty),
            ),
            Panel("visits", word(language, "visits"), f"{BASE}/panel/visits", figure(4)),
        ),
        timeline_href=f"{BASE}/timeline",
        history_href="/settings/log",
        timeline=_timeline(language),
    )
