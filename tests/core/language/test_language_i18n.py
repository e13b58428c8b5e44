"""Translation: lazy messages, plurals, catalogues of several domains, preferences."""

import json
import threading
from decimal import Decimal
from gettext import c2py
from pathlib import Path

import pytest
from markupsafe import Markup, escape

from core.language import i18n
from core.language.errors import LanguageError
from core.language.i18n import (
    Catalogues,
    LazyString,
    Preferences,
    _,
    best_language,
    choose_text,
    current,
    gettext,
    install,
    installed,
    lazy_ngettext,
    load,
    ngettext,
    normalise_language,
    use,
)
from core.language.message_tables import compile_po, read_mo
from core.language.nouns import is_feminine
from core.language.plurals import PLURAL_FORMS, plural_category, plural_index
from tests.core.language.vectors import load as load_vectors

PLURALS = load_vectors("numbers")
PERSIAN = Preferences("fa", "IR", "jalali", "arabext", "Asia/Tehran", 6, frozenset({5}))
ARABIC = Preferences("ar", "SA", timezone="Asia/Riyadh")

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
CORE_AR = """
msgid "Save"
msgstr "حفظ"

msgctxt "contact"
msgid "Lost"
msgstr "مفقود"

msgid "Lost"
msgstr "خسارة"

msgid "Row {row}: {message}"
msgstr "الصف {row}: {message}"

msgid "{n} invoice"
msgid_plural "{n} invoices"
msgstr[0] "لا توجد فواتير"
msgstr[1] "فاتورة واحدة"
msgstr[2] "فاتورتان"
msgstr[3] "{n} فواتير"
msgstr[4] "{n} فاتورة"
msgstr[5] "{n} فاتورة"

#, fuzzy
msgid "Close"
msgstr "تخمين"

msgid "Untranslated"
msgstr ""
"""
PLUGIN_AR = """
msgid "Save"
msgstr "لا يستبدل"

msgid "Visit"
msgstr "زيارة"
"""
CORE_FA = """
msgid "Save"
msgstr "ذخیره"

msgid "Row {row}: {message}"
msgstr "ردیف {row}: {message}"

msgid "{n} invoice"
msgid_plural "{n} invoices"
msgstr[0] "{n} فاکتور"
msgstr[1] "{n} فاکتور"
"""


def write(folder: Path, language: str, domain: str, messages: str) -> None:
    target = folder / language / "LC_MESSAGES" / f"{domain}.po"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(HEADER.format(plural=PLURAL_FORMS[language]) + messages, encoding="utf-8")


@pytest.fixture
def catalogues(tmp_path):
    """Core's catalogues and those of a plugin that lives elsewhere."""
    write(tmp_path / "core", "ar", "core", CORE_AR)
    write(tmp_path / "core", "fa", "core", CORE_FA)
    write(tmp_path / "plugin", "ar", "visits", PLUGIN_AR)
    before = installed()
    loaded = load([(tmp_path / "core", "core"), (str(tmp_path / "plugin"), "visits"), (tmp_path, "nowhere")])
    install(loaded)
    yield loaded
    install(before)


@pytest.mark.usefixtures("catalogues")
def test_messages_are_read_in_the_language_of_the_reader():
    message = _("Save")
    assert str(message) == "Save"
    with use(ARABIC):
        assert str(message) == "حفظ"
        with use(PERSIAN):
            assert str(message) == "ذخیره"
        assert gettext("Save") == "حفظ"
    assert current().language == "en"


@pytest.mark.usefixtures("catalogues")
def test_contexts_separate_equal_words():
    with use(ARABIC):
        assert (str(_("Lost")), str(_("Lost", context="contact"))) == ("خسارة", "مفقود")
        assert str(_("Lost", context="parcel")) == "Lost"


@pytest.mark.usefixtures("catalogues")
def test_domains_are_merged_and_the_first_wins():
    with use(ARABIC):
        assert str(_("Visit")) == "زيارة"
        assert str(_("Save")) == "حفظ"


@pytest.mark.usefixtures("catalogues")
def test_what_is_missing_empty_or_fuzzy_stays_english():
    with use(ARABIC):
        assert [str(_(text)) for text in ("Close", "Untranslated", "Never heard")] == [
            "Close", "Untranslated", "Never heard",
        ]  # fmt: skip
    with use(PERSIAN):
        assert str(_("Visit")) == "Visit"


