"""Every text that a page shows goes through the translation functions."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from core.language.catalogues import ROOT

# Names of keys and of standards, which are the same in every language.
UNTRANSLATED = {"Ctrl K", "OpenAPI 3.1"}
SHOWN_ATTRIBUTES = {"title", "aria-label", "placeholder", "alt", "data-placeholder"}
WORD = re.compile(r"[^\W\d_]{3}")
# Macros hand out attributes and class names, which stand outside of a tag in their source.
CODE = re.compile(r"[\w:-]=[\"']|^dw-")


def _templates() -> list[Path]:
    return sorted([*ROOT.glob("core/**/templates/**/*.html"), *ROOT.glob("plugins/**/templates/**/*.html")])


class _ShownTexts(HTMLParser):
    """Collects what a reader sees of a page: text and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        self.texts += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(data.strip())


def fixed_texts(source: str) -> Iterator[str]:
    """The words in a template that stand outside of every `{{ … }}` and `{% … %}`."""
    pieces = [value if kind == "data" else " " for _line, kind, value in Environment(autoescape=True).lex(source)]
    page = _ShownTexts()
    page.feed("".join(pieces))
    page.close()
    yield from (text for text in page.texts if _is_prose(text))


def _is_prose(text: str) -> bool:
    return bool(WORD.search(text)) and not CODE.search(text) and text not in UNTRANSLATED


@pytest.mark.parametrize("path", _templates(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_holds_no_untranslated_text(path: Path) -> None:
    assert list(fixed_texts(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Save</p>",
        '<button aria-label="Close">{{ icon("x") }}</button>',
        '<p>{{ _("Rows") }} found</p>',
        "{% if n %}<b>حذف</b>{% endif %}",
    ],
)
def test_an_untranslated_text_is_found(source: str) -> None:
    assert list(fixed_texts(source))


def test_translated_texts_and_scripts_are_left_alone() -> None:
    source = '<p title="{{ _(\'Save\') }}">{{ _("Save") }} · 2</p><script>const rows = 1;</script>'
    assert list(fixed_texts(source)) == []
