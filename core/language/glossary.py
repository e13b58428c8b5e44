"""The agreed words: reads i18n/glossary.csv and answers with the word for a text.

Columns: key, en, ar, fa, part_of_speech, area, note, avoid_ar, avoid_fa. A parenthesis at the end of `en` is
the translation context: the row `Lost (contact)` is the text `Lost` in the context `contact`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

RECORD_TYPE = "record type"
_WITH_CONTEXT = re.compile(r"^(?P<text>.+?) \((?P<context>[^()]+)\)$")


@dataclass(frozen=True)
class Term:
    """One row; `context` is None for most. `avoid` holds the wrong words of each language."""

    key: str
    text: str
    context: str | None
    words: dict[str, str]
    part_of_speech: str
    area: str
    note: str
    avoid: dict[str, tuple[str, ...]]


def read_glossary(path: Path) -> tuple[Term, ...]:
    """All rows of the file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_term(row) for row in csv.DictReader(file))


def _term(row: dict[str, str]) -> Term:
    split = _WITH_CONTEXT.match(row["en"])
    return Term(
        key=row["key"],
        text=split["text"] if split else row["en"],
        context=split["context"] if split else None,
        words={"en": split["text"] if split else row["en"], "ar": row["ar"], "fa": row["fa"]},
        part_of_speech=row["part_of_speech"],
        area=row["area"],
        note=row["note"],
        avoid={"ar": _words(row["avoid_ar"]), "fa": _words(row["avoid_fa"])},
    )


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())


def ready_words(terms: tuple[Term, ...], language: str) -> dict[tuple[str | None, str], str]:
    """(context, text) -> the word to print as it stands, for texts with exactly one answer.

    A noun is in its base form, and an Arabic label or heading needs ال or a plural: people decide that. The
    name of one record, as in “Create {name}”, is the base form; its texts carry the context RECORD_TYPE.
    A text with two answers ("Filter", the act and the thing) is left to people too.
    """
    answers: dict[tuple[str | None, str], set[str]] = {}
    for term in terms:
        if term.part_of_speech == "list":
            for text, word in zip(_words(term.text), _words(term.words[language]), strict=True):
                answers.setdefault((None, text), set()).add(word)
            continue
        if term.part_of_speech == "noun":
            answers.setdefault((RECORD_TYPE, term.text), set()).add(term.words[language])
        if language != "ar" or term.part_of_speech != "noun":
            answers.setdefault((term.context, term.text), set()).add(term.words[language])
    nouns = {(term.context, term.text) for term in terms if term.part_of_speech == "noun"}
    return {
        key: words.pop()
        for key, words in answers.items()
        if len(words) == 1 and not (language == "ar" and key in nouns)
    }
