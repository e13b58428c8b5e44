"""Records for the sample application: the names of the drawn screens, in three languages."""

from __future__ import annotations

from core.ui.form_model import FieldView, SectionView
from core.ui.shell_model import Choice

COUNTRIES = {
    "IR": ("Iran", "ایران", "إيران"),
    "SA": ("Saudi Arabia", "عربستان سعودی", "السعودية"),
    "AE": ("United Arab Emirates", "امارات متحدهٔ عربی", "الإمارات"),
    "IQ": ("Iraq", "عراق", "العراق"),
    "AF": ("Afghanistan", "افغانستان", "أفغانستان"),
    "EG": ("Egypt", "مصر", "مصر"),
    "TR": ("Türkiye", "ترکیه", "تركيا"),
    "DE": ("Germany", "آلمان", "ألمانيا"),
    "KW": ("Kuwait", "کویت", "الكويت"),
    "OM": ("Oman", "عمان", "عُمان"),
}
LANGUAGES = ("en", "fa", "ar")

TEXTS = {
    "new": ("New contact", "مخاطب جدید", "جهة اتصال جديدة"),
    "contacts": ("Contacts", "مخاطبان", "جهات الاتصال"),
    "customers": ("Customers", "مشتریان", "العملاء"),
    "create": ("Create contact", "ایجاد مخاطب", "إنشاء جهة اتصال"),
    "kind": ("Kind", "نوع", "النوع"),
    "person": ("Person", "شخص حقیقی", "فرد"),
    "business": ("Business", "شخص حقوقی", "منشأة"),
    "first_name": ("First name", "نام", "الاسم"),
    "last_name": ("Last name", "نام خانوادگی", "اسم العائلة"),
    "phone": ("Mobile", "موبایل", "الهاتف المحمول"),
    "email": ("Email", "ایمیل", "البريد الإلكتروني"),
    "birth_date": ("Birth date", "تاریخ تولد", "تاريخ الميلاد"),
    "country": ("Country", "کشور", "البلد"),
    "source": ("Source", "منبع", "المصدر"),
    "landing": ("Landing page", "صفحه فرود", "صفحة هبوط"),
    "fair": ("Trade fair", "نمایشگاه", "معرض"),
    "call": ("Phone call", "تماس", "مكالمة"),
    "owner": ("Person in charge", "مسئول", "المسؤول"),
    "tags": ("Tags", "برچسب‌ها", "الوسوم"),
    "category": ("Category", "دسته", "التصنيف"),
    "good": ("Good payer", "خوش‌حساب", "ملتزم بالسداد"),
    "slow": ("Slow payer", "بدحساب", "متأخر السداد"),
    "acquaintance": ("How we met", "نحوه آشنایی", "كيف تعرّفنا"),
    "birthday": ("Birthday", "تولد", "عيد ميلاد"),
    "special": ("Special customer", "مشتری ویژه", "عميل مميز"),
    "address": ("Address and money", "نشانی و مالی", "العنوان والمال"),
    "limit": ("Credit limit", "سقف اعتبار", "حد الائتمان"),
    "rial": ("rial", "ریال", "ر.س"),
    "discount": ("Discount", "تخفیف", "الخصم"),
    "meeting": ("Next meeting", "جلسه بعدی", "الاجتماع القادم"),
    "website": ("Website", "وب‌سایت", "الموقع"),
    "active": ("Receives the newsletter", "خبرنامه دریافت می‌کند", "يستلم النشرة"),
    "secret": ("Portal password", "گذرواژه پرتال", "كلمة مرور البوابة"),
    "note": ("Note", "یادداشت", "ملاحظة"),
    "company": ("Company", "شرکت", "الشركة"),
    "first_value": ("Nastaran", "نسترن", "نسترن"),
    "last_value": ("Kiani", "کیانی", "كياني"),
    "sara": ("Sara Ahmadi", "سارا احمدی", "سارة الحربي"),
    "email_error": (
        "The ending of the domain is missing, such as .ir or .com.",
        "پسوند دامنه جا افتاده است؛ مانند ‎.ir یا ‎.com",
        "لاحقة النطاق ناقصة، مثل ‎.ir أو ‎.com",
    ),
    "same_phone": ("same mobile number", "همین شماره موبایل", "رقم الهاتف نفسه"),
    "saved": ("Contact saved.", "مخاطب ذخیره شد.", "تم حفظ جهة الاتصال."),
    "required": ("This field is required.", "این فیلد الزامی است.", "هذا الحقل مطلوب."),
    "status": ("Status", "وضعیت", "الحالة"),
    "status_new": ("New", "جدید", "جديد"),
    "in_progress": ("In progress", "در حال پیگیری", "قيد المتابعة"),
    "converted": ("Converted", "تبدیل‌شده", "محوَّل"),
    "lost": ("Lost", "ازدست‌رفته", "مفقود"),
}

