"""Sample settings pages: the second menu, users and roles."""

from __future__ import annotations

from core.ui.views_model import (
    Action,
    Choice,
    Crumb,
    GrantCell,
    GrantGroup,
    GrantRow,
    MenuEntry,
    MenuGroup,
    RoleLine,
    RoleScreen,
    RolesScreen,
    SettingsFrame,
    UserLine,
    UserScreen,
    UsersScreen,
)
from tests.ui_static.sample_list import OWNERS, figure, say
from tests.ui_static.sample_shell import person, word

TITLES = {
    "me": ("ترجیحات", "التفضيلات", "Preferences"),
    "users": ("کاربران", "المستخدمون", "Users"),
    "roles": ("نقش‌ها و دسترسی‌ها", "الأدوار والصلاحيات", "Roles and permissions"),
    "log": ("سوابق ممیزی", "سجل التدقيق", "Audit log"),
}
ICONS = {"me": "adjustments-horizontal", "users": "users", "roles": "shield-lock", "log": "history"}


def title(language: str, key: str) -> str:
    """The heading of a settings page."""
    return say(language, *TITLES[key])


def frame(language: str, current: str) -> SettingsFrame:
    """The second menu."""

    def entry(key: str) -> MenuEntry:
        return MenuEntry(title(language, key), f"/settings/{key}", ICONS[key], current=key == current)

    return SettingsFrame(
        (
            MenuGroup(say(language, "شما", "أنت", "You"), (entry("me"),)),
            MenuGroup(say(language, "افراد", "الأشخاص", "People"), (entry("users"), entry("roles"))),
            MenuGroup(say(language, "پایش", "المراقبة", "Watch"), (entry("log"),)),
        ),
        (Crumb(word(language, "settings"), "/settings/me"), Crumb(title(language, current))),
    )


def _roles(language: str) -> list[str]:
    return [
        say(language, "مدیر سیستم", "مدير النظام", "Administrator"),
        say(language, "کارشناس فروش", "مندوب مبيعات", "Salesperson"),
    ]


def users(language: str) -> UsersScreen:
    """Three colleagues and one who left."""
    names = [*OWNERS[language], "Christopher Alexander Montgomery-Featherstonehaugh"]
    lines = [
        UserLine(
            person(name, href=f"/settings/users/{index}"),
            f"user{index}@example.com",
            tuple(_roles(language)[: index % 3]),
            index != 3,
            figure(index) if index % 2 else "",
        )
        for index, name in enumerate(names)
    ]
    create = Action(say(language, "کاربر جدید", "مستخدم جديد", "New user"), "/settings/users/new", "plus")
    return UsersScreen(tuple(lines), figure(len(lines)), create)


def user(language: str) -> UserScreen:
    """A colleague to change."""
    name = OWNERS[language][0]
    roles = tuple(
        Choice(str(i), role, selected=i == 0, hint=say(language, "همه چیز", "كل شيء", "Everything"))
        for i, role in enumerate(_roles(language))
    )
    teams = (Choice("1", say(language, "تیم فروش", "فريق المبيعات", "Sales team"), selected=True),)
    languages = (Choice("ar", "العربية"), Choice("fa", "فارسی", selected=True), Choice("en", "English"))
    return UserScreen("/settings/users/1", name, "sara@example.com", person(name), roles, teams, languages, version=2)


def roles(language: str) -> RolesScreen:
    """Two roles, one of them locked."""
    counts = say(language, "{n} کاربر", "{n} مستخدمين", "{n} users")
    lines = tuple(
        RoleLine(
            name,
            f"/settings/roles/{i}",
            say(language, "همه رکوردها", "جميع السجلات", "All records"),
            counts.format(n=figure(i + 3)),
            locked=i == 0,
        )
        for i, name in enumerate(_roles(language))
    )
    return RolesScreen(
        lines, figure(2), Action(say(language, "نقش جدید", "دور جديد", "New role"), "/settings/roles/new", "plus")
    )


def role(language: str) -> RoleScreen:
    """The matrix of one role."""
    scopes = [
        ("none", say(language, "هیچ‌کدام", "بدون", "None")),
        ("own", say(language, "رکوردهای خود", "سجلاته", "Own records")),
        ("team", say(language, "رکوردهای تیم", "سجلات الفريق", "Team's records")),
        ("all", say(language, "همه رکوردها", "جميع السجلات", "All records")),
    ]
    actions = [
        ("نمایش", "عرض", "View"),
        ("افزودن", "إضافة", "Add"),
        ("ویرایش", "تعديل", "Change"),
        ("حذف", "حذف", "Delete"),
        ("خروجی", "تصدير", "Export"),
        ("درون‌ریزی", "استيراد", "Import"),
    ]

    def cell(entity: str, index: int) -> GrantCell:
        offered = scopes if index in (0, 2, 3) else [scopes[0], scopes[3]]
        chosen = offered[(index + len(entity)) % len(offered)][0]
        return GrantCell(f"{entity}.{index}", tuple(Choice(value, label, value == chosen) for value, label in offered))

    rows = tuple(
        GrantRow(
            word(language, key),
            tuple(cell(key, i) for i in range(len(actions))),
            ((say(language, "ادغام", "دمج", "Merge"), cell(key, 1)),) if key == "contacts" else (),
        )
        for key in ("contacts", "companies")
    )
    return RoleScreen(
        "/settings/roles/1",
        _roles(language)[1],
        say(language, "فروش در تهران", "المبيعات في الرياض", "Sales in Dubai"),
        tuple(say(language, *action) for action in actions),
        (GrantGroup(word(language, "customers"), rows),),
        users_text=say(language, "{n} کاربر", "{n} مستخدمين", "{n} users").format(n=figure(4)),
    )
