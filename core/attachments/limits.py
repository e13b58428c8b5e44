"""What may be attached: how large, and which kinds are refused; both are settings."""

from __future__ import annotations

import re

from core.declarations import Setting
from core.derive.settings import setting_text
from core.entity.spec import Choice, FieldSpec
from core.entity.types import ChoiceType
from core.errors import Invalid, TooLarge
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl
from core.registry import settings

LARGEST, REFUSED = "core.attachment_largest", "core.attachment_refused"
MEGABYTE = 1024 * 1024
SIZES = tuple(Choice(str(one), _("{limit} MB", limit=one)) for one in (2, 5, 10, 25, 60))
USUAL = "25"
#: What Windows runs at a double click.
PROGRAMS = "exe com bat cmd scr pif msi msp cpl hta js jse vbs vbe wsf wsh ps1 lnk reg jar apk"


@hookimpl
def register_settings() -> list[Setting]:
    return [
        Setting(LARGEST, FieldSpec(type=ChoiceType(), name=LARGEST, label=_("Largest file"), choices=SIZES), USUAL),
        setting_text(REFUSED, _("Endings that are refused"), default=PROGRAMS,
                     help=_("Separated by spaces. Files whose names end so cannot be attached.")),
    ]


def largest() -> int:
    """In bytes."""
    return int(settings(LARGEST) or USUAL) * MEGABYTE


def check_size(size: int) -> None:
    if size > largest():
        raise TooLarge(_("The file is larger than {limit} MB.", limit=largest() // MEGABYTE))


def check_name(name: str) -> None:
    """Invalid for a file of a refused kind."""
    ending = name.rpartition(".")[2].casefold()
    if "." in name and ending in re.split(r"[\s,;،.]+", str(settings(REFUSED)).casefold()):
        raise Invalid(_("Files that end in “{ending}” cannot be attached.", ending=ending))
