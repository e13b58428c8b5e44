"""The catalogues are complete and current, and the tools that make them do what translators rely on."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.language import catalogue_files as files
from core.language import message_tables
from core.language.catalogue_upkeep import run_check, run_extract, run_update
from core.language.catalogues import ROOT, Domain, compile_stale, main, plugin_domain, repository_domains
from core.language.extraction import ExtractionError, Message, from_javascript, from_python, from_template
from core.language.glossary import read_glossary, ready_words

ARABIC_FORMS = ("zero", "one", "two", "few", "many", "other")
GLOSSARY = read_glossary(ROOT / "i18n" / "glossary.csv")


@pytest.fixture
def shop(tmp_path: Path) -> Domain:
    """A plugin of a partner, outside the repository, with texts of every kind."""
    package = tmp_path / "shop"
    (package / "templates").mkdir(parents=True)
    (package / "static").mkdir()
    (package / "plugin.py").write_text(
        'title = _("Save")\n'
        "# Translators: shown in the basket.\n"
        'def text(n):\n    return ngettext("{n} item", "{n} items", n)\n'
        'lost = _("Lost", context="contact")\n'
    )
    (package / "templates" / "basket.html").write_text('<h1>{{ _("Basket of {name}", name=user) }}</h1>')
    (package / "static" / "shop.js").write_text('show(_("Basket"));')
    return plugin_domain(package)


@pytest.mark.parametrize("domain", repository_domains(), ids=lambda domain: domain.name)
def test_catalogues_are_complete_and_current(domain: Domain) -> None:
    """T5: the template matches the sources, nothing is untranslated or fuzzy, placeholders agree (T3)."""
    found = files.problems(domain)
    assert not found, "\n".join(found)


def test_every_domain_is_compiled_without_loss(tmp_path: Path) -> None:
    """A text read through the compiled file is the text in the .po file."""
    for domain in repository_domains():
        for language in ("ar", "fa"):
            known = files.translations(files.read_catalogue(domain.catalogue(language), language))
            table = message_tables.read_mo(message_tables.compile_po(domain.catalogue(language)))
            keys = {key: f"{key[0]}\x04{key[1]}" if key[0] else key[1] for key in known}
            assert {keys[key]: texts for key, texts in known.items()} == table


@pytest.mark.parametrize(
    ("form", "n"),
    [
        *[("zero", 0), ("one", 1), ("two", 2), ("few", 3), ("few", 10), ("many", 11), ("many", 99)],
        *[("other", 100), ("other", 102), ("few", 103), ("many", 111), ("other", 1000)],
    ],
)
def test_arabic_plural_forms_are_numbered_as_translators_tools_do(form: str, n: int, shop: Domain) -> None:
    """T2: babel's own formula has the last two forms the other way round."""
    run_update([shop])
    _fill(
        shop,
        "ar",
        {f'msgstr[{index}] ""': f'msgstr[{index}] "{{n}} {name}"' for index, name in enumerate(ARABIC_FORMS)},
    )
    loaded = message_tables.load([(shop.i18n, shop.name)])
    assert loaded.find_plural("ar", "{n} item", n) == f"{{n}} {form}"
    assert _evaluate(files.read_catalogue(shop.catalogue("ar"), "ar").plural_expr, n) == ARABIC_FORMS.index(form)


def _evaluate(formula: str, n: int) -> int:
    """A C conditional such as `n==0 ? 0 : n==1 ? 1 : 2`, as gettext tools read it."""
    *conditions, last = formula.strip("()").split(":")
    for condition in conditions:
        test, value = condition.split("?")
        if eval(test.replace("&&", "and"), {"n": n}):
            return int(value)
    return int(last)


def _fill(domain: Domain, language: str, replacements: dict[str, str]) -> None:
    path = domain.catalogue(language)
    text = path.read_text("utf-8")
    for old, new in replacements.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def test_extraction_finds_python_templates_and_javascript(shop: Domain) -> None:
    found = files.extract(shop)
    assert set(found) == {
        (None, "Save"),
        (None, "{n} item"),
        ("contact", "Lost"),
        (None, "Basket of {name}"),
        (None, "Basket"),
    }
    assert found[None, "{n} item"].plural == "{n} items"


@pytest.mark.parametrize(
    ("reader", "source"),
    [
        (from_python, '_(f"Hello {name}")'),
        (from_python, '_("Hello " + name)'),
        (from_python, 'ngettext("one", "many" % n, n)'),
        (from_template, '{{ _("Hello " ~ name) }}'),
        (from_javascript, "_(`Hello ${name}`);"),
        (from_javascript, '_("Hello " + name);'),
    ],
)
def test_a_text_put_together_at_run_time_is_refused(reader: object, source: str) -> None:
    with pytest.raises(ExtractionError, match="plain string"):
        list(reader(source, "somewhere"))


def test_a_variable_is_translated_where_it_is_declared() -> None:
    assert list(from_python("_(label)", "a.py")) == []


def test_a_comment_for_translators_reaches_the_template() -> None:
    source = '# Translators: a button\n_("Go")\n'
    assert list(from_python(source, "a.py")) == [
        Message("Go", files=frozenset({"a.py"}), comments=frozenset({"a button"}))
    ]


