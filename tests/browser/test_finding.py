"""Finding people: in any spelling and digits, by address, status and date, several conditions at once, own columns."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.colleagues import EMMA, MAJED, NOURA, SARA, everybody, one_of_each_language
from tests.browser.person import CONTACTS
from tests.browser.spelling import in_digits, is_spelt_otherwise, misspelt

#: One of each language, who may do everything, nothing but look, and something between.
FINDERS = (SARA[0], NOURA, EMMA)
finders = pytest.mark.parametrize("who", FINDERS, ids=str)
CITIES = {"fa": "مشهد", "ar": "جدة", "en": "London"}


@finders
def test_part_of_a_name_in_another_spelling(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open(f"{CONTACTS}?sort=name&limit=200")
    everything = me.matching()
    name = next(name for name in me.names() if is_spelt_otherwise(name, who.language))
    me.search(misspelt(name, who.language))
    expect(me.row(name).first).to_be_visible()
    assert 0 < me.matching() < everything


@finders
def test_part_of_a_phone_in_other_digits(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open(CONTACTS)
    # Other tests of this site make contacts, some without a phone and some with the same one.
    row = me.rows().filter(has=page.locator("[data-kind=phone]")).first
    name, phone = row.locator(".dw-name-link").inner_text(), row.locator("[data-kind=phone]").inner_text()
    me.search(in_digits(phone, who.other_digits)[-6:])
    expect(me.row(name).first).to_be_visible()
    assert me.matching() < 25
    page.locator("#list-q").fill("")
    expect(page.locator("#list")).not_to_have_attribute("data-matching", re.compile(r"^\d$"))


@everybody
def test_by_address_and_status_together_until_the_chips_are_taken_off(live, someone, who):
    me, city = someone(live, who.name, who.language), CITIES[who.language]
    page = me.open(f"{CONTACTS}?fields=name,city,status")
    everything = me.matching()
    me.add_condition("city", operator="contains", value=city)
    expect(me.chips()).to_have_count(1)
    expect(me.chips()).to_contain_text(city)
    in_city = me.matching()
    assert 0 < in_city < everything
    assert all(city in text for text in me.rows().locator(".dw-c2").all_inner_texts())

    # The numbers on the statuses are those of the rows in this city, and add up.
    links = page.locator(".dw-status-link")
    counts = [int(in_digits(text, "latn")) for text in links.locator("span").all_inner_texts()]
    assert counts[0] == in_city == sum(counts[1:])
    status = next(index for index in range(1, 5) if counts[index])
    links.nth(status).click()
    expect(me.chips()).to_have_count(2)
    expect(page.locator("#list")).to_have_attribute("data-matching", str(counts[status]))
    badges = set(me.rows().locator(".dw-badge").all_inner_texts())
    assert len(badges) == 1

    me.chips().first.locator("[data-remove]").click()
    expect(me.chips()).to_have_count(1)
    me.chips().first.locator("[data-remove]").press("Delete")
    expect(me.chips()).to_have_count(0)
    expect(page.locator("#list")).to_have_attribute("data-matching", str(everything))


@pytest.mark.parametrize("who", [MAJED], ids=str)
def test_a_condition_on_several_values_and_on_a_related_record(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open(CONTACTS)
    everything = me.matching()
    me.add_condition("status", choices=("new", "lost"))
    expect(me.chips()).to_have_count(1)
    some = me.matching()
    assert 0 < some < everything
    me.add_condition("company_id.country", operator="empty")
    page.locator(".dw-clear").click()
    expect(page.locator("#list")).to_have_attribute("data-matching", str(everything))


# The sample's contacts are dated over the last fourteen months, so the last year holds some of them in any calendar.
@one_of_each_language
def test_dates_by_presets_in_ones_own_calendar(live, someone, who):
    me = someone(live, who.name, who.language)
    for period in ("last_7_days", "last_month", "last_year"):
        page = me.open(f"{CONTACTS}?fields=name,created_at&sort=created_at")
        everything = me.matching()
        me.add_condition("created_at", operator="period", value=period)
        found = me.matching()
        assert 0 < found < everything, period
    first = in_digits(me.rows().first.locator("[data-kind=date], time").first.inner_text().split()[0], "latn")
    today = page.evaluate(
        "calendar => new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {year: 'numeric'}).format(new Date())",
        {"jalali": "persian", "gregorian": "gregory"}[who.calendar],
    )
    assert str(int(in_digits(today, "latn")[:4]) - 1) in first


@one_of_each_language
def test_dates_typed_in_ones_own_calendar_and_digits(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open(CONTACTS)
    everything = me.matching()
    start = {"jalali": "۱۳۶۰/۰۱/۰۱", "gregorian": "١٩٨١/٠٣/٢١" if who.language == "ar" else "21/03/1981"}[who.calendar]
    form = me.menu("filters").locator("form")
    form.locator("[data-filter-field]").select_option("birth_date")
    form.locator("[data-filter-op]").select_option("between")
    form.locator("#filter-from").fill(start)
    form.locator("[type=submit]").click()
    expect(me.chips()).to_have_count(1)
    assert "birth_date__gte=1981-03-21" in me.page.url
    expect(me.chips()).to_contain_text(re.compile("۱۳۶۰|١٩٨١|1981"))
    younger = me.matching()
    assert 0 < younger < everything

    # Another condition as an alternative to it: both stand in one frame, and more is found.
    form = me.menu("filters").locator("form")
    form.locator("[data-filter-field]").select_option("birth_date")
    form.locator("[data-filter-op]").select_option("empty")
    form.locator("[data-filter-beside]").select_option(index=1)
    form.locator("[type=submit]").click()
    expect(me.page.locator(".dw-chips-any .dw-chip")).to_have_count(2)
    assert "any1.birth_date__gte=1981-03-21" in me.page.url
    assert younger < me.matching() < everything


@pytest.mark.parametrize("who", [EMMA], ids=str)
def test_a_chosen_column_is_there_after_signing_in_again_and_nobody_elses(live, someone, who):
    me = someone(live)
    page = me.open("/login")
    me.sign_in(who.name)
    me.open(CONTACTS)
    heads = page.locator("thead th[scope=col]:not(.dw-pick)")
    expect(heads).to_have_count(7)
    chooser = me.menu("columns")
    chooser.locator("[value=city]").check()
    chooser.locator("[type=submit]:not([name=reset])").click()
    expect(heads).to_have_count(8)
    me.menu("own-menu").locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login")
    me.sign_in(who.name)
    me.open(CONTACTS)
    expect(heads).to_have_count(8)
    me.menu("columns").locator("[name=reset]").click()
    expect(heads).to_have_count(7)


@one_of_each_language
def test_sorting_and_pages(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open(f"{CONTACTS}?limit=25")
    page.locator("thead .dw-sort").first.click()
    expect(page.locator("thead th[aria-sort=ascending]")).to_have_count(1)
    first_page = me.names()
    page.locator(".dw-pager [rel=next]").click()
    expect(page.locator(".dw-pager [aria-current=page]")).to_have_text(
        {"arabext": "۲", "arab": "٢", "latn": "2"}[who.digits]
    )
    assert not set(first_page) & set(me.names())
    page.go_back()
    expect(me.rows().first.locator(".dw-name-link")).to_have_text(first_page[0])


@pytest.mark.parametrize("who", [EMMA], ids=str)
def test_nothing_found_says_so_and_offers_to_clear(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open(f"{CONTACTS}?city=%D9%86%D8%A7%DA%A9%D8%AC%D8%A7")
    expect(page.locator(".dw-empty-no_match")).to_be_visible()
    page.locator(".dw-empty a").click()
    expect(me.rows().first).to_be_visible()


@pytest.mark.parametrize("who", SARA[:1], ids=str)
def test_search_over_everything(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open(CONTACTS)
    name = me.names()[0]
    page.locator("[data-global-search] input").fill(name)
    hit = page.locator("#search-results [role=option]").filter(has_text=name).first
    expect(hit).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)


@pytest.mark.parametrize("who", [SARA[0], EMMA], ids=str)
def test_a_pin_tells_the_whole_name_and_address(live, someone, who):
    """A bubble as narrow as its shortest line cut both."""
    me = someone(live, who.name, who.language)
    me.open("/")
    name = "A customer whose name is rather long"
    record = me.make(name=name, email=f"pin.{who}@example.com", latitude="35.7", longitude="51.4",
                     address="Number 227 of a street with a long name")  # fmt: skip
    me.open(f"{CONTACTS}/map?id__in={record}")
    me.page.locator(".leaflet-marker-icon:visible").first.click()
    bubble = me.page.locator(".leaflet-popup-content")
    expect(bubble).to_contain_text(name)
    cut = bubble.locator(".dw-cut").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length")  # fmt: skip
    assert cut == 0


@pytest.mark.parametrize("who", [SARA[0], EMMA], ids=str)
def test_a_long_address_keeps_to_its_line_and_is_read_by_pointing_at_it(live, someone, who):
    me = someone(live, who.name, who.language, viewport={"width": 1280, "height": 800})
    me.open("/")
    address = f"an.address.that.no.column.is.wide.enough.for.{who.language}@mail.example.com"
    record = me.make(name="Long address", email=address)
    me.open(f"{CONTACTS}?id__in={record}")
    cell = me.page.locator("tbody [data-kind=email]").first
    assert cell.bounding_box()["height"] < 30, "one line"
    cell.hover(position={"x": 60, "y": 5})
    expect(cell).to_have_attribute("title", address)


def test_what_has_a_value_is_found_as_well_as_what_has_none_or_another_one(live, someone):
    me = someone(live, EMMA.name, "en")
    me.open(CONTACTS)
    everything, found = me.matching(), {}
    for operator, told in (("empty", "is empty"), ("filled", "is not empty")):
        me.add_condition("birth_date", operator=operator)
        expect(me.chips()).to_have_text(re.compile(rf"Birth date:\s*{told}"))
        found[operator] = me.matching()
        me.page.locator(".dw-conditions [data-remove]").first.click()
        expect(me.chips()).to_have_count(0)
    assert found["empty"] + found["filled"] == everything
    assert found["empty"]
    assert found["filled"]

    form = me.menu("filters").locator("form")
    form.locator("[data-filter-field]").select_option("country")
    form.locator("[data-filter-op]").select_option("ne")
    me.pick(form, "United Kingdom")
    form.locator("[type=submit]").click()
    expect(me.chips()).to_contain_text("is not United Kingdom")
    britons = live.one("SELECT count(*) FROM contacts_contact c JOIN core_user u ON u.id = c.owner_id "
                       "WHERE c.country = 'GB' AND c.deleted_at IS NULL AND u.email LIKE 'emma.%'")  # fmt: skip
    assert me.matching() == everything - britons


def test_a_choice_is_also_found_where_nothing_is_chosen_by_itself_or_beside_values(live, someone):
    me = someone(live, EMMA.name, "en")
    me.open("/")
    me.make(name="From nowhere", email="nowhere@source.example")
    me.open(CONTACTS)
    everything, found = me.matching(), {}
    for choices in (("exhibition",), ("",), ("exhibition", "")):
        form = me.menu("filters").locator("form")
        form.locator("[data-filter-field]").select_option("source")
        for choice in choices:
            form.locator(f"[data-value][value='{choice}']" if choice else "[data-unset]").check()
        before = me.page.url
        form.locator("[type=submit]").click()
        me.page.wait_for_url(lambda address, before=before: address != before)
        expect(me.chips()).to_have_count(len(choices))
        expect(me.chips().last).to_have_text(re.compile("Not set" if "" in choices else "Exhibition"))
        found[choices] = me.matching()
        for _chip in choices:
            left = me.chips().count()
            me.page.locator(".dw-conditions [data-remove]").first.click()
            expect(me.chips()).to_have_count(left - 1)
    assert me.matching() == everything
    assert found[("exhibition", "")] == found[("exhibition",)] + found[("",)]
    assert all(found.values())


def test_whoever_deletes_a_record_comes_back_to_the_list_he_opened_it_from(live, someone):
    me = someone(live, EMMA.name, "en")
    me.open("/")
    record = me.make(name="Soon deleted", email="soon@deleted.example")
    me.open(f"{CONTACTS}?q=deleted.example&sort=name")
    me.row("Soon deleted").locator(".dw-name-link").click()
    expect(me.page.locator("[data-neighbours]")).to_be_visible()
    me.menu("record-menu").get_by_text("Delete", exact=True).click()
    me.page.wait_for_url(f"**{CONTACTS}?q=deleted.example&sort=name")
    assert me.matching() == 0
    me.toast().get_by_text("Undo").click()
    me.page.wait_for_url(f"**{CONTACTS}/{record}")
