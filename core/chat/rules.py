"""What the kernel declares of the chat: how long messages are kept, what is told of them, and the way to it."""

from __future__ import annotations

import datetime as dt

from core.chat.keeping import forget_old
from core.declarations import Job, MenuItem, NoticeKind, Setting
from core.derive.settings import setting_choice
from core.entity.spec import Choice
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl

USE = "core.chat.use"
KEPT = "core.chat_kept"
MESSAGE, MENTION = "core.chat_message", "core.chat_mention"
PERIODS = (
    Choice("all", _("For ever")), Choice("730", _("Two years")), Choice("365", _("A year")),
    Choice("90", _("Three months")), Choice("30", _("A month")),
)  # fmt: skip


@hookimpl
def register_settings() -> list[Setting]:
    return [Setting(KEPT, setting_choice(KEPT, _("Messages are kept"), PERIODS, default="all").field, "all")]


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [
        NoticeKind(MESSAGE, _("A message in the chat"), _("{actor} wrote to you in the chat"), "message", bell=False),
        NoticeKind(MENTION, _("You are mentioned in the chat"), _("{actor} mentioned you in the chat"), "at",
                   mail=True, mention=True),
    ]  # fmt: skip


@hookimpl
def register_menu() -> list[MenuItem]:
    return [MenuItem("core.chat", _("Chat"), "/chat", "message", USE, order=5)]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.forget_messages", forget_old, label=_("Delete old messages of the chat"),
                every=dt.timedelta(days=1), retries=0, in_steps=True, as_system=True)]  # fmt: skip
