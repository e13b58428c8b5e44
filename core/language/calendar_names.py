"""Names of months, weekdays and eras in each calendar, language and region (D9).

Arabic has four families of Gregorian month names; the locale decides which is printed, all are understood.
"""

from __future__ import annotations

from functools import lru_cache

from core.language.preferences import current
from core.language.text import compact_key

Names = tuple[str, ...]


def _names(text: str) -> Names:
    return tuple(name.strip() for name in text.split(","))


_GULF = _names("يناير,فبراير,مارس,أبريل,مايو,يونيو,يوليو,أغسطس,سبتمبر,أكتوبر,نوفمبر,ديسمبر")
_LEVANT = _names(
    "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول"
)
_MOROCCO = _names("يناير,فبراير,مارس,أبريل,ماي,يونيو,يوليوز,غشت,شتنبر,أكتوبر,نونبر,دجنبر")
_ALGERIA = _names("جانفي,فيفري,مارس,أفريل,ماي,جوان,جويلية,أوت,سبتمبر,أكتوبر,نوفمبر,ديسمبر")
_FA_GREGORIAN = _names("ژانویه,فوریه,مارس,آوریل,مه,ژوئن,ژوئیه,اوت,سپتامبر,اکتبر,نوامبر,دسامبر")
_AF_GREGORIAN = _names("جنوری,فبروری,مارچ,اپریل,می,جون,جولای,اگست,سپتمبر,اکتوبر,نومبر,دسمبر")
_EN_GREGORIAN = _names(
    "January,February,March,April,May,June,July,August,September,October,November,December"
)
_FA_JALALI = _names("فروردین,اردیبهشت,خرداد,تیر,مرداد,شهریور,مهر,آبان,آذر,دی,بهمن,اسفند")
_AF_JALALI = _names("حمل,ثور,جوزا,سرطان,اسد,سنبله,میزان,عقرب,قوس,جدی,دلو,حوت")
_AR_JALALI = _names("فروردين,أرديبهشت,خرداد,تير,مرداد,شهريور,مهر,آبان,آذر,دي,بهمن,إسفند")
_EN_JALALI = _names("Farvardin,Ordibehesht,Khordad,Tir,Mordad,Shahrivar,Mehr,Aban,Azar,Dey,Bahman,Esfand")
_AR_HIJRI = _names(
    "محرم,صفر,ربيع الأول,ربيع الآخر,جمادى الأولى,جمادى الآخرة,رجب,شعبان,رمضان,شوال,ذو القعدة,ذو الحجة"
)
_FA_HIJRI = _names("محرم,صفر,ربیع‌الاول,ربیع‌الثانی,جمادی‌الاول,جمادی‌الثانی,رجب,شعبان,رمضان,شوال,ذیقعده,ذیحجه")
_EN_HIJRI = _names(
    "Muharram,Safar,Rabi I,Rabi II,Jumada I,Jumada II,Rajab,Shaban,Ramadan,Shawwal,Dhu al-Qada,Dhu al-Hijja"
)

#: (calendar, language) -> names printed where no region says otherwise.
_MONTHS: dict[tuple[str, str], Names] = {
    ("gregorian", "ar"): _GULF, ("gregorian", "fa"): _FA_GREGORIAN, ("gregorian", "en"): _EN_GREGORIAN,
    ("jalali", "ar"): _AR_JALALI, ("jalali", "fa"): _FA_JALALI, ("jalali", "en"): _EN_JALALI,
    ("hijri", "ar"): _AR_HIJRI, ("hijri", "fa"): _FA_HIJRI, ("hijri", "en"): _EN_HIJRI,
}  # fmt: skip
_REGIONAL: dict[tuple[str, str], Names] = {
    **{("gregorian", f"ar_{region}"): _LEVANT for region in ("IQ", "JO", "LB", "PS", "SY")},
    **{("gregorian", f"ar_{region}"): _MOROCCO for region in ("EH", "MA")},
    **{("gregorian", f"ar_{region}"): _ALGERIA for region in ("DZ", "TN")},
    ("gregorian", "fa_AF"): _AF_GREGORIAN,
    ("jalali", "fa_AF"): _AF_JALALI,
}

#: Other spellings of months, by number, that are understood besides all names above.
_ALIASES: dict[str, dict[int, str]] = {
    "gregorian": {
        1: "جانويه, كانون ثاني", 4: "إبريل, آپریل", 5: "مئی", 6: "جوئن", 7: "يوليه, جولائی", 8: "آگوست, أغشت",
        9: "شتمبر, Sept", 10: "تشرين أول", 11: "تشرين ثاني", 12: "دجمبر, كانون أول",
    },
    # People also write the word month behind it, in one word or two.
    "jalali": {number: f"{name}‌ماه" for number, name in enumerate(_FA_JALALI, 1)} | {5: "امرداد, مردادماه"},
    "hijri": {
        1: "محرم الحرام, المحرم",
        3: "ربيع أول, ربيع الاول, ربيع 1, Rabi al-Awwal, Rabi ul-Awwal, Rabiʻ I",
        4: "ربيع ثاني, ربيع الثاني, ربيع الثانى, ربيع الاخر, Rabi al-Thani, Rabi ul-Thani, Rabi al-Akhir, Rabiʻ II",
        5: "جمادى الاول, جمادي الأولى, Jumada al-Ula, Jumada al-Awwal",
        6: "جمادى الثانية, جمادى الثاني, جمادى الآخر, جمادي الاخرى, Jumada al-Thani, Jumada al-Akhira",
        8: "Shaʻban", 9: "Ramazan, Ramadhan", 10: "شوّال",
        11: "ذي القعدة, ذوالقعده, ذی‌القعده, ذی قعده, Dhu al-Qidah, Dhul Qadah, Dhuʻl-Qiʻdah",
        12: "ذي الحجة, ذوالحجه, ذی‌الحجه, ذی حجه, Dhu al-Hijjah, Dhul Hijjah, Dhuʻl-Hijjah",
    },
}  # fmt: skip

