"""An administrator adds a field on the page: its key, choices by keyboard, the live preview, and nothing axe minds."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.colleagues import SARA, administrator
from tests.support.browser_checks import accessibility_problems, page_problems

NEW = "/settings/fields/contacts.company/new"


@administrator
def test_the_form_is_accessible_and_fits_every_width(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open(f"{NEW}?type=choice")
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page_problems(page, who.language) == [], width
    assert accessibility_problems(page, looks=who.language == "fa") == []


def test_a_choice_list_is_made_with_the_keyboard_and_seen_before_it_is_saved(live, someone):
    me = someone(live, SARA[0].name, "en")
    page = me.open(NEW)
    expect(page.locator("[data-part=choices]")).to_be_hidden()
    page.check("input[name=type][value=choice]", force=True)
    expect(page.locator("[data-part=choices]")).to_be_visible()
    page.fill("#label_en", "Shirt size")
    expect(page.locator("#key")).to_have_value("shirt_size")
    page.fill("#label_ar", "مقاس القميص")
    rows = page.locator("tr[data-choice]")
    for place, (english, arabic) in enumerate((("Small", "صغير"), ("Large", "كبير"))):
        rows.nth(place).locator("[name$='label.en']").fill(english)
        rows.nth(place).locator("[name$='label.ar']").fill(arabic)
    page.click("[data-choice-add]")
    expect(rows).to_have_count(4)
    rows.nth(3).locator("[name$='label.en']").fill("Huge")
    rows.nth(3).locator("[data-choice-grip]").press("ArrowUp")
    rows.nth(2).locator("[data-choice-grip]").press("ArrowUp")
    rows.nth(1).locator("[data-choice-grip]").press("ArrowUp")
    expect(rows.nth(0).locator("[name$='label.en']")).to_have_value("Huge")
    preview = page.locator("[data-preview-box]")
    expect(preview).to_contain_text("Shirt size")
    page.check("input[name=preview_language][value=ar]", force=True)
    expect(preview.locator(".dw-preview")).to_have_attribute("dir", "rtl")
    expect(preview).to_contain_text("مقاس القميص")
    page.click("button[form=field-form]")
    page.wait_for_url("**/settings/fields*")
    page = me.open("/contacts/company/new")
    offered = page.locator("select[name='custom.shirt_size'] option").all_inner_texts()
    assert [text.strip() for text in offered][1:] == ["Huge", "Small", "Large"]
    page = me.open("/settings/fields/contacts.company/shirt_size")
    page.get_by_role("button", name="Retire field").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire field").click()
    page.wait_for_url("**/settings/fields*")


POST = """async ([address, values]) => {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const body = new URLSearchParams(values);
  const answer = await fetch(address, {method: "POST", body, headers: {"X-CSRFToken": token}});
  return answer.status;
}"""


def test_files_addresses_and_several_choices_are_filled_on_a_phone(live, someone):
    who = SARA[1]
    me = someone(live, who.name, who.language)
    page = me.open(NEW)
    keys = [f"new_{kind}" for kind in ("multichoice", "address", "duration", "file", "image")]
    for key in keys:
        values = [["type", key[4:]], ["key", key], ["label_en", key], ["label_ar", "حقل"], ["label_fa", "فیلد"]]
        if key == "new_multichoice":
            for row in ("new-1", "new-2"):
                values += [["choice", row], [f"choice.{row}.label.en", row], [f"choice.{row}.active", "1"]]
        assert page.evaluate(POST, [NEW, values]) == 200, key
    page = me.open("/contacts/company/new")
    several, place, length, paper, face = (f"custom.{key}" for key in keys)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page_problems(page, who.language) == [], width
    assert accessibility_problems(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    page.fill("[name=name]", "Filled")
    for box in page.locator(f"input[name='{several}']").all():
        box.check()
    page.fill(f"[name='{place}']", "شارع العليا ۱۲")
    page.fill(f"[name='{place}__city']", "الرياض")
    page.fill(f"[name='{length}']", "۱:۳۰")
    given = {"name": "عقد.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.locator(f"[data-field='{paper}'] input[type=file]").set_input_files(given)
    expect(page.locator(f"[data-field='{paper}'] [data-upload-name]")).to_contain_text("عقد.pdf")
    wrong = {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg/>"}
    page.locator(f"[data-field='{face}'] input[type=file]").set_input_files(wrong)
    expect(page.locator(f"[data-field='{face}'] [data-upload-state]")).to_contain_text("PNG")
    page.click("[data-save]")
    page.wait_for_url(re.compile(r"/contacts/company/\d+"))
    for shown in ("عقد.pdf", "الرياض"):
        expect(page.locator("main")).to_contain_text(shown)
    with page.expect_download() as fetched:
        page.locator(f"a[href$='/file/{paper}']").click()
    assert fetched.value.suggested_filename == "عقد.pdf"
    for key in keys:
        assert page.evaluate(POST, [f"/settings/fields/contacts.company/{key}/retire", []]) == 200


def test_a_choice_that_follows_another_one_offers_what_fits_and_says_what_it_took_out(live, someone):
    me = someone(live, SARA[0].name, "en")
    page = me.open("/settings/fields/contacts.contact/new?type=choice")
    page.fill("#label_en", "Next step")
    page.locator("[name='choice.new-1.label.en']").fill("Call")
    page.locator("[name='choice.new-2.label.en']").fill("Visit")
    page.select_option("#follows", "status")
    page.locator("tr[data-choice]").nth(1).locator("summary").press("Enter")
    page.locator("[name='choice.new-2.when'][value=new]").press("Space")
    expect(page.locator("[data-choice-when-told]").nth(1)).to_have_text("New")
    page.click("button[form=field-form]")
    page.wait_for_url("**/settings/fields*")
    page = me.open("/contacts/contact/new")
    step = page.locator("select[name='custom.next_step']")
    page.select_option("[name=status]", "new")
    step.select_option("visit")
    page.select_option("[name=status]", "lost")
    expect(step).to_have_value("")
    expect(page.locator("[data-field='custom.next_step'] [role=status]")).to_contain_text("“Visit”")
    assert step.locator("option:not([disabled])").evaluate_all("all => all.map((one) => one.value)") == ["", "call"]
    assert page.evaluate(POST, ["/settings/fields/contacts.contact/next_step/retire", []]) == 200
