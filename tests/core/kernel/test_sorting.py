"""Every field a list can be sorted by, page by page: each record once, in both directions, empty values last."""

from __future__ import annotations

import datetime as dt

from core import query, records
from core.language.i18n import Preferences, use
from core.registry import current as registry
from core.testing import Site, sample_values

READER = Preferences(language="ar")


def test_every_sort_reads_each_record_once(site: Site) -> None:
    with site.unit():
        company = records.create("contacts.company", name="شركة النور").id
        for n in range(7):
            full = {name: value for name, value in sample_values("contacts.contact", n, everything=True).items()
                    if not isinstance(value, list)}  # fmt: skip
            values = full if n % 3 else {"name": f"رقم {n}", "email": full["email"]}
            dates = {"birth_date": dt.date(1990, 1, n + 1)} if n % 3 else {}
            records.create("contacts.contact", **{**values, **dates, "company_id": company if n == 5 else None})
    spec = registry().entity("contacts.contact")
    sortable = [f.name for f in spec.fields.values() if f.sort and f.stores_column and not f.secret]
    assert {"opening_purchases", "latitude", "company_id", "birth_date", "created_at"} <= set(sortable)
    with site.unit(), use(READER):
        for name in [*sortable, *(f"-{name}" for name in sortable)]:
            assert sorted(_walk(spec, name)) == list(range(1, 8)), name


def _walk(spec, sort: str) -> list[int]:
    """The ids of all pages of three."""
    ids: list[int] = []
    cursor = ""
    while True:
        args = (("sort", sort), ("limit", "3"), *((("cursor", cursor),) if cursor else ()))
        page = query.fetch(query.parse_args(spec, args, READER))
        ids += [row["id"] for row in page.rows]
        if page.next is None:
            return ids
        cursor = page.next
