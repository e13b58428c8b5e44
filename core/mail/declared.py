"""The settings of outgoing mail."""

from __future__ import annotations

from core.declarations import Setting
from core.entity.spec import FieldSpec
from core.entity.types import EmailType, TextType
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl


@hookimpl
def register_settings() -> list[Setting]:
    return [
        Setting("core.mail_from", FieldSpec(
            type=EmailType(), name="core.mail_from", label=_("Sender's address"),
            help=_("Outgoing mail comes from here. Empty: the account of the mail server.")), ""),
        Setting("core.mail_from_name", FieldSpec(
            type=TextType(), name="core.mail_from_name", label=_("Sender's name"),
            help=_("What recipients read as the sender. Empty: Diwan.")), ""),
    ]
