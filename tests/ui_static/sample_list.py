"""The sample list of contacts: names of every script, long ones among them."""

from __future__ import annotations

from core.language.digits import to_family
from core.language.i18n import current
from core.ui import cells
from core.ui.views_model import (
    Action,
    BulkAction,
    Chip,
    Choice,
    Column,
    ColumnChoice,
    Crumb,
    EmptyState,
    FilterField,
    ListScreen,
    PageLink,
    Pager,
    StatusCount,
)
from tests.ui_static.sample_shell import word

LABELS = {
    "fa": ["نام", "ایمیل", "تلفن", "کشور", "وضعیت", "منبع", "مسئول"],
    "ar": ["الاسم", "البريد الإلكتروني", "الهاتف", "البلد", "الحالة", "المصدر", "المسؤول"],
    "en": ["Name", "Email", "Phone", "Country", "Status", "Source", "Person in charge"],
}
STATUS = {
    "fa": {"new": "جدید", "in_progress": "در حال پیگیری", "converted": "تبدیل‌شده", "lost": "ازدست‌رفته"},
    "ar": {"new": "جديد", "in_progress": "قيد المتابعة", "converted": "تم التحويل", "lost": "مفقود"},
    "en": {"new": "New", "in_progress": "In progress", "converted": "Converted", "lost": "Lost"},
}
HUES = {"new": "blue", "in_progress": "amber", "converted": "green", "lost": "grey"}
SOURCES = {
    "fa": {"call": "تماس", "email": "ایمیل", "exhibition": "نمایشگاه", "landing": "صفحه فرود", "facebook": "فیس‌بوک"},
    "ar": {
        "call": "مكالمة",
        "email": "بريد إلكتروني",
        "exhibition": "معرض",
        "landing": "صفحة هبوط",
        "facebook": "فيسبوك",
    },
    "en": {
        "call": "Phone call",
        "email": "Email",
        "exhibition": "Exhibition",
        "landing": "Landing page",
        "facebook": "Facebook",
    },
}
SOURCE_ICONS = {
    "call": "phone",
    "email": "mail",
    "exhibition": "building-store",
    "landing": "browser",
    "facebook": "brand-facebook",
}
COUNTRIES = {
    "fa": {"IR": "ایران", "AF": "افغانستان", "TR": "ترکیه", "AE": "امارات", "SA": "عربستان", "GB": "بریتانیا"},
    "ar": {
        "IR": "إيران",
        "AF": "أفغانستان",
        "TR": "تركيا",
        "AE": "الإمارات",
        "SA": "السعودية",
        "GB": "المملكة المتحدة",
    },
    "en": {"IR": "Iran", "AF": "Afghanistan", "TR": "Türkiye", "AE": "UAE", "SA": "Saudi Arabia", "GB": "UK"},
}
OWNERS = {
    "fa": ["سارا احمدی", "امیر رستگار", "مینا کاظمی"],
    "ar": ["سارة الحربي", "ماجد الشهري", "ريم العمري"],
    "en": ["Hana Saeed", "Omar Khalil", "Lena Brandt"],
}
PEOPLE = [
    ("احمدضیا رحیمی", "zia.rahimi@kabultrade.af", "+93 70 123 4567", "AF", "in_progress", "call", "person"),
    ("الهام نوروزی", "elham.norouzi@gmail.com", "+98 912 345 6789", "IR", "new", "landing", "person"),
    (
        "بازرگانی نیک‌اندیش خاورمیانه (شعبه بندرعباس، منطقه ویژه)",
        "sales@nikandish-me.ir",
        "+98 76 3222 4518",
        "IR",
        "converted",
        "exhibition",
        "business",
    ),
    ("پولادسازه البرز", "info@pouladsazeh.ir", "+98 21 8877 4512", "IR", "in_progress", "call", "business"),
    ("زهرا موسوی", "z.mousavi@daruban.com", "+98 935 211 0987", "IR", "converted", "call", "person"),
    (
        "Bluewater Marine Equipment & Offshore Services International",
        "procurement.department@bluewater-marine-equipment.co.uk",
        "+44 20 7946 0182",
        "GB",
        "new",
        "email",
        "business",
    ),
    (
        "نورة عبدالله القحطاني",
        "n.alqahtani@albayan-med.sa",
        "+966 50 123 4567",
        "SA",
        "in_progress",
        "exhibition",
        "person",
    ),
    ("سامان قادری", "saman@ghaderi-group.com", "+98 918 872 1140", "IR", "lost", "email", "person"),
    ("علی‌رضا محمدی‌نژاد", "a.mohammadinejad@pars-ist.ir", "+98 915 302 7741", "IR", "in_progress", "email", "person"),
    ("Kerem Yıldız", "kerem@anadolumakina.com.tr", "+90 532 118 4002", "TR", "in_progress", "exhibition", "person"),
    ("شركة النور للتجارة", "info@alnoor-trading.com.sa", "+966 11 456 7788", "SA", "new", "facebook", "business"),
    ("Fiona McAllister", "fiona@mcallister-design.co.uk", "+44 7700 900 418", "GB", "new", "facebook", "person"),
    ("محمدحسین الکعبی", "m.alkaabi@gulftrade.ae", "+971 50 778 2310", "AE", "in_progress", "email", "person"),
    ("نسترن کیانی", "", "+98 912 708 5521", "IR", "new", "landing", "person"),
    ("کیوان رحمانی", "k.rahmani@abadgaran.co", "+98 913 445 2098", "IR", "converted", "call", "person"),
    ("فاطمه‌سادات میرباقری", "f.mirbagheri@yahoo.com", "+98 902 550 1233", "IR", "new", "facebook", "person"),
    ("Priya Raman", "priya@ramantextiles.in", "", "GB", "in_progress", "email", "person"),
    ("ماجد الشهري", "majed@shehri.sa", "+966 55 010 2030", "SA", "converted", "call", "person"),
]


