"""Creating, changing, deleting and taking back: in the panel, on the record's page and in two browsers at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.colleagues import EMMA, MAJED, NOURA, SARA, administrator, one_of_each_language, writers
from tests.browser.person import CONTACTS
from tests.browser.spelling import in_digits

NAMES = {"fa": "کیانوش زرین‌کلک", "ar": "هيثم الزرقاوي", "en": "Theodora Quickstep"}


def _email(who, test):
    return f"{test}.{who.name}.{who.language}@peyk.example"


@writers
def test_creating_in_the_panel_with_a_wrong_and_then_a_right_entry(live, someone, who):
    me, name = someone(live, who.name, who.language), NAMES[who.language]
    page = me.open(f"{CONTACTS}?status=lost")
    opener = page.locator("[data-create]:visible")
    me.start_creating()
    me.field("name").fill(name)
    me.field("email").fill("no-address@nowhere")
    me.field("note").fill("‏سطر ۱\nline 2")
    me.save()
    expect(me.errors_of("email")).to_have_count(1)
    expect(me.field("name")).to_have_value(name)
    expect(me.field("email")).to_have_value("no-address@nowhere")
    expect(me.field("note")).to_have_value(re.compile("line 2"))
    expect(me.panel.locator("[data-errors] summary")).to_be_visible()

    me.field("email").fill(_email(who, "made"))
    me.field("phone").fill({"arab": "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "arabext": "۰۹۱۲ ۳۴۵ ۶۷۸۹"}.get(who.digits, "+44 7400 123456"))
    me.save()
    expect(me.toast().locator("a")).to_have_attribute("href", re.compile(rf"^{CONTACTS}/\d+$"))
    expect(page.locator("dialog.dw-panel[open]")).to_have_count(0)
    # It is not lost, and yet stands before the others: whoever made it sees it.
    expect(me.rows().first.locator(".dw-name-link")).to_have_text(name)
    expect(page).to_have_url(f"{live.address}{CONTACTS}?status=lost")
    expect(opener).to_be_focused()
    stored = live.rows("SELECT phone, kind FROM contacts_contact WHERE email = :email", email=_email(who, "made"))
    assert [tuple(row) for row in stored] == [
        ({"arab": "+966501234567", "arabext": "+989123456789"}.get(who.digits, "+447400123456"), "business")
    ]


@writers
def test_changing_in_place_and_the_history_of_it(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open("/")
    record = me.make(name=NAMES[who.language], email=_email(who, "changed"), phone="+447400111222")
    page = me.open(f"{CONTACTS}/{record}")
    me.change_fact(
        "phone", {"arab": "٠٠٤٤ ٧٤٠٠ ٣٣٣٤٤٤", "arabext": "+۴۴ ۷۴۰۰ ۳۳۳۴۴۴"}.get(who.digits, "+44 7400 333444")
    )
    expect(me.fact("phone").locator("[data-kind=phone]")).to_be_visible()
    assert in_digits(me.fact("phone").locator("[data-kind=phone]").inner_text(), "latn") == "447400333444"
    me.choose_in_head("status", "converted")
    converted = {"fa": "تبدیل‌شده", "ar": "تم التحويل", "en": "Converted"}[who.language]
    status = page.locator("[data-inline-menu*='/field/status']")
    expect(status.locator("[data-inline-value]")).to_have_text(converted)
    # The button is the badge: it has the new hue, and no other badge inside.
    expect(status).to_have_class(re.compile("dw-hue-green"))
    expect(status.locator(".dw-badge")).to_have_count(0)
    expect(status).to_have_attribute("aria-label", re.compile(f": {converted}"))

    expect(me.history()).to_have_count(3)
    newest = me.history().first
    expect(newest).to_contain_text(
        {
            "sara.ahmadi": "سارا احمدی",
            "majed.alshehri": "ماجد الشهري",
            "emma.whitcombe": "Emma Whitcombe",
            "amir.rastegar": "امیر رستگار",
        }[who.name]
    )
    expect(newest.locator(".dw-old")).to_have_text({"fa": "جدید", "ar": "جديدة", "en": "New"}[who.language])
    expect(newest.locator(".dw-new")).to_have_text(
        {"fa": "تبدیل‌شده", "ar": "تم التحويل", "en": "Converted"}[who.language]
    )
    page.reload()
    expect(me.history()).to_have_count(3)


@administrator
def test_giving_a_contact_to_a_colleague(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open("/")
    page = me.open(f"{CONTACTS}/{me.make(name=NAMES[who.language], email=_email(who, 'given'))}")
    page.locator("[data-owner]").click()
    menu = page.locator(".dw-inline-menu")
    expect(menu).to_be_visible()
    if menu.locator("[data-picker]").count():
        me.pick(menu, "Emma")
    else:
        menu.locator("[role=menuitemradio]", has_text="Emma").click()
    expect(page.locator("[data-owner]")).to_contain_text("Emma Whitcombe")
    expect(me.history().first.locator(".dw-new")).to_contain_text("Emma Whitcombe")


@pytest.mark.parametrize("who", [EMMA], ids=str)
def test_nobody_without_the_right_gives_a_contact_away(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open("/")
    record = me.make(name=NAMES[who.language], email=_email(who, "kept"))
    page = me.open(f"{CONTACTS}/{record}")
    expect(page.locator(".dw-record-owner")).to_be_visible()
    assert page.locator("[data-owner]").count() == 0
    answer = page.request.get(f"{live.address}{CONTACTS}/{record}/field/owner_id?as=menu")
    assert answer.status == 403


@one_of_each_language
def test_a_tag_is_made_in_place(live, someone, who):
    me, tag = someone(live, who.name, who.language), f"{NAMES[who.language].split()[0]}-{who.name[:4]}"
    me.open("/")
    page = me.open(f"{CONTACTS}/{me.make(name=NAMES[who.language], email=_email(who, 'tagged'))}")
    me.fact("tags").locator("[data-inline-open]").click()
    me.pick(me.fact("tags"), tag, create=True)
    expect(me.fact("tags").locator(".ts-control .item")).to_contain_text(tag)
    me.fact("tags").locator("form [type=submit]").click()
    expect(me.fact("tags").locator("form")).to_have_count(0)
    expect(me.fact("tags").locator(".dw-tag")).to_contain_text(tag)
    page.reload()
    expect(me.fact("tags").locator(".dw-tag")).to_contain_text(tag)

def test_many_get_a_tag_that_is_made_while_it_is_given(live, someone):
    who = SARA[0]
    me = someone(live, who.name, who.language)
    me.open("/")
    record = me.make(name=NAMES[who.language], email=_email(who, "fair"))
    page = me.open(f"{CONTACTS}?q={_email(who, 'fair')}")
    page.locator("[data-select-page]").check()
    page.locator("[popovertarget=bulk-tags]").click()
    me.pick(page.locator("#bulk-tags"), "نمایشگاه پاییز", create=True)
    page.locator("#bulk-tags [type=submit]").click()
    expect(me.toast()).to_be_visible()
    me.open(f"{CONTACTS}/{record}")
    expect(me.fact("tags").locator(".dw-tag")).to_contain_text("نمایشگاه پاییز")


@pytest.mark.parametrize(
    ("calendar", "typed", "again"),
    [
        ("jalali", "۱۳۷۰/۵/۱۲", "۱۳۷۰/۰۵/۱۲"),
        ("gregorian", "۳ اوت ۱۹۹۱", "۱۹۹۱/۰۸/۰۳"),
        ("hijri", "۲۳ محرم ۱۴۱۲", "۱۴۱۲/۰۱/۲۳"),
    ],
)
def test_a_date_is_typed_in_three_calendars_with_local_digits(live, someone, calendar, typed, again):
    me = someone(live, "sara.ahmadi", "fa")
    page = me.open(CONTACTS)
    me.start_creating()
    me.field("name").fill("تاریخ‌دار")
    me.field("email").fill(f"{calendar}@peyk.example")
    field = me.panel.locator("[data-field=birth_date]")
    field.locator("[data-date]").click()
    field.locator(f"[data-calendar='{calendar}']").click()
    me.field("birth_date").fill(typed)
    expect(field.locator("[data-date-hint]")).to_be_visible()
    me.save()
    expect(page.locator("dialog.dw-panel[open]")).to_have_count(0)
    born = live.one("SELECT birth_date FROM contacts_contact WHERE email = :email", email=f"{calendar}@peyk.example")
    assert str(born) == "1991-08-03"
    record = live.one("SELECT id FROM contacts_contact WHERE email = :email", email=f"{calendar}@peyk.example")
    me.open(f"{CONTACTS}/{record}")
    expect(me.fact("birth_date")).to_contain_text("۱۳۷۰/۰۵/۱۲")


@pytest.mark.parametrize("who", [MAJED], ids=str)
def test_a_duplicate_is_told_before_saving(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open(CONTACTS)
    name = me.rows().first.locator(".dw-name-link").inner_text()
    email = me.rows().first.locator("[data-kind=email]").inner_text()
    me.start_creating()
    me.field("email").press_sequentially(email)
    warning = me.panel.locator("[data-duplicates-slot]").first
    expect(warning).to_contain_text(name)
    # It stays in sight when the form comes back with something to mend.
    me.panel.locator("[type=submit]").first.click()
    expect(me.panel.locator("[aria-invalid=true]").first).to_be_visible()
    expect(me.panel.locator("[data-duplicates-slot]").first).to_contain_text(name)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.dw-panel[open]")).to_have_count(0)


@pytest.mark.parametrize("who", [MAJED], ids=str)
def test_deleting_and_taking_it_back(live, someone, who):
    me, name = someone(live, who.name, who.language), f"{NAMES[who.language]} {who.name}"
    me.open("/")
    record = me.make(name=name, email=_email(who, "deleted"))
    page = me.open(f"{CONTACTS}/{record}")
    me.menu("record-menu").locator("form[action$='/delete'] button").click()
    if page.locator("#confirm").is_visible():
        page.locator("#confirm [data-yes]").click()
    page.wait_for_url(f"**{CONTACTS}")
    expect(me.row(name)).to_have_count(0)
    me.toast().locator("form button").click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page).to_have_url(f"{live.address}{CONTACTS}/{record}")
    me.open(CONTACTS)
    expect(me.row(name)).to_have_count(1)


@pytest.mark.parametrize("who", SARA[:1], ids=str)
def test_two_people_change_the_same_field(live, someone, who):
    """Both values stand side by side, and the one chosen is saved."""
    me, other = someone(live, who.name, who.language), someone(live)
    other.open("/login")
    other.sign_in("sara.ahmadi")
    me.open("/")
    record = me.make(name=NAMES[who.language], email=_email(who, "both"), city="A")
    page = me.open(f"{CONTACTS}/{record}")
    page.locator("[data-edit]:visible").click()
    expect(me.panel.locator("form[data-form]")).to_be_visible()
    me.field("city").fill("Mine")
    me.field("note").fill("kept")
    other.open(f"{CONTACTS}/{record}")
    other.change_fact("city", "Theirs")
    me.save()
    versions = me.panel.locator(".dw-version")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("Theirs")
    expect(versions.last).to_contain_text("Mine")
    versions.last.click()
    me.save()
    expect(page.locator("dialog.dw-panel[open]")).to_have_count(0)
    expect(me.fact("city")).to_contain_text("Mine")
    assert [tuple(row) for row in live.rows("SELECT city, note FROM contacts_contact WHERE id = :id", id=record)] == [
        ("Mine", "kept")
    ]


def test_two_people_change_the_same_field_in_place(live, someone):
    me, other = someone(live, "emma.whitcombe", "en"), someone(live, "sara.ahmadi", "en")
    me.open("/")
    record = me.make(name="Contested", email="contested@peyk.example", city="A")
    me.open(f"{CONTACTS}/{record}")
    me.fact("city").locator("[data-inline-open]").click()
    me.fact("city").locator("form input[name=city]").fill("Mine")
    other.open(f"{CONTACTS}/{record}")
    other.change_fact("city", "Theirs")
    me.fact("city").locator("form [type=submit]").click()
    expect(me.fact("city").locator("form")).to_contain_text("Theirs")
    expect(me.fact("city").locator("form")).to_contain_text("Mine")
    expect(me.fact("city").locator("form")).to_contain_text("سارا احمدی")


    # In its cell of the list: first what is wrong, then what the other one saved meanwhile.
    page = me.open(f"{CONTACTS}?q=contested@peyk.example&columns=name,email,city,status")
    cell = me.row("Contested").locator(".dw-c3")
    cell.hover()
    cell.locator(".dw-cell-pencil").click()
    editor = page.locator(".dw-cell-editor")
    editor.locator("[name=city]").fill("Mine in the list")
    other.change_fact("city", "Theirs again")
    page.locator("h1").click()
    expect(editor.locator("[name=city]")).to_have_value("Mine in the list")
    editor.locator("[type=submit]").click()
    expect(editor).to_contain_text("Theirs again")
    editor.locator("[type=submit]").click()
    expect(cell.locator(".dw-cut")).to_have_text("Mine in the list")

    # By the keyboard alone: to the cell before, a wrong address, Escape; then the status from its menu.
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F2")
    editor.locator("[name=email]").fill("no address")
    page.keyboard.press("Enter")
    expect(editor.locator(".dw-error-text:visible")).to_have_count(1)
    expect(editor.locator("[name=email]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(editor.locator("[aria-checked=true]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(editor).to_have_count(0)
    expect(cell.locator("xpath=following-sibling::td[1]")).to_contain_text("In progress")
    stored = live.rows("SELECT email, city, status FROM contacts_contact WHERE id = :id", id=record)
    assert [tuple(row) for row in stored] == [("contested@peyk.example", "Mine in the list", "in_progress")]


def test_what_was_typed_survives_closing_the_panel(live, someone):
    me = someone(live, "emma.whitcombe", "en")
    page = me.open(CONTACTS)
    me.start_creating()
    me.field("name").fill("Half typed")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.dw-panel[open]")).to_have_count(0)
    me.start_creating()
    me.panel.locator("[data-draft-restore]").click()
    expect(me.field("name")).to_have_value("Half typed")
    me.panel.locator("[data-close]").first.click()


class TestReadingOnly:
    def test_no_way_to_change_is_shown(self, live, someone):
        me = someone(live, NOURA.name, "ar")
        page = me.open(CONTACTS)
        expect(me.rows().first).to_be_visible()
        for nothing in (
            "[data-create]",
            ".dw-fab",
            "[popovertarget=quick-create]",
            "[data-bulk-bar]",
            "a[href$='/import']",
        ):
            assert page.locator(nothing).count() == 0, nothing
        me.rows().first.locator(".dw-name-link").click()
        expect(page.locator(".dw-record-head h1")).to_be_visible()
        for nothing in (
            "[data-edit]",
            "[data-inline]",
            "[data-inline-menu]",
            "form[action$='/delete']",
            "[data-owner]",
        ):
            assert page.locator(nothing).count() == 0, nothing

    def test_addresses_by_hand_are_refused_in_words(self, live, someone):
        me = someone(live, NOURA.name, "ar")
        for path in (
            f"{CONTACTS}/new",
            f"{CONTACTS}/1/edit",
            f"{CONTACTS}/import",
            "/settings/users",
            "/settings/roles",
            "/settings/log",
            "/settings/general",
        ):
            page = me.open(path)
            expect(page.locator(".dw-error-page h1"), path).to_be_visible()
            expect(page.locator("html")).to_have_attribute("dir", "rtl")
            page.locator(".dw-error-page .dw-btn").first.click()
            expect(page, path).to_have_url(f"{live.address}/")


@pytest.mark.parametrize("who", SARA[:1], ids=str)
def test_following_up_in_the_tab_of_a_record(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open("/")
    record = me.make(name=NAMES[who.language], email=_email(who, "followed"), phone="+447400111222")
    page = me.open(f"{CONTACTS}/{record}")
    form = page.locator(".dw-tab-form")
    form.locator("[data-save]").click()
    expect(form.locator("[data-field=starts_at] [aria-invalid=true]").first).to_be_visible()
    assert live.rows("SELECT id FROM activities_activity WHERE record_id = :id", id=record) == []
    form.locator("[name=starts_at]").fill("2099-01-02")
    form.locator("[name=starts_at__time]").fill("10:00")
    form.locator("[data-save]").click()
    expect(me.toast()).to_be_visible()
    expect(page.locator(".dw-follow-up .dw-acts-next li")).to_have_count(1)
    expect(page.locator(".dw-head-next a")).to_be_visible()


@one_of_each_language
def test_another_address_becomes_the_main_one_with_its_pin(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open("/")
    record = me.make(name=NAMES[who.language], email=_email(who, "pinned"), city="Shiraz", address="Zand 5",
                     country="IR", latitude="29.6", longitude="52.5")  # fmt: skip
    page = me.open(f"{CONTACTS}/{record}/edit")
    box = page.locator("[data-several=addresses]")
    box.locator("[data-several-add]").click()
    row = box.locator("[data-several-row]")
    row.locator("[name=addresses__city]").fill("Karaj")
    row.locator(".dw-several-label").select_option("warehouse")
    row.locator("[data-pin-open]").click()
    row.locator("[data-pin-map].leaflet-container").click(position={"x": 200, "y": 100})
    pin = row.locator("[data-pin-input]")
    expect(pin).to_have_value(re.compile(r"^-?\d+\.\d{6}, -?\d+\.\d{6}$"))
    picked = tuple(f"{float(part):g}" for part in pin.input_value().split(", "))
    near = [abs(float(part) - main) for part, main in zip(picked, (29.6, 52.5), strict=True)]
    assert max(near) < 10, "the map of a further address opens around the main one"

    row.locator("[data-several-first]").click()
    expect(page.locator("[name=city]")).to_have_value("Karaj")
    expect(row.locator("[name=addresses__city]")).to_have_value("Shiraz")
    expect(pin).to_have_value("29.600000, 52.500000")
    page.locator("[name=address]").fill("Anbar 7")
    page.locator("form [type=submit]:visible").first.click()
    page.wait_for_url(lambda address: address.endswith(f"{CONTACTS}/{record}"))

    told = live.rows("SELECT city, latitude, longitude, addresses FROM contacts_contact WHERE id = :id", id=record)
    [(city, latitude, longitude, addresses)] = told
    assert city == "Karaj"
    assert [latitude / 1e6, longitude / 1e6] == pytest.approx([float(part) for part in picked], abs=1e-3)
    assert "29.6,52.5" in addresses
    where = page.locator("[data-field-name=addresses]")
    page.locator("[data-more-facts]").click()
    where.locator("summary").click()
    expect(where.locator("[data-pin-shown].leaflet-container")).to_be_visible()
