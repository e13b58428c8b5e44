"""The wording rules G01 to G16 hold in every catalogue and in the glossary, and each rule can fail."""

import importlib
from collections.abc import Iterator

import pytest

from core.db import metadata
from core.entity.spec import Choice
from core.language import catalogue_files as files
from core.language import message_tables
from core.language.catalogues import ROOT, Domain, repository_domains
from core.language.i18n import install, installed
from core.language.preferences import LANGUAGES, Preferences, use
from tests.i18n.wording_examples import BAD, GOOD
from tests.support import wording_rules as rules
from tests.support.wording_rules import Entry

RULES_BY_NAME = {rule.__name__: rule for rule in rules.TEXT_RULES}


def _kinds() -> dict[tuple[str | None, str], str]:
    return {(term.context, term.text): term.part_of_speech for term in rules.glossary()}


def _catalogue_entries(domain: Domain, language: str) -> Iterator[Entry]:
    """What is translated; that nothing is missing is the subject of test_catalogues."""
    kinds = _kinds()
    for entry in files.entries(files.read_catalogue(domain.catalogue(language), language)):
        if not any(files.entry_texts(entry)):
            continue
        english = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
        where = f"{language}/{domain.name}"
        yield Entry(
            where,
            language,
            english,
            files.entry_texts(entry),
            entry.context,
            kinds.get(files.entry_key(entry)),
        )


def _entry(language: str, english: str | tuple[str, ...], text: str | tuple[str, ...]) -> Entry:
    english = (english,) if isinstance(english, str) else english
    texts = (text,) if isinstance(text, str) else text
    return Entry("example", language, english, texts, None, _kinds().get((None, english[0])))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", repository_domains(), ids=lambda domain: domain.name)
def test_every_translation_follows_the_rules(domain: Domain, language: str) -> None:
    found = [complaint for entry in _catalogue_entries(domain, language) for complaint in rules.complaints(entry)]
    assert not found, "\n".join(found)


def test_glossary_follows_its_own_rules() -> None:
    found = [complaint for entry in rules.glossary_entries() for complaint in rules.complaints(entry)]
    found += rules.g16_glossary_agrees(rules.glossary())
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("english", "arabic", "persian"), GOOD)
def test_a_good_sentence_passes_every_rule(english: str, arabic: str, persian: str) -> None:
    entries = (_entry("ar", english, arabic), _entry("fa", english, persian), _entry("en", english, english))
    assert [complaint for entry in entries for complaint in rules.complaints(entry)] == []


@pytest.mark.parametrize(("rule", "language", "english", "text"), BAD)
def test_a_bad_text_is_caught_by_its_rule(
    rule: str, language: str, english: str | tuple[str, ...], text: str | tuple[str, ...]
) -> None:
    assert list(RULES_BY_NAME[rule](_entry(language, english, text)))


def test_every_rule_has_a_bad_example() -> None:
    assert {rule for rule, *_ in BAD} == set(RULES_BY_NAME)


@pytest.fixture
def catalogues() -> Iterator[None]:
    """The real translations, for one test."""
    before = installed()
    install(message_tables.load([(domain.i18n, domain.name) for domain in repository_domains()]))
    yield
    install(before)


def _choice_lists() -> Iterator[tuple[str, tuple[Choice, ...]]]:
    """Every choice list that a model of the kernel or of a plugin declares."""
    for models in sorted([*ROOT.glob("core/**/models.py"), *ROOT.glob("plugins/*/models.py")]):
        importlib.import_module(".".join(models.relative_to(ROOT).with_suffix("").parts))
    for table in metadata.tables.values():
        for column in table.columns:
            field = column.info.get("field")
            if field is not None and field.choices:
                yield f"{table.name}.{column.name}", field.choices


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("catalogues")
def test_the_labels_of_a_choice_list_differ(language: str) -> None:
    lists = list(_choice_lists())
    with use(Preferences(language=language)):
        found = [
            f"{name}: {complaint}"
            for name, choices in lists
            for complaint in rules.g15_choices_differ([str(choice.label) for choice in choices])
        ]
    assert lists
    assert not found, "\n".join(found)


def test_two_choices_with_one_label_are_caught() -> None:
    assert list(rules.g15_choices_differ(["معلق", "مدفوعة", "معلق"]))
    assert not list(rules.g15_choices_differ(["معلق", "مدفوعة"]))


def test_a_glossary_that_contradicts_itself_is_caught() -> None:
    save = next(term for term in rules.glossary() if term.key == "ui.save")
    other = save.__class__(**{**vars(save), "words": {"en": "Save", "ar": "تخزين", "fa": "ذخیره"}})
    assert len(list(rules.g16_glossary_agrees([save, other]))) == 2
