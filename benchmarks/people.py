"""Customer rows as companies really have them, any number of them and always the same ones for a seed.

Names, towns and streets are those of the sample company; numbers are made so that none comes twice. The values
are valid: phone numbers of their country, national ids with the right check digit, one address of one person.
Written as people write them: digits of three families, phone numbers in national and international form.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from persiantools.jdatetime import JalaliDate

from plugins.contacts.demo import identifiers
from plugins.contacts.demo.names import ARABIC, ENGLISH, PERSIAN, TURKISH, Names
from plugins.contacts.demo.people import address
from plugins.contacts.demo.phrases import FREE_MAIL, NOTES, TAGS
from plugins.contacts.demo.places import ARABIC_PLACES, DIALLING, LATIN_PLACES, PERSIAN_PLACES, TURKISH_PLACES, Place

COLUMNS = (
    "name", "first_name", "last_name", "email", "phone", "country", "region", "city", "postal_code", "address",
    "status", "source", "kind", "company_name", "tags", "website", "national_id", "birth_date", "note",
)  # fmt: skip
CALENDARS = ("gregorian", "jalali", "mixed")
STATUSES = ("new", "new", "new", "in_progress", "in_progress", "in_progress", "converted", "converted", "lost")
SOURCES = (
    "facebook", "instagram", "telegram", "landing_page", "email", "phone_call", "meeting", "exhibition", "campaign",
    "referral", "other",
)  # fmt: skip
COUNTRY_NAMES = {"IR": "ایران", "SA": "السعودية", "EG": "مصر", "KW": "الكويت", "GB": "United Kingdom", "TR": "Türkiye"}
# The few American numbers kept for fiction do not suffice here.
_MOBILES = {country: dialling.mobiles for country, dialling in DIALLING.items()} | {
    "US": ("21226#####", "31226#####", "51226#####", "41526#####", "61726#####"),
}  # fmt: skip
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_LAST_BIRTHDAY = dt.date(2004, 12, 31).toordinal()
_FIRMS_PER_LANGUAGE = 200


@dataclass(frozen=True, slots=True)
class Population:
    """People of one language and what they have in common."""

    language: str
    share: float
    names: Names
    places: tuple[Place, ...]
    words: tuple[tuple[str, str], ...]
    firm: str
    digits: dict[int, int] | None = None


POPULATIONS = (
    Population("fa", 0.45, PERSIAN, PERSIAN_PLACES, (
        ("آروین", "arvin"), ("سپهر", "sepehr"), ("الوند", "alvand"), ("مهرگان", "mehregan"), ("زاگرس", "zagros"),
        ("نیکان", "nikan"), ("پارسیان", "parsian"), ("کیان", "kian")), "شرکت {word} {number}", _PERSIAN_DIGITS),
    Population("ar", 0.35, ARABIC, ARABIC_PLACES, (
        ("النخيل", "nakheel"), ("الواحة", "waha"), ("المدار", "madar"), ("السنابل", "sanabel"), ("الأفق", "ufuq"),
        ("المرجان", "murjan"), ("الضفاف", "difaf"), ("القوافل", "qawafel")), "مؤسسة {word} {number}", _ARABIC_DIGITS),
    Population("en", 0.12, ENGLISH, LATIN_PLACES, (
        ("Alder", "alder"), ("Birchfield", "birchfield"), ("Cobalt", "cobalt"), ("Driftway", "driftway"),
        ("Emberly", "emberly")), "{word} {number} Ltd"),
    Population("en", 0.08, TURKISH, TURKISH_PLACES, (
        ("Çınar", "cinar"), ("Doruk", "doruk"), ("Ege", "ege"), ("Pusula", "pusula")), "{word} {number} A.Ş."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    domain: str


def firms(population: Population) -> list[Firm]:
    """The firms that the people of a population work for."""
    made = []
    for number in range(_FIRMS_PER_LANGUAGE):
        word, latin = population.words[number % len(population.words)]
        made.append(Firm(population.firm.format(word=word, number=number + 1), f"{latin}{number + 1}.example"))
    return made


def people(count: int, seed: int = 1, calendar: str = "gregorian") -> Iterator[tuple[str, ...]]:
    """`count` rows in the order of COLUMNS. `calendar` is how birthdays are written."""
    if calendar not in CALENDARS:
        raise ValueError(f"calendar is one of {', '.join(CALENDARS)}")
    draw = _Draw(seed, calendar)
    for _number in range(count):
        yield draw.row()


class _Draw:
    """Chance and the counters that keep numbers from coming twice."""

    def __init__(self, seed: int, calendar: str) -> None:
        self.rng = random.Random(seed)
        self.calendar = calendar
        self.made = 0
        self.phones: Counter[str] = Counter()
        self.firms = [firms(population) for population in POPULATIONS]
        self.places = [[place for place in population.places for _time in range(place.weight)]
                       for population in POPULATIONS]  # fmt: skip
        self.shares = [sum(one.share for one in POPULATIONS[: place + 1]) for place in range(len(POPULATIONS))]
        self.tags = {language: [labels[language] for _key, labels in TAGS] for language in NOTES}

    def row(self) -> tuple[str, ...]:
        rng = self.rng
        chance = rng.random()
        which = next(place for place, limit in enumerate(self.shares) if chance < limit or limit == self.shares[-1])
        population = POPULATIONS[which]
        place = rng.choice(self.places[which])
        firm = rng.choice(self.firms[which]) if rng.random() < 0.4 else None
        first, first_latin = rng.choice(population.names.men if rng.random() < 0.55 else population.names.women)
        last, last_latin = rng.choice(population.names.families)
        self.made += 1
        domain = firm.domain if firm else rng.choice(FREE_MAIL[population.language])
        return (
            f"{first} {last}",
            first,
            last,
            f"{first_latin}.{last_latin}{self.made}@{domain}",
            self.phone(place.country, population),
            COUNTRY_NAMES.get(place.country, place.country) if chance * 1000 % 1 < 0.2 else place.country,
            place.region,
            place.city,
            self.digits(place.postal),
            address(rng, place),
            rng.choice(STATUSES),
            rng.choice(SOURCES),
            "business" if firm else "person",
            firm.name if firm else "",
            self.some_tags(population.language),
            f"https://www.{firm.domain}" if firm else "",
            self.national_id(place.country, bool(firm)),
            self.birthday(population),
            rng.choice(NOTES[population.language]) if rng.random() < 0.2 else "",
        )

    def digits(self, pattern: str) -> str:
        """`pattern` with digits for its #; one draw a pattern is much faster than one a digit."""
        if not pattern:
            return ""
        digits = iter(f"{self.rng.randrange(10**10):010}")
        return "".join(next(digits) if sign == "#" else sign for sign in pattern)

    def phone(self, country: str, population: Population) -> str:
        """A number that no other row has, in one of the ways people write it."""
        number = self.phones[country]
        self.phones[country] += 1
        pattern = _MOBILES[country][number % len(_MOBILES[country])]
        start = pattern.rstrip("#")
        width = len(pattern) - len(start)
        # 7654321 and 10 have no divisor in common, so all numbers come before one comes again.
        rest = (number // len(_MOBILES[country]) * 7_654_321 + int(start) * 9_973_331) % 10**width
        national = f"{start}{rest:0{width}}"
        return self.written(country, national, population)

    def written(self, country: str, national: str, population: Population) -> str:
        dialling = DIALLING[country]
        way = self.rng.random()
        if way < 0.4:
            return f"+{dialling.code}{national}"
        if way < 0.5:
            return f"00{dialling.code}{national}"
        if way < 0.6:
            return f"+{dialling.code} {national[:3]} {national[3:6]} {national[6:]}"
        local = dialling.trunk + national
        if way < 0.7:
            local = f"{local[:4]} {local[4:7]} {local[7:]}"
        return local.translate(population.digits) if population.digits and way > 0.85 else local

    def some_tags(self, language: str) -> str:
        if self.rng.random() < 0.6:
            return ""
        return "، ".join(self.rng.sample(self.tags[language], 1 + (self.made % 3 == 0)))

    def national_id(self, country: str, is_business: bool) -> str:
        """Of private persons in Iran and Saudi Arabia, whose numbers carry a check digit."""
        if is_business or self.made % 4 == 0:
            return ""
        serial = self.made * 1_000_003 + 77
        if country == "IR":
            return identifiers.iran_national(serial)
        return identifiers.saudi_national(serial) if country == "SA" else ""

    def birthday(self, population: Population) -> str:
        if self.rng.random() < 0.3:
            return ""
        day = dt.date.fromordinal(_LAST_BIRTHDAY - self.rng.randrange(46 * 365))
        if self.calendar == "gregorian" or (self.calendar == "mixed" and population.language != "fa"):
            return day.isoformat()
        jalali = JalaliDate(day)
        text = f"{jalali.year}/{jalali.month:02}/{jalali.day:02}"
        return text.translate(_PERSIAN_DIGITS) if self.made % 4 == 0 else text
