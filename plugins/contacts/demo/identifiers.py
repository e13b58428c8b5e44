"""National identifiers with the right check digits, made from serial numbers that belong to nobody known."""

from __future__ import annotations

import datetime as dt
import random


def iran_national(serial: int) -> str:
    """کد ملی: nine digits of `serial` and the check digit."""
    body = f"{serial % 1_000_000_000:09}"
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(body)) % 11
    number = f"{body}{rest if rest < 2 else 11 - rest}"
    return number if len(set(number)) > 1 else iran_national(serial + 1)


def iran_legal(serial: int) -> str:
    """شناسه ملی of a company: ten digits and the check digit."""
    body = f"14{serial % 100_000_000:08}"
    shift = int(body[9]) + 2
    weights = (29, 27, 23, 19, 17) * 2
    total = sum((int(digit) + shift) * weight for digit, weight in zip(body, weights, strict=True))
    return f"{body}{total % 11 % 10}"


def saudi_national(serial: int) -> str:
    """A citizen's number, which starts with 1."""
    return _with_luhn(f"1{serial % 100_000_000:08}")


def saudi_tax(serial: int) -> str:
    """VAT numbers have 15 digits, the first and the last are 3."""
    return f"3{serial % 1_000_000_000_000:012}03"


def emirates_id(born: dt.date, serial: int) -> str:
    return _with_luhn(f"784{born.year}{serial % 10_000_000:07}")


def egypt_national(born: dt.date, serial: int) -> str:
    century = "2" if born.year < 2000 else "3"
    return f"{century}{born:%y%m%d}01{serial % 100_000:05}"


def kuwait_civil(born: dt.date, rng: random.Random) -> str:
    """Serials whose check digit would have two figures are not given out."""
    century = "2" if born.year < 2000 else "3"
    while True:
        body = f"{century}{born:%y%m%d}{rng.randrange(10_000):04}"
        weights = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        check = 11 - sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
        if check < 10:
            return f"{body}{check}"


def turkish_tax(serial: int) -> str:
    """Vergi kimlik numarası: nine digits and the check digit."""
    body = f"{serial % 1_000_000_000:09}"
    total = 0
    for place, digit in enumerate(body):
        shifted = (int(digit) + 9 - place) % 10
        total += (shifted * 2 ** (9 - place) % 9 or 9) if shifted else 0
    return f"{body}{-total % 10}"


def _with_luhn(body: str) -> str:
    doubled = (int(digit) * 2 for digit in body[::-2])
    total = sum(int(digit) for digit in body[-2::-2]) + sum(digit - 9 * (digit > 9) for digit in doubled)
    return f"{body}{-total % 10}"
