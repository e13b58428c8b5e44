"""The sample company: users, firms and contacts as plain values, always the same ones.

Records name each other by keys that a loader resolves: a contact's `company` is a firm's domain, `owner` a
user's e-mail, `category` and `tags` are keys. All other names are those of the entities' fields. `created_at` is
when the record would have been made, in the fourteen months before `today`.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from plugins.contacts.demo import identifiers
from plugins.contacts.demo.companies import ARABIC_FIRMS, FIRMS, LATIN_FIRMS, PERSIAN_FIRMS, Firm
from plugins.contacts.demo.names import ARABIC, ENGLISH, PERSIAN, TURKISH, Names
from plugins.contacts.demo.people import (
    Person,
    address,
    born,
    draw_person,
    draw_place,
    local_part,
    mobile,
    office_line,
    with_digits,
)
from plugins.contacts.demo.phrases import CATEGORIES, FREE_MAIL, JOBS, NOTES, TAGS
from plugins.contacts.demo.places import ARABIC_PLACES, LATIN_PLACES, PERSIAN_PLACES, TURKISH_PLACES, Place

Values = dict[str, Any]

_SEED = 1405
_DOMAIN = "arman-waha.example"
_PLACES = {(place.country, place.city): place for places in (
    PERSIAN_PLACES, ARABIC_PLACES, LATIN_PLACES, TURKISH_PLACES) for place in places}  # fmt: skip
_CURRENCIES = {
    "IR": "IRR", "AF": "AFN", "SA": "SAR", "AE": "AED", "EG": "EGP", "KW": "KWD", "QA": "QAR", "OM": "OMR",
    "JO": "JOD", "IQ": "IQD", "TR": "TRY", "GB": "GBP", "US": "USD", "DE": "EUR", "FR": "EUR", "IN": "INR",
}  # fmt: skip
# A step of a usual purchase in currencies where it is far from fifty.
_STEPS = {
    "IRR": 5_000_000,
    "IQD": 25_000,
    "AFN": 1_000,
    "KWD": 5,
    "OMR": 5,
    "JOD": 10,
    "INR": 1_000,
    "EGP": 500,
    "TRY": 500,
}
_SOURCES = (
    "instagram", "telegram", "landing_page", "email", "phone_call", "meeting", "exhibition", "campaign", "referral",
    "facebook", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """People of one language: how many, what they are called, where they live, whom they work for."""

    language: str
    count: int
    names: Names
    places: Sequence[Place]
    firms: Sequence[Firm]
    owners: tuple[str, ...]


def organisation() -> Values:
    """The company that uses Diwan."""
    return {
        "name": "آرمان واحه", "country": "IR", "currency": "IRR", "calendar": "jalali", "timezone": "Asia/Tehran",
        "week_start": 6, "tax_number": "14008812345",
    }  # fmt: skip


def users() -> list[Values]:
    """Five people with different roles and languages; `role` is the key of a default role."""
    iran = {"region": "IR", "calendar": "jalali", "digits": "arabext", "timezone": "Asia/Tehran", "week_start": 6}
    saudi = {"region": "SA", "calendar": "gregorian", "digits": "arab", "timezone": "Asia/Riyadh", "week_start": 7}
    british = {"region": "GB", "calendar": "gregorian", "digits": "latn", "timezone": "Europe/London", "week_start": 1}
    rows = (
        ("سارا احمدی", "sara.ahmadi", "administrator", "fa", iran),
        ("ماجد الشهري", "majed.alshehri", "sales_manager", "ar", saudi),
        ("Emma Whitcombe", "emma.whitcombe", "sales_representative", "en", british),
        ("امیر رستگار", "amir.rastegar", "sales_representative", "fa", iran),
        ("نورة القحطاني", "noura.alqahtani", "read_only", "ar", saudi),
    )
    return [{"name": name, "email": f"{local}@{_DOMAIN}", "role": role, "language": language, **settings}
            for name, local, role, language, settings in rows]  # fmt: skip


def categories() -> list[Values]:
    """Five classes of customers; `labels` are their names in ar, fa and en."""
    return [{"key": key, "hue": hue, "labels": dict(labels)} for key, hue, labels in CATEGORIES]


def tags() -> list[Values]:
    """Eight words to mark contacts with; `labels` are the words in ar, fa and en."""
    return [{"key": key, "labels": dict(labels)} for key, labels in TAGS]


def free_mail_domains() -> tuple[str, ...]:
    """The providers of free mail in the sample: their addresses say nothing about a company."""
    return tuple(domain for domains in FREE_MAIL.values() for domain in domains)


def companies(today: dt.date) -> list[Values]:
    """Sixty firms in nine countries."""
    rng = random.Random(_SEED)
    return [_company(rng, firm, number, today) for number, firm in enumerate(FIRMS)]


def _company(rng: random.Random, firm: Firm, number: int, today: dt.date) -> Values:
    place = _PLACES[firm.country, firm.city]
    return {
        "name": firm.name,
        "domain": firm.domain,
        "email": f"info@{firm.domain}",
        "phone": office_line(rng, place),
        "website": f"https://www.{firm.domain}",
        **_where(rng, place),
        "national_id": _legal_id(firm),
        "tax_number": _tax_number(rng, firm.country),
        "note": firm.trade,
        "owner": rng.choice(_owners(_language(firm))),
        "created_at": _moment(rng, today, 420 - number // 2),
        **_pin(random.Random(_SEED + number), place),
    }


def _where(rng: random.Random, place: Place) -> Values:
    return {
        "country": place.country,
        "region": place.region,
        "city": place.city,
        "postal_code": with_digits(rng, place.postal) or None,
        "address": address(rng, place),
    }


def _language(firm: Firm) -> str:
    return "fa" if firm in PERSIAN_FIRMS else "ar" if firm in ARABIC_FIRMS else "en"


def _owners(language: str) -> tuple[str, ...]:
    """Customers are looked after by somebody who speaks their language."""
    emails = [user["email"] for user in users() if user["language"] == language and user["role"] != "read_only"]
    return tuple(emails)


def _legal_id(firm: Firm) -> str | None:
    serial = sum(ord(letter) * 7919**place for place, letter in enumerate(firm.word))
    if firm.country == "IR":
        return identifiers.iran_legal(serial)
    return f"{'10' if firm.city == 'الرياض' else '40'}{serial % 10**8:08}" if firm.country == "SA" else None


def _tax_number(rng: random.Random, country: str) -> str | None:
    patterns = {"IR": "411#########", "AE": "100###########3", "EG": "#########", "GB": "GB9########"}
    if country == "SA":
        return identifiers.saudi_tax(rng.randrange(10**12))
    if country == "TR":
        return identifiers.turkish_tax(rng.randrange(10**8, 10**9))
    return with_digits(rng, patterns[country]) if country in patterns else None


def contacts(today: dt.date) -> list[Values]:
    """Five hundred people: 200 Persian, 170 Arab and 130 others, in the order in which they were entered."""
    made: list[Values] = []
    taken: set[str] = set()
    for number, group in enumerate(_groups()):
        rng = random.Random(_SEED + number + 1)
        made += [_contact(rng, group, place, taken, today) for place in range(group.count)]
    return sorted(made, key=lambda values: values["created_at"])


@lru_cache(maxsize=1)
def _groups() -> tuple[Group, ...]:
    turkish = [firm for firm in LATIN_FIRMS if firm.country == "TR"]
    others = [firm for firm in LATIN_FIRMS if firm.country != "TR"]
    return (
        Group("fa", 200, PERSIAN, PERSIAN_PLACES, PERSIAN_FIRMS, _owners("fa")),
        Group("ar", 170, ARABIC, ARABIC_PLACES, ARABIC_FIRMS, _owners("ar")),
        Group("en", 105, ENGLISH, LATIN_PLACES, others, _owners("en")),
        Group("en", 25, TURKISH, TURKISH_PLACES, turkish, _owners("en")),
    )


def _contact(rng: random.Random, group: Group, number: int, taken: set[str], today: dt.date) -> Values:
    """Every ninth contact is a firm itself, four of nine work for one, the others are private persons."""
    person = draw_person(rng, group.names)
    firm = rng.choice(group.firms) if number % 9 < 5 else None
    if number % 9 == 0:
        firm = group.firms[number // 9]
    place = _PLACES[firm.country, firm.city] if firm else draw_place(rng, group.places)
    is_firm = firm is not None and number % 9 == 0
    birthday = None if is_firm or rng.random() < 0.25 else born(rng, today)
    values = _who(rng, group, person, firm, is_firm, taken) | _where(rng, place)
    values["phone"] = _free_phone(rng, place, is_firm, taken)
    values["birth_date"] = birthday
    values["national_id"] = _legal_id(firm) if is_firm and firm else _national_id(rng, place.country, firm, birthday)
    values |= _location(rng, place, firm)
    values |= _dealings(rng, group, place.country, today)
    values["owner"] = rng.choice(group.owners)
    return values | _further(values, group, place, taken)


def _who(rng: random.Random, group: Group, person: Person, firm: Firm | None, is_firm: bool, taken: set[str]) -> Values:
    domain = firm.domain if firm else rng.choice(FREE_MAIL[group.language])
    local = rng.choice(("sales", "office", "contact", "orders")) if is_firm else local_part(rng, person)
    return {
        "name": firm.name if firm and is_firm else person.name,
        "first_name": None if is_firm else person.first,
        "last_name": None if is_firm else person.last,
        "job_title": None if is_firm or firm is None else job_title(group.language, f"{person.name} {firm.domain}"),
        "email": _free_address(local, domain, taken),
        "kind": "business" if firm else "person",
        "company": firm.domain if firm else None,
        "website": f"https://www.{firm.domain}" if firm else None,
    }


def _further(values: Values, group: Group, place: Place, taken: set[str]) -> Values:
    """A second phone, email or address of some; drawn apart, so that everything else stays as it is."""
    rng = random.Random(f"{_SEED} {values['email']}")
    found: Values = {}
    if rng.random() < 0.3:
        office = _free_phone(rng, place, True, taken)
        state = "invalid" if rng.random() < 0.15 else ""
        main = "work" if values["first_name"] is None else "mobile"
        second = "assistant" if main == "mobile" else "fax"
        found["phones"] = ((values["phone"], main, ""), (office, second, state))
    if rng.random() < 0.15:
        private = f"{values['email'].partition('@')[0]}@{rng.choice(FREE_MAIL[group.language])}"
        if private not in taken:
            taken.add(private)
            found["emails"] = ((values["email"], "work", ""), (private, "personal", ""))
    if rng.random() < 0.15:
        main_address = tuple(values[part] or "" for part in ("address", "city", "region", "postal_code", "country"))
        other = (address(rng, place), place.city, place.region or "", "", place.country)
        found["addresses"] = ((main_address, "office", ""), (other, rng.choice(("warehouse", "branch")), ""))
    return found


def job_title(language: str, key: str) -> str:
    """The same for the same person each time, and drawn apart from everything else."""
    return random.Random(f"{_SEED} {key}").choice(JOBS[language])


def _free_address(local: str, domain: str, taken: set[str]) -> str:
    address, number = f"{local}@{domain}", 2
    while address in taken:
        address, number = f"{local}{number}@{domain}", number + 1
    taken.add(address)
    return address


def _free_phone(rng: random.Random, place: Place, is_firm: bool, taken: set[str]) -> str:
    while True:
        phone = office_line(rng, place) if is_firm else mobile(rng, place.country)
        if phone not in taken:
            taken.add(phone)
            return phone


def _national_id(rng: random.Random, country: str, firm: Firm | None, birthday: dt.date | None) -> str | None:
    """Of most private persons in countries whose numbers can be checked; who calls for a firm does not give it."""
    serial = rng.randrange(10**9)
    if firm or rng.random() < 0.3:
        return None
    if country == "IR":
        return identifiers.iran_national(serial)
    if country == "SA":
        return identifiers.saudi_national(serial)
    if birthday is None:
        return None
    if country == "AE":
        return identifiers.emirates_id(birthday, serial)
    if country == "EG":
        return identifiers.egypt_national(birthday, serial)
    return identifiers.kuwait_civil(birthday, rng) if country == "KW" else None


def _location(rng: random.Random, place: Place, firm: Firm | None) -> Values:
    """Most were pinned on the map; some want their goods elsewhere."""
    elsewhere = rng.random() < 0.15
    pinned = firm is not None or rng.random() < 0.5
    return {
        "shipping_same": not elsewhere,
        "shipping_address": address(rng, place) if elsewhere else None,
        **(_pin(rng, place) if pinned else {"latitude": None, "longitude": None}),
    }


def _pin(rng: random.Random, place: Place) -> Values:
    return {"latitude": _near(rng, place.centre[0]), "longitude": _near(rng, place.centre[1])}


def _near(rng: random.Random, degrees: float) -> Decimal:
    return Decimal(f"{degrees + rng.uniform(-0.04, 0.04):.6f}")


def _dealings(rng: random.Random, group: Group, country: str, today: dt.date) -> Values:
    """Where they come from, how far things have got and what they have bought."""
    status = rng.choices(("new", "in_progress", "converted", "lost"), (25, 35, 28, 12))[0]
    bought = status == "converted"
    purchases = {"converted": ("paid", "paid", "pending"), "in_progress": ("pending", None), "lost": ("no_need",)}
    currency = _CURRENCIES[country]
    follow_ups = {"new": ("to_contact",), "converted": ("done", "none"), "lost": ("none",)}
    waiting = ("waiting_reply", "waiting_visit", "to_contact")
    return {
        "status": status,
        "source": rng.choice(_SOURCES),
        "category": rng.choice([key for key, _hue, _labels in CATEGORIES]) if rng.random() < 0.7 else None,
        "tags": rng.sample([key for key, _labels in TAGS], rng.choices((0, 1, 2, 3), (35, 40, 20, 5))[0]),
        "currency": currency,
        "purchase_status": rng.choice(purchases.get(status, (None,))),
        "payment_order": rng.choice(("prepaid", "postpaid")),
        "acquaintance": rng.choice(("friend", "customer", "advertising", "internet", "exhibition", "other")),
        "preferred_channel": rng.choice(("phone", "email", "whatsapp", "telegram", "sms", "meeting")),
        "opening_purchases": Decimal(_STEPS.get(currency, 50) * rng.randrange(4, 400)) if bought else None,
        "follow_up_status": rng.choice(follow_ups.get(status, waiting)),
        "note": rng.choice(NOTES[group.language]) if rng.random() < 0.4 else None,
        "created_at": _moment(rng, today, int(420 * rng.random() ** 1.6)),
    }


def _moment(rng: random.Random, today: dt.date, days_ago: int) -> dt.datetime:
    """Some minute of a working day; in UTC."""
    day = today - dt.timedelta(days=days_ago + 1)
    return dt.datetime.combine(day, dt.time(rng.randrange(6, 14), rng.randrange(60)), dt.UTC)