def columns(language: str) -> tuple[Column, ...]:
    """The seven columns of a fresh installation."""
    names = ["name", "email", "phone", "country", "status", "source", "owner_id"]
    widths = ["name", "email", "phone", "text", "badge", "text", "user"]
    places = ["title", "", "line", "", "badge", "line", "corner"]
    return tuple(
        Column(name, label, width, card=place, sort_href=f"?sort={name}", sorted="ascending" if name == "name" else "")  # type: ignore[arg-type]
        for name, label, width, place in zip(names, LABELS[language], widths, places, strict=True)
    )


def shown_phone(number: str) -> str:
    """Persian digits keep their order in a number; Arabic-Indic ones would not, so Arabic keeps Latin."""
    digits = current().digits
    return to_family(number, digits) if digits == "arabext" else number


def contact_rows(language: str) -> object:
    """The body of the table."""
    rows = []
    for index, (name, email, phone, country, status, source, kind) in enumerate(PEOPLE, start=1):
        href = f"/contacts/contact/{index}"
        rows.append(
            (
                index,
                href,
                name,
                (
                    cells.name_with_avatar(name, href, kind),
                    cells.email(email),
                    cells.phone(shown_phone(phone)),
                    cells.country(COUNTRIES[language][country]),
                    cells.badge(STATUS[language][status], HUES[status]),
                    cells.choice(SOURCES[language][source], SOURCE_ICONS[source]),
                    cells.user(OWNERS[language][index % 3]),
                ),
            )
        )
    select = {"fa": "انتخاب {name}", "ar": "تحديد {name}", "en": "Select {name}"}[language]
    return cells.table_rows(columns(language), rows, select)


def figure(number: int) -> str:
    """A number in the reader's digits."""
    marks = {"arab": "٬", "arabext": "٬", "latn": ","}
    return to_family(f"{number:,}".replace(",", marks[current().digits]), current().digits)


def say(language: str, fa: str, ar: str, en: str) -> str:
    """The text of one language."""
    return {"fa": fa, "ar": ar, "en": en}[language]


def statuses(language: str) -> tuple[StatusCount, ...]:
    """The status filter with its counts."""
    counts = {"new": 214, "in_progress": 316, "converted": 602, "lost": 116}
    return tuple(
        StatusCount(STATUS[language][name], figure(count), f"?status={name}", HUES[name], current=name == "in_progress")
        for name, count in counts.items()
    )


def filter_fields(language: str) -> tuple[FilterField, ...]:
    """One field of each kind."""
    operators = tuple(Choice(op, op) for op in ("contains", "startswith", "empty"))
    values = tuple(Choice(key, label, hue=HUES[key]) for key, label in STATUS[language].items())
    presets = (Choice("today", say(language, "امروز", "اليوم", "Today")),)
    dates = (
        Choice("period", say(language, "دوره", "فترة", "Period")),
        Choice("between", say(language, "بازه", "نطاق", "Range")),
    )
    return (
        FilterField("status", LABELS[language][4], "choice", (), values),
        FilterField("name", LABELS[language][0], "text", operators),
        FilterField("created_at", say(language, "تاریخ ایجاد", "تاريخ الإنشاء", "Created"), "date", dates, presets),
        FilterField("owner_id", LABELS[language][6], "ref", (Choice("", "="),), search_href="/api/v1/core/user"),
    )