_WEEKDAYS: dict[str, Names] = {
    "ar": _names("الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت,الأحد"),
    "fa": _names("دوشنبه,سه‌شنبه,چهارشنبه,پنجشنبه,جمعه,شنبه,یکشنبه"),
    "en": _names("Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday"),
}
_NARROW_WEEKDAYS: dict[str, Names] = {
    "ar": _names("ن,ث,ر,خ,ج,س,ح"),
    "fa": _names("د,س,چ,پ,ج,ش,ی"),
    "en": _names("M,T,W,T,F,S,S"),
}
_WEEKDAY_ALIASES: Names = _names("اثنين,ثلاثاء,اربعاء,خميس,جمعة,سبت,احد")

#: Days that are named from today, by how many days later they are.
_DAY_WORDS: dict[int, Names] = {
    -1: _names("yesterday,دیروز,أمس,البارحة"),
    0: _names("today,امروز,اليوم"),
    1: _names("tomorrow,فردا,غدا,غدًا"),
    2: _names("day after tomorrow,the day after tomorrow,پس‌فردا,بعد غد,بعد الغد"),
}

#: What may follow a typed date, beside what is printed after it.
_ERAS: dict[str, Names] = {
    "gregorian": _names("م,ميلادي,ميلادية,للميلاد,میلادی,AD,CE"),
    "jalali": _names("ش,هـ.ش,شمسی,هجری شمسی,هجري شمسي,خورشیدی,AP,SH"),
    "hijri": _names("هـ,هـ.ق,ق,قمری,هجری,هجری قمری,هجري,هجرية,هجري قمري,AH"),
}


def _split(locale: str) -> tuple[str, str]:
    bare = locale.replace("-", "_")
    return bare.partition("_")[0].lower(), bare


def month_names(calendar: str, locale: str) -> Names:
    """The twelve names printed for readers of `locale` (`ar_SY`, `fa-AF`); other languages read English."""
    language, bare = _split(locale.partition("-u-")[0])
    regional = _REGIONAL.get((calendar, bare))
    return regional or _MONTHS.get((calendar, language)) or _MONTHS[calendar, "en"]


def short_month_names(calendar: str, locale: str) -> Names:
    """Abbreviated where the language abbreviates: English Gregorian months only."""
    names = month_names(calendar, locale)
    return tuple(name[:3] for name in names) if names is _EN_GREGORIAN else names


def weekday_names(locale: str, width: str = "long") -> Names:
    """From Monday to Sunday; `width` is long, short or narrow. Arabic and Persian have no short form."""
    language = _split(locale)[0]
    if width == "narrow":
        return _NARROW_WEEKDAYS.get(language, _NARROW_WEEKDAYS["en"])
    names = _WEEKDAYS.get(language, _WEEKDAYS["en"])
    return tuple(name[:3] for name in names) if width == "short" and names is _WEEKDAYS["en"] else names


def era_names(calendar: str) -> Names:
    """What may stand after a date of this calendar."""
    return _ERAS[calendar]


def month_spellings(calendar: str, locale: str) -> tuple[Names, ...]:
    """For each month the name printed for `locale`, then every other spelling that is understood."""
    families = [names for (of, __), names in (_MONTHS | _REGIONAL).items() if of == calendar]
    if calendar == "gregorian":
        families.append(short_month_names(calendar, "en"))
    aliases = _ALIASES[calendar]
    return tuple(
        tuple(
            dict.fromkeys(
                (printed, *(names[index] for names in families), *_listed(aliases.get(index + 1, "")))
            )
        )
        for index, printed in enumerate(month_names(calendar, locale))
    )


def _listed(text: str) -> Names:
    return _names(text) if text else ()


class MonthName:
    """A month's name in the language of whoever reads the message it stands in."""

    def __init__(self, calendar: str, month: int) -> None:
        self._calendar, self._month = calendar, month

    def __str__(self) -> str:
        return month_names(self._calendar, current().locale)[self._month - 1]


@lru_cache(maxsize=8)
def months_by_key(calendar: str) -> dict[str, int]:
    """Folded spelling -> month, in all languages: only the calendar decides, آذر and آذار never meet."""
    spellings = month_spellings(calendar, "en")
    return {compact_key(name): month for month, names in enumerate(spellings, 1) for name in names}


@lru_cache(maxsize=1)
def weekdays_by_key() -> dict[str, int]:
    """Folded spelling -> ISO weekday, longest first, so that یکشنبه is not read as شنبه."""
    families = [*_WEEKDAYS.values(), _WEEKDAY_ALIASES, weekday_names("en", "short")]
    pairs = [(compact_key(name), number) for names in families for number, name in enumerate(names, 1)]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def day_words_by_key() -> dict[str, int]:
    """Folded name of a day -> how many days after today it is, in every language."""
    return {compact_key(name): days for days, names in _DAY_WORDS.items() for name in names}


@lru_cache(maxsize=8)
def era_keys(calendar: str) -> tuple[str, ...]:
    """Folded eras, longest first."""
    return tuple(sorted({compact_key(era) for era in _ERAS[calendar]}, key=len, reverse=True))
