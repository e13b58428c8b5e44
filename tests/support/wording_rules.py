"""The wording rules G01 to G16 of docs/translating.md, one function each.

A rule takes an `Entry` (one text in one language) and yields a complaint for each fault. G15 looks at a list
of labels and G16 at the whole glossary. Placeholders, tags, addresses and technical words are cut out of a
text first (see `bare`), except for the rules about placeholders and tags themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

from core.language.catalogue_files import FORMS_WITHOUT_NUMBER, placeholders, plural_count
from core.language.catalogues import ROOT
from core.language.glossary import Term, read_glossary

CUT = "\ue000"
ZWNJ = "\u200c"
NON_JOINING = "اآدذرزژوأؤء"
ARABIC_LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويىپچژکگی"


@dataclass(frozen=True)
class Entry:
    """One text: `english` is (text,) or (singular, plural); `texts` its translation, one for each form.

    `kind` is the part of speech of the glossary's row for this text, None for a sentence that has no row.
    """

    where: str
    language: str
    english: tuple[str, ...]
    texts: tuple[str, ...]
    context: str | None = None
    kind: str | None = None


Rule = Callable[[Entry], Iterator[str]]


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    return read_glossary(ROOT / "i18n" / "glossary.csv")


@lru_cache(maxsize=1)
def _cut_pattern() -> re.Pattern[str]:
    words = {word for term in glossary() if term.part_of_speech in ("tech", "brand") for word in term.words.values()}
    latin = sorted((word for word in words if word.isascii()), key=len, reverse=True)
    terms = "|".join(re.escape(word) for word in latin)
    return re.compile(
        rf"\{{[^{{}}]*\}}|\[[a-z_, ]+\]|</?[a-z][^<>]*>|https?://\S+|/[a-z][\w/.-]*|(?<![A-Za-z])(?:{terms})(?![A-Za-z])"
    )


def bare(text: str) -> str:
    """The text with each placeholder, tag, address, [code] and technical word replaced by one mark."""
    return _cut_pattern().sub(CUT, text)


def g01_clean_characters(entry: Entry) -> Iterator[str]:
    for text in entry.texts:
        if unicodedata.normalize("NFC", text) != text:
            yield "not in Unicode form NFC"
        if text != text.strip() or "  " in text:
            yield "space at an end, or two spaces"
        if "\u0640" in re.sub(r"(?<!\w)[وف]?(?:ب|ل|ال)\u0640(?=[ {]|$)", "", text):
            yield "tatweel"
        if re.search("[\ufb50-\ufdff\ufe70-\ufeff]", text):
            yield "presentation form or byte order mark"
        if re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text):
            yield "bidi control"


def g02_arabic_letters(entry: Entry) -> Iterator[str]:
    if entry.language == "ar":
        yield from _forbidden(entry, f"[کیہھۀەپچژگ{ZWNJ}]", "Persian letter or ZWNJ")


def g03_persian_letters(entry: Entry) -> Iterator[str]:
    if entry.language == "fa":
        yield from _forbidden(entry, r"[كيىةإۀ\u0654]|(?<!\w)أ", "Arabic letter")


def g04_zwnj_has_an_effect(entry: Entry) -> Iterator[str]:
    if entry.language == "fa":
        pattern = rf"(?<![{ARABIC_LETTERS}ً]){ZWNJ}|{ZWNJ}(?![{ARABIC_LETTERS}])|[{NON_JOINING}]{ZWNJ}"
        yield from _forbidden(entry, pattern, "ZWNJ where it does nothing")


def g05_persian_endings(entry: Entry) -> Iterator[str]:
    if entry.language != "fa":
        return
    yield from _forbidden(entry, r"(?<=\S) (?:ها|های|هایی)(?![\w\u200c])", "space before ها")
    yield from _forbidden(entry, r"(?<![\w\u200c])ن?می ", "space after می")
    yield from _forbidden(entry, rf"ه{ZWNJ}ی(?![\w\u200c])", "ه‌ی at the end of a word")
    allowed = {"تنها", "تنهایی", "انتها", "انتهای", "بها", "بهای"}
    for word in (word for text in entry.texts for word in re.findall(r"\w+", bare(text).replace(ZWNJ, " \u200c "))):
        if re.search(rf"[^{NON_JOINING}](?:ها|های|هایی)$", word) and word not in allowed:
            yield f"ZWNJ missing before ها: {word}"


_WITHOUT_HAMZA = (
    "الغاء|انشاء|اضافة|ارسال|اعداد|ادارة|اسناد|ارشفة|ايقاف|اعادة|اغلاق|ازالة|ادخال|اظهار|اخفاء|اصدار|الاجمالي"
)


def g06_spelling(entry: Entry) -> Iterator[str]:
    if entry.language == "ar":
        yield from _forbidden(entry, rf"(?<!\w)[وفبلك]?(?:ال|ل)?(?:{_WITHOUT_HAMZA})(?!\w)", "hamza missing")
        yield from _forbidden(entry, "اً", "tanwin belongs before the alef")
    elif entry.language == "fa":
        yield from _forbidden(entry, "ًا", "tanwin belongs on the alef")


def g07_punctuation(entry: Entry) -> Iterator[str]:
    if entry.language == "en":
        return
    yield from _forbidden(entry, r'[,;?%"!]|\.\.\.', "Latin punctuation or exclamation mark")
    yield from _forbidden(entry, r"\s[،؛؟:.](?!\w)", "space before punctuation")
    yield from _forbidden(entry, r"\d", "digit typed in a text")
    for text in entry.texts:
        if re.sub("[^«»]", "", text).replace("«»", "").replace("«»", ""):
            yield "« and » are not balanced"


MAXIMUM_LENGTH = {"verb": 24, "state": 20}


def g08_endings_and_length(entry: Entry) -> Iterator[str]:
    """Buttons, labels and badges are short without full stop; a sentence ends as the English one."""
    if entry.kind in MAXIMUM_LENGTH:
        for text in entry.texts:
            if len(text) > MAXIMUM_LENGTH[entry.kind]:
                yield f"longer than {MAXIMUM_LENGTH[entry.kind]} characters"
    if entry.language == "en":
        return
    for index, text in enumerate(entry.texts):
        yield from _ending_fault(entry, text, is_zero=len(entry.texts) == 6 and index == 0)


def _ending_fault(entry: Entry, text: str, *, is_zero: bool) -> Iterator[str]:
    english = entry.english[-1]
    if entry.kind in ("verb", "label", "state") or english[-1:] not in ".?:}…":
        if text.endswith("."):
            yield "full stop on a label"
    elif english.endswith("?") and not is_zero:
        if not text.endswith("؟"):
            yield "a question ends in ؟"
    elif english.endswith(".") and not bare(text).endswith((".", "؟", ":", CUT)):
        yield "a sentence ends in a full stop"


def g09_placeholders(entry: Entry) -> Iterator[str]:
    """The same names as in English; {n} may be missing where the form itself is a number word."""
    is_plural = len(entry.english) > 1
    expected = placeholders(entry.english[-1])
    for index, text in enumerate(entry.texts):
        free = set()
        if is_plural and (
            index in FORMS_WITHOUT_NUMBER.get(entry.language, ()) or (entry.language, index) == ("en", 0)
        ):
            free = {"n"}
        if not expected - free <= placeholders(text) <= expected:
            yield f"placeholders {sorted(placeholders(text))} instead of {sorted(expected)}"


class _TagPaths(HTMLParser):
    """Collects the path of every tag, such as ("p", "b")."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.paths: Counter[tuple[str, ...]] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.paths[tuple(self.open)] += 1

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.paths[("/", tag)] += 1


