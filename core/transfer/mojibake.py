"""Text that was read in a wrong code page and saved again as UTF-8.

It was UTF-8 and was read in a Windows code page, Ø§Ù„Ø§Ø³Ù… in place of الاسم, or it was Arabic windows-1256 and was
read as windows-1252: ÇáÇÓã. Both can be undone as long as no byte was lost, so the file is refused with the repaired
reading offered (C7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_C1 = {ord(bytes((byte,)).decode("cp1252")): byte for byte in range(0x80, 0xA0)
       if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}  # fmt: skip
# Arabic, Latin with accents, and the joiners and quotation marks that go with them.
_EXPECTED = re.compile(r"[\u00a0-\u017f\u0600-\u06ff\u2000-\u206f\ufb50-\ufeff]+")
VARIANTS = ("windows-1252", "windows-1256")
ARABIC_AS_WESTERN = "arabic-as-western"
_ARABIC = "\u0621-\u0652\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06d2\u200c"
_WORD = re.compile(rf"[\w{_ARABIC}]+")
_ARABIC_WORD = re.compile(f"[0-9{_ARABIC}]+")


def undo(text: str, page: str, errors: str = "strict") -> str:
    """`text` as it was before it was read in `page` by mistake; UnicodeError when it never was.

    The Western page passes its undefined bytes through as C1 controls, so it undoes Latin-1 as well.
    """
    raw = text.encode(page, errors) if page == "windows-1256" else text.translate(_C1).encode("latin-1", errors)
    return raw.decode("windows-1256" if page == ARABIC_AS_WESTERN else "utf-8", errors)


def _all_expected(text: str) -> bool:
    return _EXPECTED.sub("", text).isascii()


def suspected(lines: Sequence[str]) -> str | None:
    """The code page in which `lines`, all with letters beyond ASCII, were misread; None when they were not.

    At least half of them must undo cleanly into letters that we expect: one word that happens to be undoable
    (تک in windows-1256 is) does not condemn a file.
    """
    for page in VARIANTS:
        damaged = sum(_is_undoable(line, page) for line in lines)
        if damaged and damaged * 2 >= len(lines):
            return page
    arabic = sum(_is_arabic_as_western(line) for line in lines)
    return ARABIC_AS_WESTERN if arabic > 1 and arabic * 2 >= len(lines) else None


def is_damaged(text: str) -> bool:
    """Whether one text of a file that is not damaged as a whole was misread; a short one could be chance."""
    return any(_is_undoable(text, page) and len(text) - len(undo(text, page)) > 2 for page in VARIANTS)


def _is_arabic_as_western(text: str) -> bool:
    """Whether all words with letters beyond ASCII turn out Arabic, as no language of Europe writes them."""
    try:
        repaired = undo(text, ARABIC_AS_WESTERN)
    except UnicodeError:
        return False
    words = [word for word in _WORD.findall(repaired) if not word.isascii()]
    return any(len(word) > 2 for word in words) and all(map(_ARABIC_WORD.fullmatch, words))


def _is_undoable(text: str, page: str) -> bool:
    try:
        repaired = undo(text, page)
    except UnicodeError:
        return False
    return len(repaired) < len(text) and _all_expected(repaired)


def undone(lines: Iterable[str], page: str) -> Iterator[str]:
    """Each line as it was meant; what cannot be undone becomes the replacement character."""
    return (undo(line, page, "replace") for line in lines)
