"""Check digits and dates inside identifiers. Each function takes ASCII digits of the right length."""

from __future__ import annotations

import datetime as dt

_LEGAL_WEIGHTS = (29, 27, 23, 19, 17) * 2
#: IBANs of digits alone in countries that are not in SWIFT's register, and their length.
_UNREGISTERED = {"IR": 26, "DZ": 26, "MA": 28}
_CIVIL_WEIGHTS = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def luhn(number: str) -> bool:
    """Luhn's sum over all digits: bank cards, Saudi and Emirati ids."""
    total = sum(int(figure) for figure in number[-1::-2])
    return (total + sum(int(figure) * 2 - 9 * (figure > "4") for figure in number[-2::-2])) % 10 == 0


def bank_card(number: str) -> bool:
    """Luhn, which sixteen zeros would pass too."""
    return luhn(number) and number.strip("0") != ""


def iran_national(number: str) -> bool:
    """Iran's کد ملی. Ten equal digits pass the sum but are not given out."""
    rest = sum(int(figure) * (10 - place) for place, figure in enumerate(number[:9])) % 11
    return len(set(number)) > 1 and int(number[9]) == (rest if rest < 2 else 11 - rest)


def iran_legal(number: str) -> bool:
    """Iran's شناسه ملی of companies."""
    shift = int(number[9]) + 2
    total = sum((int(figure) + shift) * weight for figure, weight in zip(number, _LEGAL_WEIGHTS, strict=False))
    return len(set(number)) > 1 and total % 11 % 10 == int(number[10])


def mod_97(number: str) -> bool:
    """ISO 7064 over an IBAN: the first four characters go to the end, letters become 10 to 35."""
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


def century_date(number: str) -> bool:
    """A century digit (2 = 19xx, 3 = 20xx) and YYMMDD that name a real day: Egypt, Kuwait."""
    try:
        dt.date({"2": 1900, "3": 2000}[number[0]] + int(number[1:3]), int(number[3:5]), int(number[5:7]))
    except (KeyError, ValueError):
        return False
    return True


def kuwait_civil(number: str) -> bool:
    """Kuwait's civil id; its rule is known from practice, not published."""
    total = sum(int(figure) * weight for figure, weight in zip(number, _CIVIL_WEIGHTS, strict=False))
    return century_date(number) and 11 - total % 11 == int(number[11])


def turkish_citizen(number: str) -> bool:
    """T.C. Kimlik No."""
    # Loaded where it is needed: most installations never meet a Turkish or Maghrebi identifier.
    from stdnum.tr import tckimlik

    return bool(tckimlik.is_valid(number))


def turkish_tax(number: str) -> bool:
    """Vergi Kimlik Numarası."""
    from stdnum.tr import vkn

    return bool(vkn.is_valid(number))


def moroccan_company(number: str) -> bool:
    """Identifiant commun de l'entreprise."""
    from stdnum.ma import ice

    return bool(ice.is_valid(number))


def tunisian_tax(number: str) -> bool:
    """Matricule fiscal."""
    from stdnum.tn import mf

    return bool(mf.is_valid(number))


def iban(number: str) -> bool:
    """Length and layout of the country's register entry, and mod 97; some countries use IBANs without an entry."""
    if length := _UNREGISTERED.get(number[:2]):
        return len(number) == length and number[2:].isdigit() and mod_97(number)
    from stdnum import iban as register

    # Its own checks of some countries' account numbers know the banks of one day only.
    return bool(register.is_valid(number, check_country=False))
