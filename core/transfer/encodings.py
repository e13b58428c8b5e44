"""Which encoding a text file is in: a closed list, tried in a fixed order (C1).

General guessers name a French windows-1252 file windows-1250 and a short Arabic one cp855. The files that
reach us come from Excel and local software: five encodings and their typical damage are the whole list.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from itertools import chain

from core.language.i18n import _
from core.transfer.refusals import TransferRefused, binary_content
from core.transfer.source import HEAD, Source

# What a user may choose. The last three read text that was misread once and saved again (see `mojibake`).
ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "windows-1256", "windows-1252",
    "utf-8-via-windows-1252", "utf-8-via-windows-1256", "utf-8-via-arabic-as-western",
)  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# High bytes of UTF-16 in the texts we expect: Latin, Arabic, punctuation, emoji, Arabic presentation forms.
_UTF16_HIGH = frozenset((0x00, 0x06, 0x20, *range(0xD8, 0xE0), 0xFB, 0xFC, 0xFD, 0xFE))
_CONTROLS = bytes((*range(1, 9), *range(14, 26), *range(27, 32)))
_ENOUGH = 500  # words or characters, to tell by


@dataclass(frozen=True, slots=True)
class Encoding:
    name: str
    bom: bool = False


def choose(source: Source) -> Encoding:
    """The encoding of `source`: byte order mark, NUL pattern, strict UTF-8, then two Windows pages."""
    head = source.head()
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, bom=True)
    if b"\0" in head:
        return Encoding(_utf16(head))
    if len(head.translate(None, _CONTROLS)) < len(head) * 0.99:
        raise binary_content()
    return Encoding("utf-8" if _is_utf8(source) else _windows_page(source))


def given(source: Source, name: str) -> Encoding:
    """The encoding the user chose in place of the guess."""
    if name not in ENCODINGS:
        message = _(
            "The encoding “{name}” is not known. Choose one of: {choices}",
            name=name[:40],
            choices=", ".join(ENCODINGS),
        )
        raise TransferRefused("unknown_encoding", message)
    base = "utf-8" if name.startswith("utf-8") else name
    mark = next((mark for mark, encoding in _BOMS if encoding == base), b"")
    return Encoding(name, bom=bool(mark) and source.head().startswith(mark))


def bom_length(encoding: Encoding) -> int:
    return (3 if encoding.name.startswith("utf-8") else 2) if encoding.bom else 0


def _utf16(head: bytes) -> str:
    """The byte order when the NULs are those of UTF-16 text; other NULs mean the file is no text."""
    for name, low, high in (("utf-16-le", head[0::2], head[1::2]), ("utf-16-be", head[1::2], head[0::2])):
        expected = sum(byte in _UTF16_HIGH for byte in high)
        has_nul = any(map(_is_nul, low, high))  # a NUL alone in the low half is part of an emoji
        if not has_nul and expected >= 0.9 * len(high):
            return name
    raise binary_content()


def _is_nul(low: int, high: int) -> bool:
    return not low and not high


def _is_utf8(source: Source) -> bool:
    """Whether the file is UTF-8, if need be with a few bytes damaged or cut off at its end.

    One bad byte must not turn a whole file into windows-1256; there, four of five characters would be bad.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in source.chunks():
            if b"\0" in chunk:
                raise binary_content()
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
        return True
    except UnicodeDecodeError:
        good, bad = _tally(source)
        return good >= 4 * bad


def _tally(source: Source) -> tuple[int, int]:
    """How many characters beyond ASCII read well as UTF-8 and how many do not, as far as it takes to tell."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    for chunk in chain(source.chunks(HEAD), (b"",)):
        text = decoder.decode(chunk, final=not chunk)
        broken = text.count("\ufffd")
        good += len(text) - len(text.encode("ascii", "ignore")) - broken
        bad += broken
        if bad > _ENOUGH and good < bad:
            break
    return good, bad


def _letter_class(byte: int) -> bytes:
    """`L` for a Latin letter and `A` for an Arabic one as windows-1256 reads the byte, else a space.

    French accents have the same bytes in both code pages, so they say nothing and count as Latin.
    Bytes that windows-1252 leaves undefined, and the joiners, occur in Arabic script only.
    """
    character = bytes((byte,)).decode("windows-1256")
    if character.isascii():
        return b"L" if character.isalpha() else b" "
    if ("\u0600" <= character <= "\u06ff" and character not in "،؛؟") or character in "\u200c\u200d\u200e\u200f":
        return b"A"
    return b"L" if character.isalpha() else b" "


_LETTER_CLASSES = b"".join(_letter_class(byte) for byte in range(256))


def _windows_page(source: Source) -> str:
    """windows-1256 when words are wholly Arabic, windows-1252 when its "Arabic" stands inside Latin words."""
    arabic = mixed = 0
    for chunk in source.chunks(HEAD):
        if b"\0" in chunk:
            raise binary_content()
        for word in chunk.translate(_LETTER_CLASSES).split():
            if b"A" in word:
                mixed += b"L" in word
                arabic += b"L" not in word and len(word) > 1
        if arabic + mixed >= _ENOUGH:
            break
    return "windows-1256" if arabic > mixed else "windows-1252"
