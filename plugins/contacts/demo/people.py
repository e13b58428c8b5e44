"""Drawing one invented person, town, address or number at a time from a seeded source of chance."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from plugins.contacts.demo.names import Names
from plugins.contacts.demo.places import DIALLING, Place

DIGITS = "0123456789"
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_PERSIAN_DIGITS = str.maketrans(DIGITS, "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True, slots=True)
class Person:
    first: str
    last: str
    first_latin: str
    last_latin: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


def draw_person(rng: random.Random, names: Names) -> Person:
    first, first_latin = rng.choice(names.men if rng.random() < 0.55 else names.women)
    last, last_latin = rng.choice(names.families)
    return Person(first, last, first_latin, last_latin)


def draw_place(rng: random.Random, places: Sequence[Place]) -> Place:
    return rng.choices(places, [place.weight for place in places])[0]


def with_digits(rng: random.Random, pattern: str) -> str:
    """`pattern` with each # a digit and, in post codes, each @ a capital letter."""
    return "".join(
        rng.choice(DIGITS) if sign == "#" else rng.choice(LETTERS) if sign == "@" else sign for sign in pattern
    )


def mobile(rng: random.Random, country: str) -> str:
    """A mobile number as E.164."""
    dialling = DIALLING[country]
    return f"+{dialling.code}{with_digits(rng, rng.choice(dialling.mobiles))}"


def office_line(rng: random.Random, place: Place) -> str:
    return f"+{DIALLING[place.country].code}{with_digits(rng, place.line)}"


def address(rng: random.Random, place: Place) -> str:
    """Street and building as they are written in that country."""
    street, number = rng.choice(place.streets), rng.randrange(1, 240)
    if place.country in ("IR", "AF"):
        house = f"پلاک {number}" + (f"، واحد {rng.randrange(1, 20)}" if number % 3 == 0 else "")
        return f"{street}، {house.translate(_PERSIAN_DIGITS)}"
    if place.country in ("GB", "US", "FR"):
        return f"{number} {street}"
    if place.country in ("DE", "TR", "IN"):
        return f"{street} {number}"
    return f"{street}، مبنى {number}"


def born(rng: random.Random, today: dt.date) -> dt.date:
    """The birthday of somebody between 22 and 68."""
    return today - dt.timedelta(days=rng.randrange(22 * 365, 68 * 365))


def local_part(rng: random.Random, person: Person) -> str:
    """What stands before the @: an initial or the first name, and the last name."""
    first, last = person.first_latin, person.last_latin
    return rng.choice((f"{first[0]}.{last}", f"{first}.{last}", f"{first}{last[:3]}", f"{first}_{last}"))
