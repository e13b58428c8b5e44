"""Saving the sample through the write path, as if it had been entered by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.api import Change, records, unit

from ..models import Category, Company, Contact, Tag
from . import links, sample

BATCH = 250
Ids = Mapping[str, int]

# The kernel's own tables, of which a plugin knows no more than these columns.
_users = sa.table("core_user", sa.column("id"), sa.column("email"))
_organisation = sa.table("core_organisation", sa.column("id"), sa.column("language"))


def load(today: dt.date) -> None:
    """Categories, tags, companies and contacts, in the language and the organisation of the sample company."""
    organisation_id, language = unit().execute(
        sa.select(_organisation.c.id, _organisation.c.language).order_by(_organisation.c.id).limit(1)).one()
    owners: Ids = dict(unit().execute(sa.select(_users.c.email, _users.c.id)).all())
    categories = _named(Category, sample.categories(), language, ("hue",))
    tags = _named(Tag, sample.tags(), language, ())
    firms = sample.companies(today)
    common = {"organisation_id": organisation_id}
    companies = _save(Company, firms, [_company(firm, owners) | common for firm in firms])
    firm_ids = {firm["domain"]: company_id for firm, company_id in zip(firms, companies, strict=True)}
    people = sample.contacts(today)
    ids = _save(Contact, people, [_contact(one, owners, firm_ids, categories, tags) | common for one in people])
    links.load(today, dict(zip((one["email"] for one in people), ids, strict=True)), firm_ids)


def _named(entity: type, rows: Iterable[Mapping[str, Any]], language: str, more: Sequence[str]) -> dict[str, int]:
    """Look-up values by their key in the sample."""
    given = list(rows)
    changes = [Change(values={"name": row["labels"].get(language) or row["labels"]["en"], "position": place,
                              **{f"name_{code}": text for code, text in row["labels"].items()},
                              **{name: row[name] for name in more}}) for place, row in enumerate(given)]
    saved = records.save_many(entity, changes)
    return {row["key"]: int(change.after["id"]) for row, change in zip(given, saved, strict=True)}


def _company(firm: Mapping[str, Any], owners: Ids) -> dict[str, Any]:
    values = {name: value for name, value in firm.items() if name not in ("owner", "created_at")}
    return values | {"owner_id": owners[firm["owner"]]}


def _contact(one: Mapping[str, Any], owners: Ids, firms: Ids, categories: Ids, tags: Ids) -> dict[str, Any]:
    by_key = ("owner", "created_at", "company", "category", "tags")
    values = {name: value for name, value in one.items() if name not in by_key}
    return values | {
        "owner_id": owners[one["owner"]],
        "company_id": firms[one["company"]] if one["company"] else None,
        "category_id": categories[one["category"]] if one["category"] else None,
        "tags": tuple(tags[key] for key in one["tags"]),
    }


def _save(entity: Any, rows: Sequence[Mapping[str, Any]], values: Sequence[dict[str, Any]]) -> list[int]:
    """Save in batches; the records are dated back, so that lists and charts have a past to show."""
    ids: list[int] = []
    for start in range(0, len(values), BATCH):
        changes = [Change(values=dict(one)) for one in values[start:start + BATCH]]
        ids += [int(change.after["id"]) for change in records.save_many(entity, changes)]
    table = entity.__table__
    moment = sa.bindparam("moment", type_=table.c.created_at.type)
    dated = sa.update(table).where(table.c.id == sa.bindparam("at_id")).values(created_at=moment, updated_at=moment)
    unit().connection.execute(dated, [
        {"at_id": record_id, "moment": row["created_at"]} for record_id, row in zip(ids, rows, strict=True)])
    return ids
