"""Persian number words, in the form of cheques and invoices: یکصد and یک هزار, not صد and هزار."""

from __future__ import annotations

_SMALL = ("صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده").split()
_TENS = ("", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود")
_HUNDREDS = ("", "یکصد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد")
_SCALES = ("", "هزار", "میلیون", "میلیارد", "تریلیون", "کوادریلیون")
_AND = " و "


def number_words(n: int) -> str:
    """`n`, from 0 to below 10**18, in words: یکصد و بیست و سه هزار و چهارصد و پنجاه."""
    if n == 0:
        return _SMALL[0]
    groups = []
    for scale in _SCALES:
        n, group = divmod(n, 1000)
        if group:
            groups.append(f"{_below_thousand(group)} {scale}".rstrip())
    return _AND.join(reversed(groups))


def _below_thousand(n: int) -> str:
    hundreds, rest = divmod(n, 100)
    if rest < 20:
        words = [_HUNDREDS[hundreds], _SMALL[rest] if rest else ""]
    else:
        tens, unit = divmod(rest, 10)
        words = [_HUNDREDS[hundreds], _TENS[tens], _SMALL[unit] if unit else ""]
    return _AND.join(word for word in words if word)
