"""The names of currencies and their parts as counted nouns, for amounts in words."""

from __future__ import annotations

from core.language.words_ar import Noun

_NOUNS = {
    "ريال": Noun("ريال", "ريالان", "ريالات", "ريالًا"),
    "تومان": Noun("تومان", "تومانان", "تومانات", "تومانًا"),
    "دينار": Noun("دينار", "ديناران", "دنانير", "دينارًا"),
    "درهم": Noun("درهم", "درهمان", "دراهم", "درهمًا"),
    "جنيه": Noun("جنيه", "جنيهان", "جنيهات", "جنيهًا"),
    "ليرة": Noun("ليرة", "ليرتان", "ليرات", "ليرة", feminine=True),
    "دولار": Noun("دولار", "دولاران", "دولارات", "دولارًا"),
    "روبية": Noun("روبية", "روبيتان", "روبيات", "روبية", feminine=True),
    "أفغاني": Noun("أفغاني", "أفغانيان", "أفغانيات", "أفغانيًا"),
    "أوقية": Noun("أوقية", "أوقيتان", "أوقيات", "أوقية", feminine=True),
    "يورو": Noun("يورو", "يوروان", "يورو", "يورو"),
    "يوان": Noun("يوان", "يوانان", "يوانات", "يوانًا"),
    "هللة": Noun("هللة", "هللتان", "هللات", "هللة", feminine=True),
    "بيسة": Noun("بيسة", "بيستان", "بيسات", "بيسة", feminine=True),
    "فلس": Noun("فلس", "فلسان", "فلوس", "فلسًا"),
    "قرش": Noun("قرش", "قرشان", "قروش", "قرشًا"),
    "مليم": Noun("مليم", "مليمان", "مليمات", "مليمًا"),
    "سنتيم": Noun("سنتيم", "سنتيمان", "سنتيمات", "سنتيمًا"),
    "سنت": Noun("سنت", "سنتان", "سنتات", "سنتًا"),
    "بنس": Noun("بنس", "بنسان", "بنسات", "بنسًا"),
    "بول": Noun("بول", "بولان", "بولات", "بولًا"),
    "خمس": Noun("خمس", "خمسان", "أخماس", "خمسًا"),
    "فن": Noun("فن", "فنان", "أفنان", "فنًا"),
}

#: Code -> noun, adjective of the country, part. The adjective follows the noun in gender, number and case.
_ARABIC = {
    "SAR": ("ريال", "سعودي", "هللة"), "QAR": ("ريال", "قطري", "درهم"), "OMR": ("ريال", "عماني", "بيسة"),
    "YER": ("ريال", "يمني", "فلس"), "IRR": ("ريال", "إيراني", "دينار"), "AED": ("درهم", "إماراتي", "فلس"),
    "MAD": ("درهم", "مغربي", "سنتيم"), "KWD": ("دينار", "كويتي", "فلس"), "BHD": ("دينار", "بحريني", "فلس"),
    "JOD": ("دينار", "أردني", "فلس"), "IQD": ("دينار", "عراقي", "فلس"), "TND": ("دينار", "تونسي", "مليم"),
    "LYD": ("دينار", "ليبي", "درهم"), "DZD": ("دينار", "جزائري", "سنتيم"), "EGP": ("جنيه", "مصري", "قرش"),
    "SDG": ("جنيه", "سوداني", "قرش"), "GBP": ("جنيه", "إسترليني", "بنس"), "SYP": ("ليرة", "سوري", "قرش"),
    "LBP": ("ليرة", "لبناني", "قرش"), "TRY": ("ليرة", "تركي", "قرش"), "USD": ("دولار", "أمريكي", "سنت"),
    "CAD": ("دولار", "كندي", "سنت"), "AUD": ("دولار", "أسترالي", "سنت"), "EUR": ("يورو", "", "سنت"),
    "AFN": ("أفغاني", "", "بول"), "PKR": ("روبية", "باكستاني", "بيسة"), "INR": ("روبية", "هندي", "بيسة"),
    "MRU": ("أوقية", "موريتاني", "خمس"), "CNY": ("يوان", "صيني", "فن"),
}  # fmt: skip