@pytest.mark.usefixtures("catalogues")
def test_placeholders_are_filled_after_translating():
    message = _("Row {row}: {message}", row=12, message=_("Save"))
    assert str(message) == "Row 12: Save"
    with use(PERSIAN):
        assert str(message) == "ردیف ۱۲: ذخیره"


def test_placeholders_reach_nothing_but_values():
    assert str(_("{a.__class__} {0} {missing} {a}", a="x")) == "{a.__class__} {0} {missing} x"
    assert str(_("{a}", a="{b}", b="no")) == "{b}"
    assert str(_("100%")) == "100%"
    assert str(_("{flag} {amount}", flag=True, amount=Decimal("1.5"))) == "True 1.5"


def test_html_is_escaped_but_markup_stays():
    message = _("<b>{name}</b> {bold}", name="<script>", bold=Markup("<bdi>x</bdi>"))
    assert escape(message) == "&lt;b&gt;&lt;script&gt;&lt;/b&gt; <bdi>x</bdi>"
    assert escape(_("O'Brien & {n}", n=_("<"))) == "O&#39;Brien &amp; &lt;"


def test_lazy_strings_behave_like_the_text_they_read_as():
    message = _("Save {what}", what="it")
    assert message == "Save it" == f"{message}"
    assert message == _("Save {what}", what="it")
    assert message != "Save"
    assert len(message) == 7
    assert "it" in message
    assert sorted([_("b"), _("a")]) == ["a", "b"]
    assert hash(message) == hash(_("Save {what}", what="that"))
    assert _("%(max)d letters") % {"max": 3} == "3 letters"
    assert not _("")
    assert repr(message) == "_('Save {what}')"
    assert message.source == "Save {what}"
    assert json.dumps({"message": str(message)}) == '{"message": "Save it"}'


@pytest.mark.usefixtures("catalogues")
def test_labels_in_every_language():
    assert _("Save").in_every_language() == ("حفظ", "ذخیره", "Save")


@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize("case", PLURALS["plural_text_ar"], ids=lambda case: str(case["n"]))
def test_arabic_counts(case):
    with use(ARABIC):
        assert ngettext("{n} invoice", "{n} invoices", case["n"]) == case["expect"]


@pytest.mark.usefixtures("catalogues")
def test_counts_in_the_readers_digits():
    lazy = lazy_ngettext("{n} invoice", "{n} invoices", 1234567)
    assert ngettext("{n} invoice", "{n} invoices", 1) == "1 invoice"
    assert str(lazy) == "1,234,567 invoices"
    with use(PERSIAN):
        assert str(lazy) == "۱٬۲۳۴٬۵۶۷ فاکتور"
        assert ngettext("{n} thing", "{n} things", 5) == "۵ things"


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_plural_categories(language):
    for n, category in PLURALS["plurals"][language].items():
        assert plural_category(language, int(n)) == category
    for n in (Decimal("1.5"), Decimal("103.5")):
        assert plural_category(language, n) == "other"


def test_the_forced_formula_agrees_with_every_gettext_tool():
    for language in ("ar", "fa", "en"):
        assert PLURAL_FORMS[language] == PLURALS["plural_forms_header"][language]
        index = c2py(PLURAL_FORMS[language].partition("plural=")[2].rstrip(";"))
        assert [plural_index(language, n) for n in range(3000)] == [index(n) for n in range(3000)]


def test_a_compiled_catalogue_is_used_while_it_is_fresh(tmp_path):
    write(tmp_path, "ar", "core", CORE_AR)
    source = tmp_path / "ar" / "LC_MESSAGES" / "core.po"
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(compile_po(source))
    source.unlink()
    assert load([(tmp_path, "core")]).find("ar", "Save") == "حفظ"


@pytest.mark.parametrize("data", [b"", b"not a catalogue", b"\xde\x12\x04\x95\0\0\0\0\xff\0\0\0\x1c\0\0\0\x1c\0\0\0"])
def test_damaged_catalogues_are_named(data):
    with pytest.raises(ValueError, match="catalogue"):
        read_mo(data)


