"""What somebody means who writes an amount with words, such as «۲٫۵ میلیون تومان»: no number is read that way (M4), but
the refusal can say how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from core.language.currencies import currency_code
from core.language.digits import to_latin
from core.language.text import search_key

_POWERS = {
    3: ("thousand", "thousands", "k", "هزار", "ألف", "آلاف", "ألفا"),
    6: ("million", "millions", "m", "mn", "mio", "میلیون", "مليون", "ملايين", "مليونا"),
    9: ("billion", "billions", "bn", "میلیارد", "مليار", "مليارات", "مليارا"),
    12: ("trillion", "trillions", "تریلیون", "تريليون", "تريليونات"),
}
_SCALES = {search_key(word): power for power, words in _POWERS.items() for word in words}
_TOMAN = frozenset(map(search_key, ("toman", "tomans", "تومان", "تومن", "تومانات")))
_AND = frozenset(map(search_key, ("and", "و")))
#: What many countries call their money; codes and full names are known besides.
_MONEY = frozenset(map(search_key, (
    "rial", "rials", "riyal", "riyals", "dirham", "dirhams", "dinar", "dinars", "pound", "pounds", "dollar", "dollars",
    "euro", "euros", "lira", "ریال", "ريال", "ريالات", "رس", "ر", "س", "درهم", "دراهم", "د", "دینار", "دنانير", "جنيه",
    "جنيهات", "پوند", "دلار", "دولار", "دولارات", "یورو", "يورو", "لیر", "ليرة",
)))  # fmt: skip
_SIGNS = re.compile("[$€£¥₺﷼]")
_RUN = re.compile(r"(\d(?:[\d.,٫٬،\s]*\d)?)([^\d]*)")


class Worded(NamedTuple):
    """`amount` as it is written in figures; one `in_toman` is meant ten times as high in rials."""

    amount: Decimal
    in_toman: bool


def read(text: str, figures: Callable[[str], Decimal]) -> Worded | None:
    """The amount meant by figures with words behind them, or None where a word is not known; `figures` reads what
    stands before them, and raises ValueError where it is no number."""
    plain = _SIGNS.sub(" ", to_latin(text))
    first, found = re.search(r"\d", plain), _RUN.findall(plain)
    if first is None:
        return None
    words = [search_key(one).split() for one in (plain[: first.start()], *(behind for _run, behind in found))]
    if not any(words) and not _SIGNS.search(text):
        return None
    before, *powers = (_power(said) for said in words)
    # Two millions and five hundred thousand, and not the other way round.
    if before or min(powers) < 0 or any(one <= other for one, other in pairwise(powers)):
        return None
    try:
        parts = [figures(run.strip()).scaleb(power) for (run, _), power in zip(found, powers, strict=True)]
    except ValueError:
        return None
    return Worded(sum(parts, Decimal(0)), any(word in _TOMAN for said in words for word in said))


def _power(words: list[str]) -> int:
    """By how many noughts words raise what stands before them; -1 where one of them means something else."""
    rest = [word for word in words if word not in _SCALES and word not in _AND | _TOMAN]
    if not _MONEY.issuperset(rest) and currency_code(" ".join(rest)) is None:
        return -1
    return sum(_SCALES.get(word, 0) for word in words)