#: Code -> Persian name, English part (one, many), Persian part. Names missing here are CLDR's.
_PARTS = {
    "SAR": ("ریال سعودی", "halala", "halalas", "هلله"), "AED": ("درهم امارات", "fils", "fils", "فلس"),
    "QAR": ("ریال قطر", "dirham", "dirhams", "درهم"), "OMR": ("ریال عمان", "baisa", "baisas", "بیسه"),
    "KWD": ("دینار کویت", "fils", "fils", "فلس"), "BHD": ("دینار بحرین", "fils", "fils", "فلس"),
    "JOD": ("دینار اردن", "fils", "fils", "فلس"), "IQD": ("دینار عراق", "fils", "fils", "فلس"),
    "YER": ("ریال یمن", "fils", "fils", "فلس"), "IRR": ("ریال", "dinar", "dinars", "دینار"),
    "TND": ("دینار تونس", "millime", "millimes", "میلیم"), "LYD": ("دینار لیبی", "dirham", "dirhams", "درهم"),
    "DZD": ("دینار الجزایر", "centime", "centimes", "سانتیم"), "EGP": ("پوند مصر", "piastre", "piastres", "قرش"),
    "SDG": ("پوند سودان", "piastre", "piastres", "قرش"), "MAD": ("درهم مراکش", "centime", "centimes", "سانتیم"),
    "SYP": ("لیره سوریه", "piastre", "piastres", "قرش"), "LBP": ("لیره لبنان", "piastre", "piastres", "قرش"),
    "TRY": ("لیره ترکیه", "kuruş", "kuruş", "قروش"), "USD": ("دلار آمریکا", "cent", "cents", "سنت"),
    "CAD": ("دلار کانادا", "cent", "cents", "سنت"), "AUD": ("دلار استرالیا", "cent", "cents", "سنت"),
    "EUR": ("یورو", "cent", "cents", "سنت"), "GBP": ("پوند انگلیس", "penny", "pence", "پنی"),
    "AFN": ("افغانی", "pul", "puls", "پول"), "PKR": ("روپیه پاکستان", "paisa", "paisas", "پیسه"),
    "INR": ("روپیه هند", "paisa", "paise", "پیسه"), "CNY": ("یوان چین", "fen", "fen", "فن"),
}  # fmt: skip


def arabic_currency(code: str) -> Noun | None:
    """The currency as a counted noun with its country; None when it is not known here."""
    if code == TOMAN:
        return _NOUNS["تومان"]
    if code not in _ARABIC:
        return None
    name, adjective, __ = _ARABIC[code]
    noun = _NOUNS[name]
    return _with_adjective(noun, adjective) if adjective else noun


def arabic_part(code: str) -> Noun | None:
    """The hundredth or thousandth as a counted noun."""
    return _NOUNS[_ARABIC[code][2]] if code in _ARABIC else None


def _with_adjective(noun: Noun, adjective: str) -> Noun:
    """A plural of things takes the feminine singular."""
    feminine = f"{adjective}ة"
    if noun.feminine:
        two = f"{noun.two} {adjective}تان"
        return Noun(f"{noun.one} {feminine}", two, f"{noun.few} {feminine}", f"{noun.many} {feminine}", True)
    many = f"{noun.many} {adjective}ًا"
    return Noun(f"{noun.one} {adjective}", f"{noun.two} {adjective}ان", f"{noun.few} {feminine}", many)


#: Not a currency of ISO 4217: ten rials, in which Iranians count.
TOMAN = "IRT"


def persian_currency(code: str) -> str | None:
    """Its Persian name after a number; None when it is not known here."""
    if code == TOMAN:
        return "تومان"
    return _PARTS[code][0] if code in _PARTS else None


def persian_part(code: str) -> str | None:
    """The Persian name of the hundredth or thousandth."""
    return _PARTS[code][3] if code in _PARTS else None


def english_part(code: str, n: int) -> str | None:
    """The English name of the hundredth or thousandth after `n`."""
    return _PARTS[code][1 if n == 1 else 2] if code in _PARTS else None
