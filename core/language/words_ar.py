"""Arabic number words and the form of the noun they count.

3 to 10 take the other gender than their noun; two is the dual of the noun; 11 to 99 put it into the accusative
singular, whole hundreds and more into the genitive singular, before which مائتان, ألفان and ألفًا lose their end.
Numbers stand in the nominative, as on invoices.
"""

from __future__ import annotations

from typing import NamedTuple

_MASCULINE = "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة".split()
_FEMININE = "صفر واحدة اثنتان ثلاث أربع خمس ست سبع ثماني تسع عشر".split()
_TENS = ("", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
_HUNDREDS = (
    "", "مائة", "مائتان", "ثلاثمائة", "أربعمائة", "خمسمائة", "ستمائة", "سبعمائة", "ثمانمائة", "تسعمائة",
)  # fmt: skip


class Noun(NamedTuple):
    """The forms of a counted noun. `many` is the accusative singular, `one` serves also as the genitive."""

    one: str
    two: str
    few: str
    many: str
    feminine: bool = False


_SCALES = (
    Noun("ألف", "ألفان", "آلاف", "ألفًا"),
    Noun("مليون", "مليونان", "ملايين", "مليونًا"),
    Noun("مليار", "ملياران", "مليارات", "مليارًا"),
    Noun("تريليون", "تريليونان", "تريليونات", "تريليونًا"),
    Noun("كوادريليون", "كوادريليونان", "كوادريليونات", "كوادريليونًا"),
)


def counted(n: int, noun: Noun) -> str:
    """`n`, from 0 to below 10**18, with its noun: خمسة ريالات, ريالان, مائتا ريال, أحد عشر ريالًا."""
    rest = n % 100
    if n == 1:
        return f"{noun.one} {(_FEMININE if noun.feminine else _MASCULINE)[1]}"
    if n == 2:
        return noun.two
    return f"{number_words(n, noun.feminine, construct=rest == 0)} {_form(noun, rest)}"


def _form(noun: Noun, rest: int, construct: bool = False) -> str:
    """The form after a number whose last two figures are `rest`."""
    if 3 <= rest <= 10:
        return noun.few
    return noun.many if rest > 10 and not construct else noun.one


def number_words(n: int, feminine: bool = False, construct: bool = False) -> str:
    """`n` in words. `feminine` is the gender of what is counted; `construct` = the noun follows at once."""
    if n == 0:
        return _MASCULINE[0]
    words = []
    scaled, below = divmod(n, 1000)
    if below:
        words.append(_below_thousand(below, feminine, construct))
    for scale in _SCALES:
        scaled, count = divmod(scaled, 1000)
        if count:
            words.append(_scaled(count, scale, construct and not words))
    return " و".join(reversed(words))


def _scaled(count: int, scale: Noun, construct: bool) -> str:
    """Thousands, millions …: the scale is itself a counted masculine noun."""
    rest = count % 100
    if count == 1:
        return scale.one
    if count == 2:
        return scale.two.removesuffix("ن") if construct else scale.two
    return f"{_below_thousand(count, False, construct=rest == 0)} {_form(scale, rest, construct)}"


def _below_thousand(n: int, feminine: bool, construct: bool) -> str:
    hundreds, rest = divmod(n, 100)
    words = []
    if hundreds:
        words.append("مائتا" if n == 200 and construct else _HUNDREDS[hundreds])
    if rest:
        words.append(_below_hundred(rest, feminine))
    return " و".join(words)


def _below_hundred(n: int, feminine: bool) -> str:
    units = _FEMININE if feminine else _MASCULINE
    if n <= 10:
        return units[n]
    tens, unit = divmod(n, 10)
    if tens > 1:
        first = {1: "إحدى" if feminine else "واحد"}.get(unit, units[unit])
        return f"{first} و{_TENS[tens]}" if unit else _TENS[tens]
    ten = "عشرة" if feminine else "عشر"
    eleven_twelve = {1: "إحدى", 2: "اثنتا"} if feminine else {1: "أحد", 2: "اثنا"}
    return f"{eleven_twelve.get(unit, units[unit])} {ten}"