COMPANIES = [
    "آرمان تجهیز", "پولادسازه البرز", "بازرگانی نیک‌اندیش خاورمیانه", "شركة البيان الطبية", "Anadolu Makina",
    "Gulf Trade",
]  # fmt: skip
PEOPLE = ["سارا احمدی", "مینا رضایی", "ماجد الشهري", "Kerem Yıldız"]


def text(key: str, language: str) -> str:
    return TEXTS[key][LANGUAGES.index(language)]


def statuses(language: str) -> tuple[Choice, ...]:
    hues = {"status_new": "blue", "in_progress": "amber", "converted": "green", "lost": "grey"}
    return tuple(Choice(key, text(key, language), hue=hue) for key, hue in hues.items())


def contact_sections(language: str, values: dict[str, str], errors: dict[str, str]) -> tuple[SectionView, ...]:
    """The form of the drawn screen, and a second section with every other kind of field."""

    usual = "jalali" if language == "fa" else "gregorian"
    calendar = values.get("birth_date__calendar", usual)

    def view(name: str, kind: str, **facts: object) -> FieldView:
        found = tuple([errors[name]] if name in errors else [])
        value = values.get(name, "")
        return FieldView(name, text(name, language), kind, value=value, errors=found, **facts)  # type: ignore[arg-type]

    countries = tuple(
        Choice(code, names[LANGUAGES.index(language)], hint=f"{names[0]} {code}") for code, names in COUNTRIES.items()
    )
    sources = tuple(Choice(key, text(key, language), icon=icon) for key, icon in
                    (("landing", "browser"), ("fair", "building-store"), ("call", "phone")))
    hues = {"good": "teal", "slow": "brown"}
    categories = tuple(Choice(key, text(key, language), hue=hue) for key, hue in hues.items())
    tags = tuple(Choice(key, text(key, language), selected=True) for key in values.get("tags", "").split())
    person = ("kind", ("person",))
    first = SectionView("", (
        view("first_name", "text", required=True, shown_when=person),
        view("last_name", "text", required=True, shown_when=person, identifies=True),
        view("phone", "phone", required=True, prefix="IR +98", identifies=True),
        view("email", "email", required=True, identifies=True),
        view("birth_date", "date", calendar=calendar),
        view("country", "country", options=countries),
        view("source", "choice", options=sources),
        view("owner", "user", required=True, options_href="/core/user/options",
             options=(Choice("1", text("sara", language), selected=True),)),
        view("tags", "tags", options=tags, options_href="/contacts/tag/options", create_allowed=True),
        view("category", "choice", options=categories),
        view("acquaintance", "choice", options=sources),
    ))
    second = SectionView(text("address", language), (
        view("company", "reference", options_href="/contacts/company/options", create_allowed=True),
        view("website", "url"),
        view("limit", "money", unit=text("rial", language)),
        view("discount", "percent", unit="٪" if language != "en" else "%"),
        view("meeting", "datetime", calendar="jalali" if language == "fa" else "gregorian",
             time_value=values.get("meeting__time", "")),
        view("secret", "password", autocomplete="new-password"),
        view("active", "bool"),
        view("note", "note"),
    ))
    return first, second
