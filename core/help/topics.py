"""The topics there are: files `help/LANGUAGE/TOPIC.md` in the packages of the kernel and of the plugins that run.

The topic `contact` of the plugin contacts is called `contacts.contact`. One that has the name of an entity explains
all of that entity's pages, and stands above what the kernel says of such pages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from core.help.markdown import Rendered, render
from core.language.i18n import LANGUAGES
from core.language.i18n import current as preferences
from core.language.text import search_key
from core.plugin import loader
from core.registry import Registry, current

KERNEL = "core"
FOLDER = "help"
KERNEL_FOLDER = Path(__file__).parent
_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")
_LINK = re.compile(r'<a href="/help/([a-z0-9_.-]+)" class="dw-link" data-help="">(.*?)</a>', re.DOTALL)
#: Read instead of a language that a plugin's topic lacks.
FALLBACK = ("en", *LANGUAGES)


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic in all languages it was written in."""

    name: str
    by_language: Mapping[str, Rendered]

    @property
    def module(self) -> str:
        return self.name.partition(".")[0]

    @property
    def key(self) -> str:
        return self.name.partition(".")[2]

    @property
    def text(self) -> Rendered:
        """In the reader's language, else in one that there is."""
        wanted = (preferences().language, *FALLBACK)
        return next(self.by_language[one] for one in wanted if one in self.by_language)

    def html(self, open_to_reader: Collection[str]) -> str:
        """What it says; a link to what the reader may not open is plain text."""
        return _LINK.sub(lambda link: link[0] if link[1] in open_to_reader else link[2], self.text.html)


def topics(registry: Registry | None = None) -> Mapping[str, Topic]:
    """All topics of this registry by name, those of the kernel first."""
    found = registry or current()
    made: Mapping[str, Topic] = found.remember("help.topics", lambda: _gather(found))
    return made


def _gather(registry: Registry) -> Mapping[str, Topic]:
    gathered = dict(of_folder(KERNEL, KERNEL_FOLDER))
    for name, plugin in registry.plugins.items():
        gathered.update(of_folder(name, Path(loader.folder(plugin)) / FOLDER))
    return MappingProxyType(gathered)


@lru_cache(maxsize=64)
def of_folder(module: str, folder: Path) -> Mapping[str, Topic]:
    """The topics below a folder: files change with the code only, so a process reads them once."""
    found: dict[str, dict[str, Rendered]] = {}
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.md")):
            if _NAME.match(path.stem):
                text = path.read_text(encoding="utf-8", errors="replace")
                found.setdefault(f"{module}.{path.stem}", {})[language] = render(text, module)
    return {name: Topic(name, by_language) for name, by_language in sorted(found.items())}


def matching(words: str, among: Iterable[Topic]) -> list[Topic]:
    """The topics that hold all these words, whatever their spelling; those with all of them in the title first."""
    wanted = search_key(words).split()
    found: list[tuple[bool, int, Topic]] = []
    for topic in among:
        title, text = search_key(topic.text.title), search_key(topic.text.words)
        if all(word in title or word in text for word in wanted):
            found.append((not all(word in title for word in wanted), len(found), topic))
    return [topic for _worse, _at, topic in sorted(found, key=lambda one: one[:2])]
