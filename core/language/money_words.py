"""Amounts in words, as invoices and cheques carry them (M12).

amount_in_words(Decimal("19400.50"), "SAR", "ar")  -> "تسعة عشر ألفًا وأربعمائة ريال سعودي وخمسون هللة"
amount_in_words(Decimal("1234500"), "IRR", "fa")   -> "یکصد و بیست و سه هزار و چهارصد و پنجاه تومان"
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from core.language import currency_nouns as nouns
from core.language import words_ar, words_en, words_fa
from core.language.currencies import currency_exponent, currency_name, round_money
from core.language.currency_nouns import TOMAN
from core.language.errors import LanguageError
from core.language.i18n import _, normalise_language

_LARGEST = 10**18
_CLOSINGS = {"ar": " لا غير", "fa": " تمام", "en": " only"}


def amount_in_words(
    amount: Decimal | int,
    currency: str,
    language: str,
    toman: bool | None = None,
    closed: bool = False,
) -> str:
    """`amount` of `currency` in words of ar, fa or en; other languages read English.

    Rials are told in toman in Persian, in rials elsewhere, unless `toman` says otherwise. `IRT` is an amount
    that is in toman already. `closed` adds what forbids additions: only, لا غير, تمام.
    """
    value, language = _decimal(amount), normalise_language(language) or "en"
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise LanguageError(_("This number is too large."), "too_large")
    in_toman = currency == TOMAN or (currency == "IRR" and (language == "fa" if toman is None else toman))
    if currency == TOMAN:
        value, currency = value * 10, "IRR"
    speak = _LANGUAGES[language]
    text = speak(round_money(abs(value), currency), currency, in_toman)
    if value < 0 and round_money(value, currency):
        text = _MINUS[language].format(text=text)
    text += _CLOSINGS[language] if closed else ""
    return text[0].upper() + text[1:]


def _decimal(amount: Decimal | int) -> Decimal:
    try:
        return Decimal(amount)
    except InvalidOperation:
        raise LanguageError(_("“{value}” is not a number.", value=str(amount)[:80]), "not_a_number") from None


_MINUS = {"ar": "سالب {text}", "fa": "منفی {text}", "en": "minus {text}"}


def _split(value: Decimal, currency: str) -> tuple[int, int]:
    """Whole units and their parts."""
    exponent = currency_exponent(currency)
    parts, unit = int(value.scaleb(exponent)), int(Decimal(1).scaleb(exponent))
    return parts // unit, parts % unit


def _arabic(value: Decimal, currency: str, in_toman: bool) -> str:
    phrases = []
    for code, whole, part in _amounts(value, currency, in_toman):
        noun, part_noun = nouns.arabic_currency(code), nouns.arabic_part(code)
        if whole:
            named = words_ar.counted(whole, noun) if noun else ""
            phrases.append(named or f"{words_ar.number_words(whole)} {currency_name(code, 'ar')}")
        if part:
            named = words_ar.counted(part, part_noun) if part_noun else ""
            phrases.append(named or _fraction(part, code))
    if phrases:
        return " و".join(phrases)
    noun = nouns.arabic_currency(TOMAN if in_toman else currency)
    return f"صفر {noun.one if noun else currency_name(currency, 'ar')}"


def _persian(value: Decimal, currency: str, in_toman: bool) -> str:
    phrases = []
    for code, whole, part in _amounts(value, currency, in_toman):
        name = nouns.persian_currency(code) or currency_name(code, "fa")
        if whole:
            phrases.append(f"{words_fa.number_words(whole)} {name}")
        if part:
            part_name = nouns.persian_part(code)
            phrases.append(f"{words_fa.number_words(part)} {part_name}" if part_name else _fraction(part, code))
    zero = TOMAN if in_toman else currency
    return " و ".join(phrases) or f"صفر {nouns.persian_currency(zero) or currency_name(currency, 'fa')}"


def _english(value: Decimal, currency: str, in_toman: bool) -> str:
    phrases = []
    for code, whole, part in _amounts(value, currency, in_toman):
        if whole:
            phrases.append(f"{words_en.number_words(whole)} {_english_name(code, whole)}")
        if part:
            part_name = nouns.english_part(code, part)
            phrases.append(f"{words_en.number_words(part)} {part_name}" if part_name else _fraction(part, code))
    return " and ".join(phrases) or f"zero {_english_name(TOMAN if in_toman else currency, 0)}"


def _english_name(code: str, n: int) -> str:
    if code == TOMAN:
        return "toman" if n == 1 else "tomans"
    # Babel knows the plural of every currency and is loaded only here.
    from babel.numbers import get_currency_name

    return get_currency_name(code, n, "en")


def _amounts(value: Decimal, currency: str, in_toman: bool) -> list[tuple[str, int, int]]:
    """(code, units, parts): one entry, or two for rials told in toman with some rials left."""
    whole, part = _split(value, currency)
    if not in_toman:
        return [(currency, whole, part)]
    toman, rial = divmod(whole, 10)
    return [(TOMAN, toman, 0), (currency, rial, part)]


def _fraction(part: int, code: str) -> str:
    """Parts that have no name here."""
    return f"{part}/{10 ** currency_exponent(code)}"


_LANGUAGES = {"ar": _arabic, "fa": _persian, "en": _english}
