"""Who works in the sample company, in which language, with which calendar, digits and rights."""

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
    may_write: bool = True
    is_admin: bool = False
    may_assign: bool = False

    def __str__(self) -> str:
        return f"{self.name}-{self.language}"


SARA = tuple(
    Colleague("sara.ahmadi", language, "jalali", "arabext", "latn", is_admin=True, may_assign=True)
    for language in ("fa", "ar", "en")
)
MAJED = Colleague("majed.alshehri", "ar", "gregorian", "arab", "arabext", may_assign=True)
EMMA = Colleague("emma.whitcombe", "en", "gregorian", "latn", "arab")
AMIR = Colleague("amir.rastegar", "fa", "jalali", "arabext", "latn")
NOURA = Colleague("noura.alqahtani", "ar", "gregorian", "arab", "arabext", may_write=False)

EVERYBODY = (*SARA, MAJED, EMMA, AMIR, NOURA)
WRITERS = tuple(one for one in EVERYBODY if one.may_write)

everybody = pytest.mark.parametrize("who", EVERYBODY, ids=str)
writers = pytest.mark.parametrize("who", WRITERS, ids=str)
administrator = pytest.mark.parametrize("who", SARA, ids=str)
one_of_each_language = pytest.mark.parametrize("who", [SARA[0], MAJED, EMMA], ids=str)
