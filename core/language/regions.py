"""Countries: codes, names in our languages, and recognising what people write for them."""

from __future__ import annotations

from functools import lru_cache

from core.language.currencies import currency_code
from core.language.number_symbols import babel_locale
from core.language.preferences import LANGUAGES
from core.language.text import compact_key, sort_key

__all__ = [
    "country_choices",
    "country_code",
    "country_codes",
    "country_name",
    "country_names",
    "currency_code",
]

# Two letters that CLDR names but ISO 3166 does not list as countries.
_NOT_ISO = frozenset(
    ["AC", "AN", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)

#: What people write besides CLDR's names; folded before comparing.
_ALIASES = {
    "AE": "UAE, Emirates, الإمارات, امارات, امارات متحده عربی, Dubai",
    "BH": "البحرين, بحرین",
    "CN": "PRC",
    "CZ": "Czech Republic",
    "DE": "Deutschland",
    "EG": "Misr",
    "GB": "UK, Great Britain, England, بريطانيا, إنجلترا, انگلستان, بریتانیا, انگلیس",
    "HK": "Hong Kong, هونغ كونغ, هنگ کنگ",
    "IR": "Islamic Republic of Iran, جمهوری اسلامی ایران",
    "KR": "Korea, Republic of Korea, كوريا, کره",
    "KW": "State of Kuwait, دولة الكويت",
    "LY": "Libyan Arab Jamahiriya",
    "MO": "Macau, Macao",
    "NL": "Holland, هولندا",
    "OM": "Sultanate of Oman, سلطنة عمان",
    "PS": "Palestine, State of Palestine, فلسطين",
    "QA": "State of Qatar, دولة قطر",
    "RU": "Russian Federation",
    "SA": "KSA, Kingdom of Saudi Arabia, السعودية, عربستان",
    "SY": "Syrian Arab Republic, سوريا, سورية, سوریه",
    "TR": "Turkey, Turkiye, تركيا, ترکیه",
    "US": "USA, United States of America, America, أمريكا, امریکا, ایالات متحده امریکا",
}  # fmt: skip


@lru_cache(maxsize=16)
def country_names(language: str) -> dict[str, str]:
    """ISO 3166 alpha-2 -> name in `language`. CLDR marks the Persian ezafe («متحدهٔ»); nothing else here does."""
    names = babel_locale(language).territories
    return {
        code: name.replace("\u0654", "") if language.startswith("fa") else name
        for code, name in sorted(names.items())
        if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    }


def country_name(code: str, language: str) -> str:
    """Its name in `language`, or the code itself."""
    return country_names(language).get(code, code)


def country_codes() -> tuple[str, ...]:
    """All codes of ISO 3166 alpha-2."""
    return tuple(country_names("en"))


@lru_cache(maxsize=16)
def country_choices(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) in the order of `language`, for lists to choose from."""
    return tuple(sorted(country_names(language).items(), key=lambda item: sort_key(item[1], language)))


def country_code(text: str) -> str | None:
    """The code for a code, a name in any of our languages or a usual short name; None when it is none."""
    return _recognised().get(compact_key(text))


@lru_cache(maxsize=1)
def _recognised() -> dict[str, str]:
    table: dict[str, str] = {}
    for language in LANGUAGES:
        table.update((compact_key(name), code) for code, name in country_names(language).items())
    for code, aliases in _ALIASES.items():
        table.update((compact_key(alias), code) for alias in aliases.split(","))
    table.update((code.lower(), code) for code in country_codes())
    return table