def _tags(text: str) -> Counter[tuple[str, ...]]:
    parser = _TagPaths()
    parser.feed(text)
    parser.close()
    return parser.paths + Counter({("unclosed", tag): 1 for tag in parser.open if tag not in ("br", "wbr", "img")})


def g10_tags(entry: Entry) -> Iterator[str]:
    if any(_tags(text) != _tags(entry.english[-1]) for text in entry.texts):
        yield "other tags than the English text, or other nesting"


def g11_plural_forms(entry: Entry) -> Iterator[str]:
    expected = plural_count(entry.language) if len(entry.english) > 1 else 1
    if len(entry.texts) != expected or not all(entry.texts):
        yield f"{expected} filled forms needed"


_IMPERATIVES = "اضغط|انقر|اختر|أدخل|اكتب|حدد|أضف|احفظ|احذف|استخدم|تأكد|قم|راجع|حاول"


def g12_register(entry: Entry) -> Iterator[str]:
    """No gendered imperative, no verb that takes whoever did it for a man, and no empty politeness."""
    if entry.language == "ar":
        yield from _forbidden(entry, rf"(?:^|[.:؟؛…]\s+)(?:{_IMPERATIVES})(?!\w)", "gendered imperative")
        yield from _forbidden(entry, "هل تريد|هل أنت|هل ترغب|الرجاء|بنجاح", "phrase that is not used")
        if any(re.search(r"(?<!بواسطة )(?<!من )\{(?:actor|user)\}(?!:)", text) for text in entry.texts):
            yield "a person as subject: the verb would be a man's or a woman's"
    elif entry.language == "fa":
        yield from _forbidden(entry, "لطفا|با موفقیت", "phrase that is not used")
        if entry.kind == "verb":
            yield from _forbidden(entry, "کنید$", "a button is an action noun")


