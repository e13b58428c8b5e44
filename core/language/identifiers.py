"""National, tax and bank identifiers: normalising and checking (I18N 8.1).

    check("ir_national_id", "۰۴۹-۹۳۷۰۸۹-۹")  -> "0499370899"
    check("iban", "SA03 8000 0000 6080 1016 7519")  -> "SA0380000000608010167519"

A kind is checked only for the country and kind of party it belongs to; a foreigner is never refused for it.
An error with `warning` set says the rule is customary, not published: keep the value and tell the user.
No message holds the value: card numbers must not reach logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.language import identifier_sums as sums
from core.language.digits import to_latin
from core.language.errors import LanguageError as LanguageError  # part of the interface: what `check` raises
from core.language.i18n import LazyString, _

_HIDDEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SEPARATORS = re.compile(r"[\s./\-‐‑‒–—_]+")
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """An identifier: whose it is, its shape after normalising, what people are told, and its sum."""

    name: str
    country: str
    label: LazyString
    shape: re.Pattern[str]
    rule: LazyString
    verify: Callable[[str], bool] | None = None
    shape_warns: bool = False
    sum_warns: bool = False


def _kind(
    name: str,
    label: LazyString,
    shape: str,
    rule: LazyString,
    verify: Callable[[str], bool] | None = None,
    *,
    shape_warns: bool = False,
    sum_warns: bool = False,
) -> Kind:
    country = name.partition("_")[0].upper() if "_" in name else ""
    return Kind(name, country, label, re.compile(shape, re.ASCII), rule, verify, shape_warns, sum_warns)


_ALL = (
    _kind("ir_national_id", _("National ID"), r"\d{10}",
          _("An Iranian national ID has 10 digits."), sums.iran_national),
    _kind("ir_legal_id", _("Company national ID"), r"\d{11}",
          _("The national ID of an Iranian company has 11 digits."), sums.iran_legal),
    _kind("ir_bank_card", _("Bank card"), r"\d{16}", _("An Iranian bank card has 16 digits."), sums.bank_card),
    _kind("ir_sheba", _("Sheba number"), r"IR\d{24}",
          _("A Sheba number is IR followed by 24 digits."), sums.mod_97),
    _kind("iban", _("IBAN"), r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}",
          _("An IBAN is two letters of the country, two digits and the account number."), sums.iban),
    _kind("sa_id_luhn", _("National ID or residence number"), r"[12]\d{9}",
          _("A Saudi ID has 10 digits and begins with 1 or 2."), sums.luhn, sum_warns=True),
    _kind("ae_emirates_id_luhn", _("Emirates ID"), r"784\d{12}",
          _("An Emirates ID has 15 digits and begins with 784."), sums.luhn, sum_warns=True),
    _kind("sa_vat", _("VAT number"), r"3\d{13}3",
          _("A Saudi VAT number has 15 digits; the first and the last are 3.")),
    _kind("eg_national_id", _("National ID"), r"[23]\d{13}",
          _("An Egyptian national ID has 14 digits, begins with 2 or 3 and holds the birth date."),
          sums.century_date),
    _kind("kw_civil_id", _("Civil ID"), r"[23]\d{11}",
          _("A Kuwaiti civil ID has 12 digits and begins with 2 or 3."), sums.kuwait_civil,
          shape_warns=True, sum_warns=True),
    _kind("eg_tax_number", _("Tax number"), r"\d{9}", _("An Egyptian tax number has 9 digits.")),
    _kind("tr_tckn", _("National ID"), r"[1-9]\d{10}",
          _("A Turkish national ID has 11 digits and does not begin with 0."), sums.turkish_citizen),
    _kind("tr_vkn", _("Tax number"), r"\d{10}", _("A Turkish tax number has 10 digits."), sums.turkish_tax),
    _kind("ma_ice", _("Company number (ICE)"), r"\d{15}",
          _("A Moroccan ICE number has 15 digits."), sums.moroccan_company),
    _kind("tn_matricule", _("Tax number"), r"\d{1,7}[A-Z](?:[A-Z]{2}\d{3})?",
          _("A Tunisian tax number looks like {example}.", example="1234567/M/A/E/001"), sums.tunisian_tax),
    _kind("ae_trn", _("Tax registration number"), r"\d{15}", _("An Emirati tax number has 15 digits.")),
    _kind("om_vat", _("VAT number"), r"OM\d{10}", _("An Omani VAT number is OM followed by 10 digits.")),
    _kind("bh_vat", _("VAT number"), r"\d{15}", _("A Bahraini VAT number has 15 digits.")),
    _kind("bh_cpr", _("Personal number"), r"\d{9}", _("A Bahraini personal number has 9 digits.")),
    _kind("ir_postal_code", _("Postal code"), r"\d{10}", _("An Iranian postal code has 10 digits.")),
    _kind("ir_economic_code", _("Economic code"), r"\d{11}|\d{12}|\d{14}",
          _("An Iranian economic code has 11, 12 or 14 digits.")),
    _kind("sa_cr_number", _("Commercial registration"), r"\d{10}",
          _("A Saudi commercial registration has 10 digits.")),
    _kind("sa_unified_700", _("Unified number"), r"7\d{9}",
          _("A Saudi unified number has 10 digits and begins with 7.")),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}

# First six digits of the cards of Iranian banks; others are doubted, not refused.
_CARD_ISSUERS = frozenset(
    {
        207177, 502229, 502806, 502908, 502910, 502938, 504172, 504706, 505416, 505785,
        505801, 505809, 507677, 581672, 581874, 585947, 585983, 589210, 589463, 603769,
        603770, 603799, 606256, 606373, 610433, 621986, 622106, 627353, 627381, 627412,
        627488, 627648, 627760, 627884, 627961, 628023, 628157, 636214, 636795, 636797,
        636949, 639194, 639217, 639346, 639347, 639370, 639599, 639607, 991975,
    }
)  # fmt: skip


def normalise(kind: str, value: str, restore_zeros: bool = False) -> str:
    """`value` in the one form that is stored: ASCII, capitals, without separators and hidden marks.

    `restore_zeros` is for imports: a spreadsheet drops the leading zeros of an Iranian national id of 8 or 9
    digits. They come back only when the result is a valid id; the preview has to show it (C6).
    """
    plain = _HIDDEN.sub("", to_latin(value[: _LONGEST + 1]))
    compact = _SEPARATORS.sub("", plain).upper()
    if kind == "ir_sheba" and len(compact) == 24 and compact.isdecimal():
        return f"IR{compact}"
    if kind == "tn_matricule":
        serial = len(compact) - len(compact.lstrip("0123456789"))
        return "0" * (7 - serial) + compact if 0 < serial < 7 else compact
    if kind == "ir_national_id" and restore_zeros and len(compact) in (8, 9) and compact.isdecimal():
        padded = compact.zfill(10)
        return padded if sums.iran_national(padded) else compact
    return compact


def check(kind: str, value: str, restore_zeros: bool = False) -> str:
    """The normalised value; LanguageError when it cannot be an identifier of this kind."""
    rules = kind_named(kind)
    number = normalise(kind, value, restore_zeros)
    if len(value) > _LONGEST or not rules.shape.fullmatch(number):
        raise LanguageError(rules.rule, "shape", rules.shape_warns)
    if rules.verify is not None and not rules.verify(number):
        message = _("This number cannot be right: its digits do not fit together. Check it for a slip.")
        raise LanguageError(message, "check_digit", rules.sum_warns)
    return number


def kind_named(name: str) -> Kind:
    """The kind; ValueError for an unknown name."""
    try:
        return KINDS[name]
    except KeyError:
        raise ValueError(f"no such kind of identifier: {name!r}") from None


def doubts(kind: str, number: str) -> tuple[LazyString, ...]:
    """What to tell the user about a number that passed its check and is kept."""
    if kind == "ir_bank_card" and int(number[:6]) not in _CARD_ISSUERS:
        return (_("The bank of this card is not known."),)
    return ()


def grouped(kind: str, number: str) -> str:
    """For display: IBANs and cards in groups of four; the others as they are. Always Latin digits (B5)."""
    if kind in ("iban", "ir_sheba", "ir_bank_card"):
        return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    return number
