"""Cells escape what they print and give every value an isolate of its own."""

from __future__ import annotations

import re

import pytest

from core.ui import cells
from core.ui.list_model import Column

PAYLOAD = """<img src=x onerror="alert('1')">&amp;"""


def test_an_address_breaks_behind_its_sign_and_at_no_hyphen():
    shown = cells.email("a-b@arman--waha.example", link=True).replace('<span class="dw-whole">', "[")
    assert "a[-b</span>@<wbr>arman[--w</span>aha<wbr>.example" in shown


@pytest.mark.parametrize(
    "made",
    [
        cells.text(PAYLOAD),
        cells.name_with_avatar(PAYLOAD, f"/x?{PAYLOAD}"),
        cells.name_with_avatar(PAYLOAD, "/x", "business"),
        cells.title(PAYLOAD, PAYLOAD),
        cells.email(PAYLOAD, link=True),
        cells.phone(PAYLOAD, PAYLOAD),
        cells.url(f"https://{PAYLOAD}"),
        cells.code(PAYLOAD),
        cells.money(PAYLOAD),
        cells.money(f"12 {PAYLOAD}", rtl=True),
        cells.date(PAYLOAD, PAYLOAD),
        cells.moment(PAYLOAD, PAYLOAD, PAYLOAD),
        cells.worded_date(PAYLOAD, PAYLOAD),
        cells.percent(PAYLOAD),
        cells.boolean(True, PAYLOAD, PAYLOAD),
        cells.badge(PAYLOAD),
        cells.tags([(PAYLOAD, "teal")]),
        cells.user(PAYLOAD),
        cells.choice(PAYLOAD, "mail"),
        cells.reference(PAYLOAD, PAYLOAD),
        cells.note(PAYLOAD),
        cells.icon("mail", PAYLOAD),
    ],
)
def test_nothing_that_was_typed_becomes_markup(made):
    assert "<img" not in made
    assert 'onerror="' not in made
    assert made.count("<") == made.count(">")


@pytest.mark.parametrize("kind", ["email", "phone", "code", "number", "money", "date"])
def test_figures_and_addresses_read_from_left_to_right(kind):
    made = getattr(cells, kind)("+98 912 345 6789")
    assert f'<bdi dir="ltr" data-kind="{kind}"' in made


def test_the_arabic_percentage_reads_from_right_to_left():
    assert 'dir="rtl" data-kind="percent"' in cells.percent("٧٢٪")
    assert 'dir="ltr" data-kind="percent"' in cells.percent("۷۲٪")


@pytest.mark.parametrize(
    "shown", ["12,400\u00a0ر.س", "ریال\u00a0۱٬۲۳۵", "1,234.50\u00a0US$", "SAR\u00a0۱۸۵٬۰۰۰٫۵۰", "١٬٢٣٤٫٥٠\u00a0د.إ"]
)
def test_from_right_to_left_the_unit_of_an_amount_follows_its_figure(shown):
    made = cells.money(shown, rtl=True)
    figure, unit = sorted(shown.split("\u00a0"), key=lambda part: not any(letter.isdigit() for letter in part))
    assert re.findall(r"<bdi[^>]*>([^<]*)</bdi>", made) == [figure, unit]
    assert 'dir="rtl"' in made
    assert cells.money(f"−{shown}", rtl=True).count(f'data-kind="money">−{figure}<') == 1
    assert f">{shown}<" in cells.money(shown)


def test_day_and_time_stand_in_isolates_of_their_own():
    assert re.findall(r'data-kind="(\w+)"', cells.moment("٢٠٢٦/١١/٢٤", "١٠:٢٤")) == ["date", "time"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", "//evil.example"])
def test_only_web_addresses_become_links(address):
    assert "href" not in cells.url(address)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Hana Saeed", "HS"),
        ("hana", "H"),
        ("الهام نوروزی", "ا"),
        ("علی Smith", "ع"),
        ("Sara احمدی", "S"),
        ("Kerem Yıldız", "KY"),
        ("  ", "?"),
        ("3M", "M"),
    ],
)
def test_initials_never_join_two_arabic_letters(name, letters):
    assert cells.initials(name) == letters


def test_a_missing_value_is_told_from_an_empty_one():
    for make in (cells.text, cells.email, cells.phone, cells.url, cells.badge, cells.user, cells.note, cells.number):
        assert make(None) == make("") == cells.EMPTY
    assert cells.boolean(False, "yes", "no") != cells.EMPTY
    assert cells.boolean(None, "yes", "no") == cells.EMPTY


class TestRows:
    COLUMNS = (Column("name", "Name", card="title"), Column("amount", "Amount", "number", align_end=True))

    def test_a_row_carries_its_record_and_the_places_of_its_cells(self):
        made = cells.table_rows(self.COLUMNS, [(7, "/c/7", "A & B", ["one", "two"])], "Select {name}")
        assert '<tr data-id="7" data-href="/c/7">' in made
        assert 'aria-label="Select A &amp; B"' in made
        assert '<td class="dw-c1 dw-p-title">one</td>' in made
        assert '<td class="dw-c2 dw-p-none dw-end">two</td>' in made

    def test_without_a_right_to_act_there_is_nothing_to_select(self):
        assert "checkbox" not in cells.table_rows(self.COLUMNS, [(7, "/c/7", "A", ["one", "two"])])

    def test_a_row_must_have_a_cell_for_each_column(self):
        with pytest.raises(ValueError, match="argument"):
            cells.table_rows(self.COLUMNS, [(7, "/c/7", "A", ["one"])])
