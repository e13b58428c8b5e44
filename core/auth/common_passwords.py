"""Passwords of ten characters and more that are tried first: words with figures, keyboard rows, repetitions.

Shorter ones are refused for their length. Everything is compared in small letters and with Latin digits.
"""

from __future__ import annotations

from core.language.text import search_key

FEWEST_DIFFERENT = 4

_ROWS = (
    "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm", "ضصثقفغعهخحجدشسيبلاتنمكط", "ضصثقفغعهخحجچشسیبلاتنمک",
)  # fmt: skip

# Alone, doubled, or followed by figures and !
_WORDS = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "pa$$w0rd", "administrator", "admin", "welcome",
    "letmein", "qwerty", "qwertyuiop", "azerty", "iloveyou", "sunshine", "princess", "football", "baseball",
    "superman", "starwars", "whatever", "trustno1", "dragon", "monkey", "master", "michael", "liverpool",
    "barcelona", "realmadrid", "cristiano", "ronaldo", "pokemon", "minecraft", "computer", "internet",
    "samsung", "changeme", "muhammad", "mohammed", "mohammad", "ahmed", "fatima", "persepolis", "esteghlal",
    "zamalek", "bismillah", "allahakbar", "alhamdulillah", "inshallah", "mashallah", "abcd", "1q2w3e",
    "bismillahirrahmanirrahim", "1qaz2wsx", "asdfghjkl", "zxcvbnm", "كلمة المرور", "كلمةالمرور", "گذرواژه",
    "رمزعبور", "رمز عبور", "بسم الله", "بسمالله", "بسم الله الرحمن الرحيم", "محمد", "الحمد لله",
)  # fmt: skip
_FOLDED = frozenset(_WORDS) | {search_key(word) for word in _WORDS}


def is_common(password: str) -> bool:
    """Whether a password would be among the first guesses."""
    text = password.casefold()
    if len(set(text)) < FEWEST_DIFFERENT:
        return True
    return any(_is_row(form) or _is_word(form) or _is_repeated(form) for form in (text, search_key(text)) if form)


def _is_row(text: str) -> bool:
    return any(text in row or text in row[::-1] for row in _ROWS)


def _is_word(text: str) -> bool:
    word = text.rstrip("0123456789!") or text
    half = len(word) // 2
    return word in _FOLDED or (word[:half] == word[half:] and word[:half] in _FOLDED)


def _is_repeated(text: str) -> bool:
    """A piece of at most four characters, again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 5))
