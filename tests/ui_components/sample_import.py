"""The drawn import of 1,248 rows, as the wizard's models, in three languages."""

from __future__ import annotations

from core.ui import import_model as wizard
from core.ui.shell_model import Action, Choice, Crumb

HEADINGS = ("پست الکترونیک", "نام مشتری", "موبایل", "استان/شهر", "کد ملی", "ت. تولد", "کد قدیم")
SAMPLES = ("n.kiani@rayanpars.ir", "نسترن کیانی", "۰۹۱۲۷۰۸۵۵۲۱", "تهران", "۰۴۹۹۳۷۰۸۹۹", "۱۳۷۰/۵/۱۲", "KH-7781")
FIELDS = ("email", "name", "phone", "city", "national_id", "birth_date", "")
KINDS = ("email", "", "phone", "", "code", "date", "code")
ICONS = {
    "email": "mail",
    "name": "user",
    "phone": "phone",
    "city": "map-pin",
    "national_id": "id",
    "birth_date": "calendar",
    "first_name": "user",
    "last_name": "user",
    "note": "note",
    "source": "flag",
}
LABELS = {
    "fa": (
        "ایمیل",
        "نام و نام خانوادگی",
        "موبایل",
        "شهر",
        "کد ملی",
        "تاریخ تولد",
        "نام",
        "نام خانوادگی",
        "یادداشت",
        "منبع",
    ),
    "ar": (
        "البريد الإلكتروني",
        "الاسم الكامل",
        "الهاتف المحمول",
        "المدينة",
        "الهوية الوطنية",
        "تاريخ الميلاد",
        "الاسم",
        "اسم العائلة",
        "ملاحظة",
        "المصدر",
    ),
    "en": (
        "Email",
        "Full name",
        "Mobile",
        "City",
        "National ID",
        "Birth date",
        "First name",
        "Last name",
        "Note",
        "Source",
    ),
}
TITLE = {"fa": "درون‌ریزی مخاطبان", "ar": "استيراد جهات الاتصال", "en": "Import contacts"}
PATH = {
    "fa": ("مشتریان", "مخاطبان", "درون‌ریزی"),
    "ar": ("العملاء", "جهات الاتصال", "استيراد"),
    "en": ("Customers", "Contacts", "Import"),
}

ROWS = (
    (
        "۱۸",
        ("سامان قادری", "saman@ghaderi", "۰۷۹۰۴۱۹۹۰۴", "۱۳۶۵/۰۲/۱۷"),
        1,
        "ایمیل ناقص است؛ پسوند دامنه (مانند ‎.ir) جا افتاده است.",
    ),
    (
        "۲۰۴",
        ("زهرا موسوی", "z.mousavi@daruban.com", "۰۴۹۹۳۷۰۸۹۸", "۱۳۷۲/۱۱/۰۳"),
        2,
        "رقم کنترلی کد ملی درست نیست؛ یک رقم جابه‌جا شده است؟",
    ),
    (
        "۵۱۱",
        ("کیوان رحمانی", "k.rahmani@abadgaran.co", "", "۱۴۰۴/۱۲/۳۰"),
        3,
        "۱۴۰۴ سال کبیسه نیست؛ اسفند آن ۲۹ روز دارد.",
    ),
    ("۸۷۶", ("", "info@pouladsazeh.ir", "", ""), 0, "نام الزامی است."),
    (
        "۱٬۰۳۳",
        ("یلدا خسروی", "yalda@khosravi-design.ir", "۰۰۸۴۵۷۵۹۴۸", "۶۸/۰۳/۰۹"),
        3,
        "سال دو رقمی است؛ چهار رقمی بنویسید، مانند ۱۳۶۸.",
    ),
)


def head(language: str, step: int) -> wizard.WizardHead:
    first, second, third = PATH[language]
    crumbs = (Crumb(first), Crumb(second, "/contacts/contact"), Crumb(third))
    return wizard.WizardHead(TITLE[language], step, crumbs)


def choose(language: str, error: str = "") -> wizard.ChooseView:
    return wizard.ChooseView(
        head(language, 1),
        "/contacts/contact/import",
        "/contacts/contact",
        max_bytes=1000,
        max_text="1 KB",
        limits_text="1 KB",
        columns_text=LABELS[language][0],
        template_href="/contacts/contact/import/template.csv",
        error=error,
        recent=(Action("customers-mehr-1405.csv", "/contacts/contact/import/3"),),
    )


