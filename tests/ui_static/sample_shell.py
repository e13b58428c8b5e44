"""The frame round the sample pages: invented organisations and colleagues in three languages."""

from __future__ import annotations

from dataclasses import replace

from core.language.preferences import LANGUAGE_NAMES, Preferences
from core.ui import cells
from core.ui.views_model import LanguageChoice, MenuEntry, MenuGroup, Page, Person, Shell

PREFERENCES = {
    "fa": Preferences("fa", "IR", "jalali", "arabext", "Asia/Tehran", 6, frozenset({5})),
    "ar": Preferences("ar", "SA", "gregorian", "arab", "Asia/Riyadh", 7, frozenset({5, 6})),
    "en": Preferences("en", "AE", "gregorian", "latn", "Asia/Dubai", 1, frozenset({6, 7})),
}
WORDS = {
    "fa": {
        "organisation": "آرمان‌تجهیز",
        "branch": "شعبه تهران",
        "me": "سارا احمدی",
        "dashboard": "داشبورد",
        "customers": "مشتریان",
        "contacts": "مخاطبان",
        "companies": "شرکت‌ها",
        "settings": "تنظیمات",
        "new_contact": "مخاطب جدید",
        "new_company": "شرکت جدید",
        "visits": "بازدیدها",
    },
    "ar": {
        "organisation": "واحة التجهيزات",
        "branch": "الفرع الرئيسي – الرياض",
        "me": "سارة الحربي",
        "dashboard": "لوحة المعلومات",
        "customers": "العملاء",
        "contacts": "جهات الاتصال",
        "companies": "الشركات",
        "settings": "الإعدادات",
        "new_contact": "جهة اتصال جديدة",
        "new_company": "شركة جديدة",
        "visits": "الزيارات",
    },
    "en": {
        "organisation": "Harbour Supplies",
        "branch": "Dubai branch",
        "me": "Hana Saeed",
        "dashboard": "Dashboard",
        "customers": "Customers",
        "contacts": "Contacts",
        "companies": "Companies",
        "settings": "Settings",
        "new_contact": "New contact",
        "new_company": "New company",
        "visits": "Visits",
    },
}


def word(language: str, key: str) -> str:
    """One of the sample words."""
    return WORDS[language][key]


def person(name: str, kind: str = "person", href: str = "") -> Person:
    """An avatar as the rendering code makes it."""
    return Person(name, cells.initials(name), cells.hue_of(name), kind, href)  # type: ignore[arg-type]


def page(language: str, title: str, theme: str = "light") -> Page:
    """The facts on `<html>`."""
    direction = PREFERENCES[language].direction
    digits = PREFERENCES[language].digits
    return Page(title, language=language, direction=direction, theme=theme, digits=digits)  # type: ignore[arg-type]


def languages(language: str) -> tuple[LanguageChoice, ...]:
    """The three languages, each by its own name."""
    return tuple(
        LanguageChoice(code, name, PREFERENCES[code].direction, f"?lang={code}", code == language)  # type: ignore[arg-type]
        for code, name in LANGUAGE_NAMES.items()
    )


def shell(language: str, current: str = "contacts.contact") -> Shell:
    """The menu with one entry marked as the current page."""
    words = WORDS[language]
    entries = {
        "dashboard": MenuEntry(words["dashboard"], "/", "layout-dashboard", key="dashboard"),
        "contacts.contact": MenuEntry(words["contacts"], "/contacts/contact", "address-book", key="contacts.contact"),
        "contacts.company": MenuEntry(words["companies"], "/contacts/company", "building", key="contacts.company"),
        "visits.visit": MenuEntry(words["visits"], "/visits/visit", "map-pin", key="visits.visit", count="4"),
        "settings": MenuEntry(words["settings"], "/settings/me", "settings", key="settings"),
    }
    marked = {key: replace(entry, current=key == current) for key, entry in entries.items()}
    customers = (marked["contacts.contact"], marked["contacts.company"], marked["visits.visit"])
    return Shell(
        organisation=words["organisation"],
        branch=words["branch"],
        user=person(words["me"]),
        user_email="sara@example.com",
        groups=(MenuGroup("", (marked["dashboard"],)), MenuGroup(words["customers"], customers)),
        foot=(marked["settings"],),
        languages=languages(language),
        create=(
            MenuEntry(words["new_contact"], "/contacts/contact/new", "address-book"),
            MenuEntry(words["new_company"], "/contacts/company/new", "building"),
        ),
        bottom=(marked["dashboard"], marked["contacts.contact"], marked["contacts.company"], marked["settings"]),
        help_href="/help/list",
        here="/contacts/contact",
    )
