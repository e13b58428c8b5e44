"""What a plugin says of itself before anything of it runs."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

from core.entity.spec import HUES
from core.errors import DeclarationError

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
RESERVED = frozenset({"api", "settings", "portal", "static", "login", "logout", "core", "healthz", "readyz", "metrics",
                      "search", "import", "export", "notices", "live", "help", "feedback", "tour"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """Name, label and version of a plugin; `requires` must be enabled, `optional` may be absent or off.

    For the page of modules: `description` in one sentence, `icon` (a name of the icon set), `hue` (one of
    core.entity.spec.HUES) and `author`. `hookspecs` is the module in which this plugin declares hooks of its own for
    others. `news` is deprecated: what versions bring stands in `changes/LANGUAGE.md` in the package.
    """

    name: str
    label: Any
    version: str
    requires: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    description: Any = ""
    hookspecs: str = ""
    icon: str = "puzzle"
    hue: str = "grey"
    author: Any = ""
    news: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.match(self.name) or self.name in RESERVED:
            raise DeclarationError(f"Plugin name {self.name!r} is reserved or not lower-case letters, digits and _.")
        if self.hue not in HUES:
            raise DeclarationError(f"Plugin {self.name}: unknown hue {self.hue!r}, use one of {', '.join(HUES)}.")
        if self.name in self.requires or self.name in self.optional:
            raise DeclarationError(f"Plugin {self.name} names itself among its requirements.")
        if self.news:
            warnings.warn(f"Plugin {self.name}: Manifest.news is deprecated, write changes/en.md instead.",
                          DeprecationWarning, stacklevel=3)
