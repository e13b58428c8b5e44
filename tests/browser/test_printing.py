"""What comes out of the printer: sheets with numbers, heads on each of them, none left half empty."""

from __future__ import annotations

import re

import pytest

from tests.browser.colleagues import AMIR, EMMA, MAJED
from tests.browser.person import CONTACTS, Person

#: What stands below a sheet on which the body of this page is printed, by the style that is in force.
BELOW = """() => {
  const page = getComputedStyle(document.body).page;
  const rules = [...document.styleSheets].filter((sheet) => sheet.media.mediaText === "print")
    .flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSPageRule);
  const found = rules.filter((rule) => ["", page].includes(rule.selectorText)).flatMap((rule) => [...rule.cssRules]);
  return found.filter((rule) => rule.name === "bottom-center").map((rule) => rule.style.content).filter(Boolean).at(-1);
}"""


def sheets(me: Person) -> int:
    printed = me.page.pdf(prefer_css_page_size=True)
    return max(int(count) for count in re.findall(rb"/Count (\d+)", printed))


@pytest.mark.parametrize(("who", "digits"), [(EMMA, ""), (AMIR, ", persian"), (MAJED, ", arabic-indic")], ids=str)
def test_each_sheet_has_its_number_in_the_readers_digits(live, someone, who, digits):
    me = someone(live, who.name, who.language)
    for address in (CONTACTS, f"{CONTACTS}/board", "/"):
        me.open(address)
        me.page.emulate_media(media="print")
        assert me.page.evaluate(BELOW) == f'counter(page{digits}) " / " counter(pages{digits})', address


def test_the_heads_of_a_board_stand_on_each_sheet_above_its_cards(live, someone):
    me = someone(live, EMMA.name, "en")
    me.open(f"{CONTACTS}/board")
    me.page.emulate_media(media="print")
    heads = me.page.locator(".dw-board-head")
    assert (
        heads.evaluate_all("heads => heads.map((head) => getComputedStyle(head).display)")
        == ["table-header-group"] * heads.count()
    )
    assert sheets(me) > 1


def test_a_long_section_of_a_record_goes_on_upon_the_next_sheet(live, someone):
    me = someone(live, EMMA.name, "en")
    me.open("/")
    note = "\n".join(["Many words"] * 45)
    record = me.make(name="Printed", email="printed@paper.example", note=note)
    me.open(f"{CONTACTS}/{record}")
    me.page.emulate_media(media="print")
    before = sheets(me)
    assert before > 1
    me.page.evaluate("""() => {
      for (const one of document.querySelectorAll(".dw-facts")) one.style.breakInside = "avoid";
    }""")
    assert before < sheets(me)


def test_a_report_by_two_fields_is_printed_whole_and_says_what_it_counts(live, someone):
    me = someone(live, EMMA.name, "en")
    me.open(f"{CONTACTS}/report?group=status&then=source")
    me.page.set_viewport_size({"width": 1047, "height": 730})  # As wide as the sheet.
    me.page.emulate_media(media="print")
    assert me.page.evaluate("getComputedStyle(document.body).page") == "wide"
    box = me.page.locator(".dw-report-box")
    table, around = box.locator("table").bounding_box(), box.bounding_box()
    assert table["x"] + table["width"] <= around["x"] + around["width"] + 1
    assert me.page.locator(".dw-cross > caption").bounding_box()["height"] > 10
