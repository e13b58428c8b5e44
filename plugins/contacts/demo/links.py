"""Links of the sample company: past jobs, families and colleagues, and dates that come back each year."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

from core.api import Change, records

from ..links import Position, Relation
from ..occasions import Occasion
from . import sample
from .phrases import OCCASIONS

_SEED = 1406
_CALENDARS = {"fa": "jalali", "ar": "hijri", "en": "gregorian"}


def load(today: dt.date, people: Mapping[str, int], firms: Mapping[str, int]) -> None:
    """Some for each company; `people` are ids by email, `firms` by domain."""
    rng = random.Random(_SEED)
    staff: dict[str, list[dict[str, Any]]] = {}
    for one in sample.contacts(today):
        if one["company"] and one["first_name"]:
            staff.setdefault(one["company"], []).append(one)
    relations, jobs, occasions = [], [], []
    domains = list(firms)
    for place, (domain, members) in enumerate(staff.items()):
        ids = [people[one["email"]] for one in members]
        for one, record_id in zip(members, ids, strict=True):
            began = today - dt.timedelta(days=rng.randrange(200, 2500))
            jobs.append({"contact_id": record_id, "company_id": firms[domain], "role": one["job_title"],
                         "starts_on": began})  # fmt: skip
        before = firms[domains[(place + 7) % len(domains)]]
        if before != firms[domain]:
            ended = today - dt.timedelta(days=rng.randrange(2600, 3400))
            jobs.append({"contact_id": ids[0], "company_id": before, "role": members[0]["job_title"],
                         "starts_on": ended - dt.timedelta(days=900), "ends_on": ended})  # fmt: skip
        if len(ids) > 1:
            kind = rng.choice(("manager", "colleague", "assistant", "parent", "friend", "referrer"))
            relations.append({"contact_id": ids[0], "kind": kind, "other_id": ids[1]})
        language = "fa" if members[0]["country"] in ("IR", "AF") else "ar" if place % 3 else "en"
        occasions.append({"name": OCCASIONS[language][place % 2], "company_id": firms[domain],
                          "calendar": _CALENDARS[language], "remind_days": rng.choice((3, 7, 14)),
                          "date": today - dt.timedelta(days=365 * 9 + rng.randrange(365))})  # fmt: skip
    for entity, rows in ((Position, jobs), (Relation, relations), (Occasion, occasions)):
        records.save_many(entity, [Change(values=values) for values in rows])