def settings(language: str, posted: dict[str, str]) -> tuple[wizard.Setting, ...]:
    words = {
        "fa": ("کدگذاری", "جداکننده", "تاریخ‌ها", "نقطه‌ویرگول", "ویرگول", "هجری شمسی", "میلادی"),
        "ar": ("الترميز", "الفاصل", "التواريخ", "فاصلة منقوطة", "فاصلة", "هجري شمسي", "ميلادي"),
        "en": ("Encoding", "Delimiter", "Dates", "Semicolon", "Comma", "Solar Hijri", "Gregorian"),
    }[language]
    encodings = (Choice("windows-1256", "Windows-1256"), Choice("utf-8", "UTF-8"))
    delimiters = (Choice(";", f"{words[3]} ;"), Choice(",", f"{words[4]} ,"))
    calendars = (Choice("jalali", words[5]), Choice("gregorian", words[6]))
    return (
        wizard.Setting(
            "encoding", words[0], posted.get("encoding", "windows-1256"), encodings, "encoding" not in posted
        ),
        wizard.Setting("delimiter", words[1], posted.get("delimiter", ";"), delimiters, False),
        wizard.Setting("calendar", words[2], posted.get("calendar", "jalali"), calendars, False),
    )


def mapping(language: str, posted: dict[str, str]) -> wizard.MapView:
    labels = LABELS[language]
    targets = tuple(Choice(name, labels[at], icon=icon) for at, (name, icon) in enumerate(ICONS.items()))
    match = posted.get("match", "email")
    columns = tuple(
        wizard.ColumnView(
            at, HEADINGS[at], SAMPLES[at], KINDS[at], posted.get(f"column_{at}", FIELDS[at]), True, FIELDS[at] == match
        )
        for at in range(len(HEADINGS))
    )
    show = posted.get("show", "errors")
    rows = tuple(
        wizard.PreviewRow(
            number,
            tuple(
                wizard.PreviewCell(value, kind, at == wrong)
                for at, (value, kind) in enumerate(zip(values, ("", "email", "code", "date"), strict=True))
            ),
            (error,),
            "error",
        )
        for number, values, wrong, error in ROWS
    )
    preview = wizard.PreviewView(
        "۱٬۲۰۷",
        "۲۹",
        "۱۲",
        "",
        "",
        (labels[1], labels[0], labels[4], labels[5]),
        rows,
        "۱٬۲۴۸",
        show,  # type: ignore[arg-type]
        "۷ خطای دیگر",
        "/contacts/contact/import/errors.csv",
    )
    return wizard.MapView(
        head(language, 2),
        "/contacts/contact/import/9",
        "/contacts/contact/import/9/preview",
        "/contacts/contact/import",
        wizard.SourceView(
            "customers-aban-1405.csv", "csv", ("۳۱۸ کیلوبایت", "۱٬۲۴۸ ردیف", "۷ ستون"), settings(language, posted)
        ),
        columns,
        targets,
        {"fa": "۶ از ۷ ستون تطبیق یافت", "ar": "طُوبق ٦ من ٧ أعمدة", "en": "6 of 7 columns mapped"}[language],
        preview,
        (targets[0], targets[2], targets[4]),
        match,
        next((target.label for target in targets if target.value == match), ""),
        posted.get("on_match", "update"),  # type: ignore[arg-type]
        continue_text={"fa": "ادامه با ۱٬۲۳۶ ردیف درست", "ar": "متابعة مع ١٬٢٣٦ صفًا", "en": "Continue with 1,236 rows"}[
            language
        ],
    )


def confirm(language: str) -> wizard.ConfirmView:
    return wizard.ConfirmView(
        head(language, 3),
        "/contacts/contact/import/9/run",
        "/contacts/contact/import/9",
        "customers-aban-1405.csv",
        "۱٬۲۰۷",
        "۲۹",
        "۱۲",
        facts=((LABELS[language][0], "windows-1256"),),
        ignored_columns=("کد قدیم",),
        form_id="once",
    )


def progress(language: str, done: int, total: int, state: str) -> wizard.ProgressView:
    return wizard.ProgressView(
        head(language, 3),
        "customers-aban-1405.csv",
        "/contacts/contact/import/9/status",
        "/contacts/contact/import/9/cancel",
        "/contacts/contact/import/9/result",
        done,
        total,
        f"{done:,} / {total:,}",
        "2 min",
        state,  # type: ignore[arg-type]
    )


def result(language: str) -> wizard.ResultView:
    undo = Action(
        {"fa": "برگرداندن درون‌ریزی", "ar": "التراجع عن الاستيراد", "en": "Undo import"}[language],
        "/contacts/contact/import/9/undo",
        confirm="?",
        confirm_text="…",
    )
    return wizard.ResultView(
        head(language, 3),
        "done",
        "customers-aban-1405.csv",
        "۱٬۲۰۷",
        "۲۹",
        "",
        "۰",
        "۱۲",
        "/contacts/contact",
        "/contacts/contact/import/errors.csv",
        "/contacts/contact/import",
        undo,
        "",
        "",
        ("کد قدیم",),
        "۴ ثانیه",
    )