def test_files_do_not_change_when_no_text_changes(shop: Domain) -> None:
    """No dates, no line numbers: moving code is no change for a translator."""
    run_update([shop])
    before = {path: path.read_bytes() for path in shop.i18n.rglob("*.po*")}
    module = shop.sources / "plugin.py"
    module.write_text("\n\n\n" + module.read_text())
    run_update([shop])
    assert before == {path: path.read_bytes() for path in shop.i18n.rglob("*.po*")}
    assert len(before) == 4


def test_update_keeps_translations_and_guesses_nothing(shop: Domain) -> None:
    run_update([shop])
    _fill(shop, "fa", {'msgid "Basket"\nmsgstr ""': 'msgid "Basket"\nmsgstr "سبد"'})
    (shop.sources / "static" / "shop.js").write_text('show(_("Basket")); show(_("Baskets"));')
    run_update([shop])
    catalogue = files.read_catalogue(shop.catalogue("fa"), "fa")
    assert catalogue["Basket"].string == "سبد"
    assert catalogue["Baskets"].string == ""
    assert not any(entry.fuzzy for entry in files.entries(catalogue))


def test_a_text_that_is_no_longer_used_leaves_the_catalogue(shop: Domain) -> None:
    run_update([shop])
    (shop.sources / "static" / "shop.js").unlink()
    run_update([shop])
    assert "Basket" not in {text for _context, text in map(files.entry_key, files.entries(_arabic(shop)))}


def _arabic(domain: Domain) -> object:
    return files.read_catalogue(domain.catalogue("ar"), "ar")


def test_update_takes_words_from_the_glossary_with_their_context(shop: Domain) -> None:
    run_update([shop])
    arabic = files.translations(_arabic(shop))
    assert arabic[None, "Save"] == ("حفظ",)
    assert arabic["contact", "Lost"] == ("مفقود",)


def test_the_glossary_leaves_to_people_what_has_two_answers() -> None:
    """“Filter” is an act and a thing; an Arabic noun needs its article or plural."""
    arabic, persian = ready_words(GLOSSARY, "ar"), ready_words(GLOSSARY, "fa")
    assert (None, "Filter") not in arabic | persian
    assert (None, "Contact") not in arabic
    assert persian[None, "Contact"] == "مخاطب"
    assert arabic[None, "Monday"] == "الاثنين"


def test_english_is_its_own_translation(shop: Domain) -> None:
    run_update([shop])
    english = files.translations(files.read_catalogue(shop.catalogue("en"), "en"))
    assert english[None, "{n} item"] == ("{n} item", "{n} items")


def _faults(shop: Domain) -> Iterator[str]:
    yield from run_check([shop])[0]


def test_check_names_what_is_missing(shop: Domain) -> None:
    run_update([shop])
    assert "ar/shop: not translated: Basket" in set(_faults(shop))
    (shop.sources / "static" / "shop.js").write_text('_("Basket"); _("Till");')
    assert any(line.startswith("shop.pot: not up to date") for line in _faults(shop))


def test_check_names_a_wrong_placeholder_and_a_fuzzy_entry(shop: Domain) -> None:
    run_update([shop])
    _fill(shop, "fa", {'msgid "Basket of {name}"\nmsgstr ""': 'msgid "Basket of {name}"\nmsgstr "سبد {user}"'})
    _fill(shop, "ar", {'msgid "Basket"\nmsgstr ""': '#, fuzzy\nmsgid "Basket"\nmsgstr "سلة"'})
    found = set(_faults(shop))
    assert "fa/shop: other placeholders than the English text: Basket of {name}" in found
    assert "ar/shop: marked fuzzy: Basket" in found


def test_check_names_a_foreign_plural_formula(shop: Domain) -> None:
    run_update([shop])
    _fill(shop, "ar", {"n%100>=11 ? 4 : 5": "n%100>=0 && n%100<=2 ? 4 : 5"})
    assert any("Plural-Forms" in line for line in _faults(shop))


def test_the_command_works_on_a_folder_outside(shop: Domain, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["update", "--plugin", str(shop.sources)]) == 0
    assert main(["compile", "--plugin", str(shop.sources)]) == 0
    assert main(["check", "--plugin", str(shop.sources)]) == 1
    assert "not translated: Basket" in capsys.readouterr().out
    (shop.sources / "plugin.py").write_text("def broken(:\n")
    assert main(["extract", "--plugin", str(shop.sources)]) == 1
    assert "shop/plugin.py" in capsys.readouterr().err


def test_compile_writes_only_what_is_stale(shop: Domain) -> None:
    run_extract([shop])
    run_update([shop])
    assert len(compile_stale([shop.i18n])) == 3
    assert compile_stale([shop.i18n]) == []
    later = time.time() + 5
    os.utime(shop.catalogue("ar"), (later, later))
    assert [path.parent.parent.name for path in compile_stale([shop.i18n])] == ["ar"]


def test_a_start_with_nothing_to_compile_does_not_load_babel() -> None:
    compile_stale([ROOT / "i18n"])
    code = (
        "import sys; from pathlib import Path; from core.language.catalogues import compile_stale\n"
        f"compile_stale([Path({str(ROOT / 'i18n')!r})])\n"
        "print(any(name.startswith('babel') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