def test_catalogues_cannot_be_changed(catalogues):
    with pytest.raises(TypeError):
        catalogues.tables["ar"]["Save"] = ("x",)
    with pytest.raises(AttributeError):
        catalogues.tables = {}


@pytest.mark.usefixtures("catalogues")
def test_threads_keep_their_own_language_while_catalogues_are_swapped():
    message, wrong, stop = _("Save"), [], threading.Event()

    def read(preferences, texts):
        while not stop.is_set():
            with use(preferences):
                if str(message) not in texts:
                    wrong.append(str(message))

    readers = [
        threading.Thread(target=read, args=(ARABIC, ("حفظ", "Save"))),
        threading.Thread(target=read, args=(PERSIAN, ("ذخیره", "Save"))),
    ]
    for reader in readers:
        reader.start()
    loaded = installed()
    for __ in range(2000):
        install(Catalogues())
        install(loaded)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_errors_carry_a_message_for_whoever_reads_them(catalogues):
    error = LanguageError(_("Save"), "some_code", warning=True)
    assert isinstance(error, ValueError)
    assert isinstance(error.message, LazyString)
    assert (error.code, error.warning) == ("some_code", True)
    with use(ARABIC):
        assert str(error) == "حفظ"


def test_preferences():
    assert (PERSIAN.locale, PERSIAN.direction, PERSIAN.formatting_locale) == ("fa_IR", "rtl", "fa-IR-u-nu-arabext")
    assert (Preferences().locale, Preferences().direction) == ("en", "ltr")
    assert [Preferences("ar", region).decimal_separator for region in ("SA", "MA", "DZ")] == [".", ",", ","]
    assert current() == Preferences()


@pytest.mark.parametrize(
    "wrong",
    [{"language": "../x"}, {"language": "de"}, {"region": "../"}, {"region": "sa"}, {"calendar": "julian"},
     {"digits": "deva"}, {"timezone": "../../etc/passwd"}, {"week_start": 0}, {"weekend": frozenset({8})}],
)  # fmt: skip
def test_preferences_come_from_lists(wrong):
    with pytest.raises(ValueError, match=r"no such|weekdays"):
        Preferences(**wrong)


def test_preferences_are_restored_after_an_error():
    with pytest.raises(KeyError), use(PERSIAN):
        raise KeyError
    assert current().language == "en"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("ar-EG", "ar"), ("fa_IR", "fa"), ("EN", "en"), ("de", None), ("", None), (None, None), ("../../fa", None)],
)
def test_regional_tags_fall_back_to_their_language(tag, language):
    assert normalise_language(tag) == language


@pytest.mark.parametrize(
    ("choices", "header", "default", "language"),
    [
        ((None, "fa", "ar"), "ar", "en", "fa"),
        (("de", None), "fr, ar-SA;q=0.8, fa;q=0.9", "en", "fa"),
        ((), "fr;q=1, de", "ar", "ar"),
        ((), "ar;q=0", "fa", "fa"),
        ((), "ar;q=nonsense, fa;q=0.1", "en", "fa"),
        ((), "en-US,en;q=0.9", "fa", "en"),
        ((), "," * 5000, "fa", "fa"),
        ((), "ar;q=NaN", "xx", "en"),
    ],
)
def test_negotiation(choices, header, default, language):
    assert best_language(choices, header, default) == language


def test_stored_texts_fall_back():
    texts = {"fa": "اندازه", "en": "Size", "ar": ""}
    assert choose_text(texts, ["fa", "en"]) == "اندازه"
    assert choose_text(texts, ["ar", "en"]) == "Size"
    assert choose_text(texts, ["fa-IR"]) == "اندازه"
    assert choose_text(texts, ["ar"]) == "اندازه"
    assert choose_text({}, ["ar"], "size") == "size"


def test_everything_promised_is_there():
    assert all(hasattr(i18n, name) for name in i18n.__all__)


@pytest.mark.parametrize(("noun", "language", "feminine"), [
    ("جهة اتصال", "ar", True), ("فاتورة", "ar", True), ("دور في شركة", "ar", False), ("نشاط", "ar", False),
    ("فاتورة", "fa", False), ("", "ar", False),
])  # fmt: skip
def test_an_adjective_agrees_with_the_head_of_an_arabic_noun(noun, language, feminine):
    assert is_feminine(noun, language) is feminine
