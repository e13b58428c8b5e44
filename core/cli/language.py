"""The language of the command line: `--language`, else that of the terminal, else English."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from core.language import i18n

OPTION = "--language"
CATALOGUES = os.path.join(os.path.dirname(__file__), "..", "..", "i18n")


def choose(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """Read before the arguments are parsed, because the help texts follow from it."""
    wishes = [_option(arguments), *(environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))]
    for wish in wishes:
        code = wish.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if code in i18n.LANGUAGES:
            return code
        if code and wish != wishes[0]:
            break  # The terminal's first setting counts, also when we do not speak that language.
    return i18n.DEFAULT.language


def install_texts() -> None:
    """The kernel's texts, so that a command which fails before the plugins are known speaks the language too."""
    if i18n.current().language != "en":
        i18n.install(i18n.load([(CATALOGUES, "core")]))


def _option(arguments: Sequence[str]) -> str:
    for position, argument in enumerate(arguments):
        if argument == OPTION:
            return arguments[position + 1] if position + 1 < len(arguments) else ""
        if argument.startswith(OPTION + "="):
            return argument.partition("=")[2]
    return ""
