"""The topics themselves: every page is explained in every language, in the words of the screens and of WORDING."""

from __future__ import annotations

import pytest

from core.help import screens, topics
from core.help.markdown import render
from core.language import catalogue_files
from core.language.catalogues import ROOT, repository_domains
from core.language.i18n import LANGUAGES
from tests.browser.walking import NOT_PAGES
from tests.contract.test_route_list import LIST
from tests.support import wording_rules
from tests.support.wording_rules import Entry

PLUGINS = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py"))
FOLDERS = {topics.KERNEL: ROOT / "core" / "help", **{name: ROOT / "plugins" / name / "help" for name in PLUGINS}}
WRITTEN = {
    name: topic for module, folder in FOLDERS.items() for name, topic in topics.of_folder(module, folder).items()
}


def _pages() -> list[str]:
    """The routes of pages for somebody signed in."""
    lines = [line.split(" ", 2) for line in LIST.read_text(encoding="utf-8").splitlines()]
    rules = [rule for rule, method, access in lines if method == "GET" and access != "everybody"]
    return [rule for rule in rules if not NOT_PAGES.search(rule)] + ["/api/v1/docs"]


def test_every_page_has_a_topic():
    without = []
    for rule in _pages():
        first = rule.split("/")[1]
        plugin = first if first in PLUGINS else ""
        if not screens.explaining(screens.names_for(rule, "", plugin), WRITTEN, plugin):
            without.append(rule)
    assert without == [], "write a topic in core/help and name it in core/help/screens.py"


def test_a_topic_is_there_in_every_language_and_leads_somewhere():
    # Any page without a number in its address, and the lists of the kernel.
    addresses = {*_pages(), "/core/organisation", "/core/team", "/core/holiday"}
    wrong = []
    for name, topic in WRITTEN.items():
        assert set(topic.by_language) == set(LANGUAGES), name
        for language, text in topic.by_language.items():
            wrong += [(name, language, fault) for fault in text.faults]
            wrong += [(name, language, link) for link in {*text.links} - WRITTEN.keys()]
            wrong += [(name, language, link) for link in {*text.addresses} - addresses]
            if not 30 < sum(len(block.split()) for block in text.blocks) < 260:
                wrong.append((name, language, "too short or too long to be read"))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_those_of_the_screens(language):
    shown = {text for domain in repository_domains()
             for entry in catalogue_files.entries(catalogue_files.read_catalogue(domain.catalogue(language), language))
             for text in (catalogue_files.entry_texts(entry) if language != "en" else (str(entry.id),))}
    unknown = {name: labels for name, topic in WRITTEN.items()
               if (labels := set(topic.by_language[language].labels) - shown)}
    assert unknown == {}


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_texts_follow_the_rules_of_wording(language):
    found = []
    for name, topic in WRITTEN.items():
        english, text = topic.by_language["en"], topic.by_language[language]
        assert len(text.blocks) == len(english.blocks), f"{name}: a paragraph or a point is missing"
        for own, other in zip(english.blocks, text.blocks, strict=True):
            entry = Entry(f"{language}/{name}", language, (own,), (other,))
            found += wording_rules.complaints(entry)
    assert not found, "\n".join(found)


def test_a_file_brings_in_no_markup_of_its_own():
    text = "# One\n\n<script>alert(1)</script> ![x](http://x) [a](javascript:alert(1)) [b](//evil.example) [c](list.md)"
    made = render(text, "core")
    assert "<script" not in made.html
    assert "<img" not in made.html
    assert 'href="javascript' not in made.html
    assert made.links == ("core.list",)
    assert len(made.faults) == 2

