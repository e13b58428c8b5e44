"""Who works in the sample company, in which language, with which calendar and digits.

Sara may do everything, Majed gives to others, Emma and Amir write, Noura only looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    language: str
    calendar: str
    digits: str
    other_digits: str

    def __str__(self) -> str:
        return f"{self.name}-{self.language}"


SARA = tuple(
    Colleague("sara.ahmadi", language, "jalali", "arabext", "latn")
    for language in ("fa", "ar", "en")
)
MAJED = Colleague("majed.alshehri", "ar", "gregorian", "arab", "arabext")
EMMA = Colleague("emma.whitcombe", "en", "gregorian", "latn", "arab")
AMIR = Colleague("amir.rastegar", "fa", "jalali", "arabext", "latn")
NOURA = Colleague("noura.alqahtani", "ar", "gregorian", "arab", "arabext")

#: The administrator in all three languages, the others in their own.
EVERYBODY = (*SARA, MAJED, EMMA, AMIR, NOURA)

everybody = pytest.mark.parametrize("who", EVERYBODY, ids=str)
writers = pytest.mark.parametrize("who", [one for one in EVERYBODY if one is not NOURA], ids=str)
administrator = pytest.mark.parametrize("who", SARA, ids=str)
one_of_each_language = pytest.mark.parametrize("who", [SARA[0], MAJED, EMMA], ids=str)
