"""Sample pages that belong to no entity: sign-in, start page, search and errors."""

from __future__ import annotations

from markupsafe import Markup

from core.ui import cells
from core.ui.views_model import (
    Action,
    ConflictField,
    ConflictScreen,
    DashboardScreen,
    ErrorScreen,
    FirstStepsBlock,
    FormError,
    LoginScreen,
    NewPasswordScreen,
    RecordLink,
    SearchGroup,
    SearchScreen,
    SecondStepScreen,
    StatusBar,
    StatusBlock,
    StepLine,
)
from tests.ui_static.sample_list import HUES, LABELS, PEOPLE, STATUS, figure, say, shown_phone
from tests.ui_static.sample_record import history
from tests.ui_static.sample_shell import person, word


def login(language: str, error: bool = False) -> LoginScreen:
    """Picture 12 without passkeys."""
    wrong = say(
        language,
        "ایمیل یا گذرواژه نادرست است.",
        "البريد الإلكتروني أو كلمة المرور غير صحيحة.",
        "The email or the password is wrong.",
    )
    label = say(language, "حساب یکپارچه شرکت", "حساب الشركة الموحّد", "Company account")
    return LoginScreen(
        word(language, "organisation"),
        "sara@example.com" if error else "",
        error=wrong if error else "",
        is_of_inputs=error,
        forgot_href="/login/forgot",
        single_sign_on=(Action(label, "/login/sso/1", "building"),),
    )


def second_step(language: str) -> SecondStepScreen:
    """A wrong code of the app."""
    wrong = say(language, "این کد درست نیست.", "هذا الرمز غير صحيح.", "This code is not right.")
    return SecondStepScreen("sara@example.com", False, "/login/second-step?with=recovery", wrong)


def new_password(language: str) -> NewPasswordScreen:
    """The two new passwords differ."""
    differ = say(language, "دو گذرواژه یکی نیستند.", "كلمتا المرور مختلفتان.", "They are not the same.")
    heading = say(language, "گذرواژه جدید", "كلمة مرور جديدة", "A new password")
    rule = say(language, "دست‌کم ۱۰ نویسه", "١٠ أحرف على الأقل", "At least 10 characters")
    return NewPasswordScreen("t", "sara@example.com", heading, rule, errors=(FormError("repeat_password", differ),))


def links() -> tuple[RecordLink, ...]:
    """Five records of both scripts."""
    return tuple(
        RecordLink(
            name,
            f"/contacts/contact/{i}",
            "Contact",
            avatar=person(name, kind),
            detail=Markup(cells.phone(shown_phone(phone)) if phone else cells.email(email)),
        )
        for i, (name, email, phone, _country, _status, _source, kind) in enumerate(PEOPLE[1:6])
    )


def dashboard(language: str, fresh: bool = False) -> DashboardScreen:
    """The start page, full or of an empty database."""
    greeting = say(language, "صبح بخیر، {name}", "صباح الخير يا {name}", "Good morning, {name}").format(
        name=word(language, "me")
    )
    dates = (
        say(language, "سه‌شنبه ۳ آذر ۱۴۰۵", "الثلاثاء ٢٤ نوفمبر ٢٠٢٦", "Tuesday 24 November 2026"),
        say(language, "۲۴ نوامبر ۲۰۲۶", "١٤ جمادى الآخرة ١٤٤٨ هـ", "3 Azar 1405"),
    )
    counts = {"new": 214, "in_progress": 316, "converted": 602, "lost": 116}
    bars = tuple(
        StatusBar(STATUS[language][key], figure(n), f"/contacts/contact?status={key}", HUES[key], share=n * 100 // 602)
        for key, n in counts.items()
    )
    block = StatusBlock(
        word(language, "contacts"),
        say(language, "بر اساس وضعیت", "حسب الحالة", "by status"),
        "/contacts/contact",
        figure(1248),
        bars,
    )
    if fresh:
        label = say(language, "درون‌ریزی مشتریان", "استيراد العملاء", "Import your customers")
        hint = say(language, "از فایل اکسل.", "من ملف Excel.", "From an Excel file.")
        away = Action(say(language, "کنار گذاشتن", "إخفاء", "Put away"), "/first-steps", "x", "post")
        steps = tuple(StepLine(label, hint, "file-upload", "/contacts/contact/import", False, done)
                      for done in (True, False))  # fmt: skip
        return DashboardScreen(greeting, dates, first_steps=FirstStepsBlock(steps, figure(50), 50, away))
    changes = tuple(item for day in history(language) for item in day.items)
    return DashboardScreen(
        greeting, dates, blocks=(block,), opened=links(), changes=changes, changes_href="/settings/log"
    )


def search(language: str) -> SearchScreen:
    """Hits and a command."""
    command = Action(
        say(language, "مخاطب جدید", "جهة اتصال جديدة", "New contact"), "/contacts/contact/new", "plus", panel=True
    )
    return SearchScreen(
        "a", (SearchGroup(word(language, "contacts"), links(), "/contacts/contact?q=a", figure(12)),), (command,)
    )


def error(language: str, status: int) -> ErrorScreen:
    """One of the refusals."""
    titles = {
        403: ("دسترسی لازم را ندارید", "لا توجد صلاحية لهذه الصفحة", "You may not see this page"),
        404: ("یافت نشد", "غير موجود", "Not found"),
        500: ("خطای غیرمنتظره‌ای رخ داد", "حدث خطأ غير متوقع", "Something went wrong"),
    }
    text = say(
        language,
        "این صفحه وجود ندارد یا برای شما نیست.",
        "هذه الصفحة غير موجودة أو ليست متاحة.",
        "This page does not exist, or it is not yours to see.",
    )
    back = Action(say(language, "بازگشت", "رجوع", "Back"), "/", "arrow-left")
    missing = say(language, "نمایش مخاطب", "عرض جهات الاتصال", "View contacts") if status == 403 else ""
    return ErrorScreen(
        status,
        say(language, *titles[status]),
        text,
        missing,
        word(language, "me") if missing else "",
        "01JD8Z3K9V" if status == 500 else "",
        (back,),
    )


def conflict(language: str) -> ConflictScreen:
    """Two people changed a phone number."""
    field = ConflictField(
        "phone",
        LABELS[language][2],
        Markup(cells.phone("+966 50 000 1111")),
        Markup(cells.phone("+966 50 123 4567")),
        Markup(cells.phone("+966 55 999 0000")),
        "+966501234567",
        "+966559990000",
    )
    title = say(language, "تداخل ویرایش", "تعارض في التعديل", "Edit conflict")
    return ConflictScreen(
        title, word(language, "me"), say(language, "۱۰:۲۴", "١٠:٢٤", "10:24"), "/contacts/contact/1/edit", 4, (field,)
    )
