"""Write, merge and check the catalogue files of one domain (.pot and .po).

Everything here needs babel's message tools, which a running server does not; `core.language.catalogues` is
the part that every start uses. Files carry no dates and no line numbers, so that they change in version
control only when a text does.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from core.language.catalogues import Domain
from core.language.extraction import Message, extract_folder
from core.language.plurals import CATEGORIES, PLURAL_FORMS
from core.language.preferences import LANGUAGES

# Arabic may leave the number out of its forms for none, one and two, which are words of their own.
FORMS_WITHOUT_NUMBER = {"ar": frozenset({0, 1, 2})}

Key = tuple[str | None, str]
Texts = tuple[str, ...]


def plural_count(language: str) -> int:
    return len(CATEGORIES[language])


def extract(domain: Domain) -> dict[Key, Message]:
    """All messages of the domain's sources."""
    return extract_folder(domain.sources, domain.base)


def template_text(domain: Domain, messages: Mapping[Key, Message]) -> str:
    """The content of the .pot file."""
    return _render(domain, "", messages, {})


def read_catalogue(path: Path, language: str) -> Catalog:
    """A .po file as babel's catalogue; an empty one when there is no file yet."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(catalogue: Catalog) -> Iterator[Entry]:
    """The entries without the header."""
    return (entry for entry in catalogue if entry.id)


def entry_key(entry: Entry) -> Key:
    return (entry.context, entry.id if isinstance(entry.id, str) else entry.id[0])


def entry_texts(entry: Entry) -> Texts:
    """The translation as a tuple: one text, or one for each plural form."""
    return (entry.string or "",) if isinstance(entry.string, str | None) else tuple(entry.string)


def translations(catalogue: Catalog) -> dict[Key, Texts]:
    """The finished translations of a catalogue: nothing empty, nothing fuzzy."""
    finished = {entry_key(e): entry_texts(e) for e in entries(catalogue) if not e.fuzzy}
    return {key: texts for key, texts in finished.items() if all(texts)}


def merged_text(
    domain: Domain,
    language: str,
    messages: Mapping[Key, Message],
    known: Mapping[Key, Texts],
    words: Mapping[Key, str],
) -> str:
    """The content of the .po file: what is translated already, then the glossary's word, else empty.

    A changed text is a new text: guessing from a similar one ("fuzzy") would show a wrong sentence.
    """
    chosen: dict[Key, Texts] = {}
    for key, message in messages.items():
        count = plural_count(language) if message.plural else 1
        if len(known.get(key, ())) == count:
            chosen[key] = known[key]
        elif language == "en":
            chosen[key] = (message.text, message.plural) if message.plural else (message.text,)
        elif key in words and not message.plural:
            chosen[key] = (words[key],)
        else:
            chosen[key] = ("",) * count
    return _render(domain, language, messages, chosen)


def _render(
    domain: Domain, language: str, messages: Mapping[Key, Message], texts: Mapping[Key, Texts]
) -> str:
    catalogue = Catalog()
    if language:
        catalogue.mime_headers = [("Plural-Forms", PLURAL_FORMS[language])]
    for key, message in messages.items():
        strings = texts.get(key, ("", "") if message.plural else ("",))
        catalogue.add(
            (message.text, message.plural) if message.plural else message.text,
            strings if message.plural else strings[0],
            locations=[(name, 0) for name in sorted(message.files)],
            auto_comments=sorted(message.comments),
            context=message.context,
        )
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
    return _header(domain, language) + buffer.getvalue().decode("utf-8").rstrip() + "\n"


def _header(domain: Domain, language: str) -> str:
    fields = {
        "Project-Id-Version": f"Diwan {domain.name}",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if language:
        fields["Plural-Forms"] = PLURAL_FORMS[language]
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'


def problems(domain: Domain) -> list[str]:
    """Why the domain's catalogues cannot be released; empty when they can."""
    messages = extract(domain)
    found = []
    if not domain.template.exists() or domain.template.read_text("utf-8") != template_text(domain, messages):
        found.append(f"{domain.template.name}: not up to date with the sources; run “update”")
    for language in LANGUAGES:
        catalogue = read_catalogue(domain.catalogue(language), language)
        found += [f"{language}/{domain.name}: {text}" for text in _faults(catalogue, language, messages)]
    return found


def _faults(catalogue: Catalog, language: str, messages: Mapping[Key, Message]) -> Iterator[str]:
    if _formula(catalogue.plural_forms) != _formula(PLURAL_FORMS[language]):
        yield f"Plural-Forms must be {PLURAL_FORMS[language]}"
    known = {entry_key(entry): entry for entry in entries(catalogue)}
    for key in sorted(known.keys() - messages.keys(), key=str):
        yield f"no longer used: {key[1]}"
    for key, message in sorted(messages.items(), key=str):
        entry = known.get(key)
        if entry is None or not all(entry_texts(entry)):
            yield f"not translated: {message.text}"
        elif entry.fuzzy:
            yield f"marked fuzzy: {message.text}"
        elif not placeholders_agree(message, entry_texts(entry), language):
            yield f"other placeholders than the English text: {message.text}"


def _formula(header: str) -> str:
    """A Plural-Forms header without what may differ: brackets round the whole, blanks, the last semicolon."""
    return re.sub(r"[\s;()]", "", header)


def placeholders(text: str) -> frozenset[str]:
    """Names in braces. Raises ValueError for braces that str.format cannot read."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def placeholders_agree(message: Message, texts: Texts, language: str) -> bool:
    """Whether every form has the placeholders of the English text; some forms may leave {n} out."""
    try:
        expected = placeholders(message.plural or message.text)
        for index, text in enumerate(texts):
            free = {"n"} if message.plural and index in FORMS_WITHOUT_NUMBER.get(language, ()) else set()
            if message.plural and language == "en" and index == 0:
                free = {"n"}
            if not expected - free <= placeholders(text) <= expected:
                return False
    except ValueError:
        return False
    return True