def g13_glossary(entry: Entry) -> Iterator[str]:
    """No word that the glossary calls wrong for a term of the English text."""
    if entry.language == "en":
        return
    for terms in _terms_in(entry):
        right = [term.words[entry.language] for term in terms]
        for wrong in sorted({word for term in terms for word in term.avoid[entry.language]}):
            if any(_contains(_without(text, right), wrong) for text in entry.texts):
                yield f"“{wrong}” is the wrong word for “{terms[0].text}”: {right[0]}"


def _terms_in(entry: Entry) -> Iterator[list[Term]]:
    """The glossary's rows for the words of the English text, the longest terms first, each word used once."""
    left = entry.english[0].lower()
    for text, pattern, terms in _terms_by_text():
        if text not in left:
            continue
        fitting = [term for term in terms if term.context in (None, entry.context)]
        exact = [term for term in fitting if term.context == entry.context]
        if fitting and pattern.search(left):
            left = pattern.sub(CUT, left)
            yield exact or fitting


@lru_cache(maxsize=1)
def _terms_by_text() -> list[tuple[str, re.Pattern[str], list[Term]]]:
    rows: dict[str, list[Term]] = {}
    for term in glossary():
        rows.setdefault(term.text.lower(), []).append(term)
    longest_first = sorted(rows, key=len, reverse=True)
    whole_words = r"(?<![\w-])%s(?:s|es)?(?![\w-])"
    return [(text, re.compile(whole_words % re.escape(text)), rows[text]) for text in longest_first]


def _without(text: str, words: Iterable[str]) -> str:
    """The text without the right words, so that «الاسم» is not taken for a wrong «اسم»."""
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"(?<![\w{ZWNJ}]){re.escape(word)}(?![\w{ZWNJ}])", CUT, text)
    return text


def _contains(text: str, word: str) -> bool:
    """Whether a word, with or without ال and a one-letter prefix, is in the text; ZWNJ counts as a letter."""
    return bool(re.search(rf"(?<![\w{ZWNJ}])[وفبلك]?(?:ال|ل)?{re.escape(word)}(?![\w{ZWNJ}])", text))


def g14_translated(entry: Entry) -> Iterator[str]:
    if entry.language != "en" and re.search(r"[^\W\d_]", bare(entry.english[0])):
        for text in entry.texts:
            if text in entry.english:
                yield "the same as the English text"


def g15_choices_differ(labels: Sequence[str]) -> Iterator[str]:
    """The labels of one choice list, in one language."""
    for label, count in Counter(labels).items():
        if count > 1:
            yield f"{count} choices are called “{label}”"


def g16_glossary_agrees(terms: Sequence[Term]) -> Iterator[str]:
    """One key one row; one English word of one part of speech has one translation."""
    for key, count in Counter(term.key for term in terms).items():
        if count > 1:
            yield f"{key} occurs {count} times"
    answers: dict[tuple[str, str | None, str], set[tuple[str, str]]] = {}
    for term in terms:
        word = (term.text, term.context, term.part_of_speech)
        answers.setdefault(word, set()).add((term.words["ar"], term.words["fa"]))
    for word, words in answers.items():
        if len(words) > 1:
            yield f"{word} has {len(words)} translations"


def english_is_plain(entry: Entry) -> Iterator[str]:
    """The English texts: no exclamation, politeness or boast; one word for logging in; typographic signs."""
    if entry.language != "en":
        return
    for text in entry.texts:
        if found := re.search(
            r"!|\.\.\.|\"|\b(?:please|sorry|oops|successfully|sign(?:ed)?[ -](?:in|out))\b", bare(text), re.IGNORECASE
        ):
            yield f"“{found.group()}” is not used"


def _forbidden(entry: Entry, pattern: str, complaint: str) -> Iterator[str]:
    for text in entry.texts:
        if found := re.search(pattern, bare(text)):
            yield f"{complaint}: …{found.string[max(0, found.start() - 8) : found.end() + 8]}…"


TEXT_RULES: tuple[Rule, ...] = (
    g01_clean_characters,
    g02_arabic_letters,
    g03_persian_letters,
    g04_zwnj_has_an_effect,
    g05_persian_endings,
    g06_spelling,
    g07_punctuation,
    g08_endings_and_length,
    g09_placeholders,
    g10_tags,
    g11_plural_forms,
    g12_register,
    g13_glossary,
    g14_translated,
    english_is_plain,
)


def complaints(entry: Entry) -> list[str]:
    """Everything the rules have to say about one text."""
    return [
        f"{entry.where}: {entry.english[0]} -> {' | '.join(entry.texts)}: {complaint}"
        for rule in TEXT_RULES
        for complaint in rule(entry)
    ]


def glossary_entries() -> Iterator[Entry]:
    """Every row of the glossary in Arabic and Persian; the rows that hold a list are left to G16."""
    for term in glossary():
        if term.part_of_speech != "list":
            for language in ("ar", "fa"):
                yield Entry(
                    f"glossary.csv {term.key} {language}",
                    language,
                    (term.text,),
                    (term.words[language],),
                    term.context,
                    term.part_of_speech,
                )
