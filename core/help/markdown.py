"""A topic's Markdown as safe HTML: no tags of its own, no pictures, and only links that a topic may have.

What a label of the screen says is written in bold, a key or a file's ending as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: `list.md` is another topic of the same module, `contacts.contact.md` one of another module.
TOPIC = re.compile(r"(?:([a-z][a-z0-9_]*)\.)?([a-z][a-z0-9_-]*)\.md\Z")
ADDRESS = "/help"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A topic in one language. `links` are the topics it leads to, by full name, `addresses` the pages of Diwan and of
    others, `labels` what it calls by the words of the screen; `blocks` the texts one after another, as plain text
    with `{label}` and `{key}` where these stand; `faults` what it must not hold."""

    title: str
    html: str
    blocks: tuple[str, ...]
    links: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Everything that a search looks through."""
        return " ".join((*self.blocks, *self.labels))


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # Only where help is read: each command would otherwise start later.

    return MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline", "autolink"])


def render(text: str, module: str) -> Rendered:
    """The topic `text` of a module; its first heading is its title and stands in no other place."""
    reader = _reader()
    tokens = reader.parse(text)
    title, rest = _title(tokens)
    links: list[str] = []
    addresses: list[str] = []
    faults = [] if title else ["no heading in its first line"]
    for token in rest:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"
        for inner in token.children or ():
            if inner.type == "link_open":
                _lead(inner, module, links, addresses, faults)
            elif inner.type in ("code_inline", "strong_open"):
                inner.attrSet("class", "dw-help-key" if inner.type == "code_inline" else "dw-help-label")
            if inner.type == "code_inline":
                inner.attrSet("dir", "ltr")
    return Rendered(
        title, reader.renderer.render(rest, reader.options, {}), (title, *_blocks(rest)), tuple(links),
        tuple(addresses), tuple(_labels(rest)), tuple(faults),
    )  # fmt: skip


def _title(tokens: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return tokens[1].content, tokens[3:]
    return "", tokens


def _lead(link: Token, module: str, links: list[str], addresses: list[str], faults: list[str]) -> None:
    """Where a link goes: to a topic, to a page of Diwan, or out."""
    target = str(link.attrGet("href") or "")
    found = TOPIC.match(target)
    link.attrSet("class", "dw-link")
    if found:
        name = f"{found[1] or module}.{found[2]}"
        links.append(name)
        link.attrSet("href", f"{ADDRESS}/{name}")
        link.attrSet("data-help", "")
    elif target.startswith("/") and target[1:2] not in ("/", "\\") or target.startswith("https://"):
        addresses.append(target)
    else:
        link.attrSet("href", ADDRESS)
        faults.append(f"a link to {target!r}, which is neither a topic nor a page")


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_plain(token.children or ())).strip()


def _plain(inner: Sequence[Token]) -> Iterator[str]:
    """The words of a text: what a label of the screen says is a matter of the catalogues."""
    in_label = False
    for token in inner:
        if token.type in ("strong_open", "strong_close"):
            in_label = token.type == "strong_open"
            yield "{label}" if in_label else ""
        elif token.type == "text" and not in_label:
            yield token.content
        elif token.type == "code_inline":
            yield "{key}"
        elif token.type == "softbreak":
            yield " "


def _labels(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        inner = token.children or []
        for at, one in enumerate(inner):
            if one.type == "strong_open":
                yield inner[at + 1].content