def chips(language: str) -> tuple[Chip, ...]:
    """Two conditions in force."""
    silent = say(language, "بیش از ۳۰ روز پیش", "قبل أكثر من ٣٠ يومًا", "more than 30 days ago")
    span = say(language, "از ۱ فروردین تا ۳ آذر ۱۴۰۵", "من ١ يناير إلى ٢٤ نوفمبر ٢٠٢٦", "1 Jan – 24 Nov 2026")
    return (
        Chip(say(language, "آخرین تعامل", "آخر تفاعل", "Last interaction"), silent, "?a"),
        Chip(say(language, "تاریخ ایجاد", "تاريخ الإنشاء", "Created"), span, "?b"),
    )


def bulk(language: str) -> tuple[BulkAction, ...]:
    """Acts on a selection; the destructive one last."""
    values = tuple(Choice(key, label, hue=HUES[key]) for key, label in STATUS[language].items())
    question = say(language, "{n} مخاطب حذف شود؟", "حذف {n} جهات اتصال؟", "Delete {n} contacts?")
    return (
        BulkAction(
            "owner",
            say(language, "تغییر مسئول", "تغيير المسؤول", "Change owner"),
            "user-share",
            search_href="/api/v1/core/user",
        ),
        BulkAction("status", say(language, "تغییر وضعیت", "تغيير الحالة", "Change status"), "circle-dot", values),
        BulkAction("export", say(language, "خروجی", "تصدير", "Export"), "download", download=True),
        BulkAction("delete", say(language, "حذف", "حذف", "Delete"), "trash", danger=True, confirm=question),
    )


def pager(language: str) -> Pager:
    """The footer's figures."""
    matching = say(language, "{n} مخاطب", "{n} جهة اتصال", "{n} contacts").format(n=figure(316))
    total = say(language, "همه مخاطبان: {n}", "الإجمالي: {n}", "{n} in total").format(n=figure(1248))
    pages = (
        PageLink(figure(1), current=True),
        PageLink(figure(2), "?page=2"),
        PageLink(figure(3), "?page=3"),
        PageLink("…"),
        PageLink(figure(7), "?page=7"),
    )
    sizes = tuple(PageLink(figure(n), f"?limit={n}", current=n == 50) for n in (25, 50, 100))
    return Pager(figure(1), figure(50), matching, total, sizes, figure(50), pages, next_href="?page=2")


def contact_list(language: str, empty: EmptyState | None = None, conditions: bool = True) -> ListScreen:
    """The list of picture 01."""
    total = figure(1248)
    return ListScreen(
        entity="contacts.contact",
        base_href="/contacts/contact",
        title=word(language, "contacts"),
        total=figure(0) if empty and empty.kind == "nothing" else total,
        columns=columns(language),
        rows=contact_rows(language),  # type: ignore[arg-type]
        crumbs=(Crumb(word(language, "customers"), "/contacts/contact"), Crumb(word(language, "contacts"))),
        create=Action(
            say(language, "ایجاد مخاطب", "إنشاء جهة اتصال", "Create contact"),
            "/contacts/contact/new",
            "plus",
            panel=True,
        ),
        import_href="/contacts/contact/import",
        column_choices=tuple(
            ColumnChoice(c.name, c.label, shown=True, locked=c.name == "name") for c in columns(language)
        ),
        columns_href="/contacts/contact/columns",
        filter_fields=filter_fields(language),
        filter_count=figure(2) if conditions else "",
        chips=chips(language) if conditions else (),
        clear_href="/contacts/contact",
        statuses=statuses(language),
        status_label=LABELS[language][4],
        more=(Action(say(language, "خروجی", "تصدير", "Export"), "/contacts/contact/export", "download"),),
        sort_text=say(language, "مرتب‌شده بر اساس نام", "مرتبة حسب الاسم", "Sorted by name"),
        freshness=say(language, "به‌روزرسانی: ۱۰:۲۴", "آخر تحديث ١٠:٢٤", "updated 10:24"),
        bulk=bulk(language),
        select_all_text=say(language, "انتخاب همه ۳۱۶ مورد", "تحديد الكل (٣١٦)", "Select all 316"),
        matching=316,
        pager=pager(language),
        empty=empty,
    )
