"""The way in and out, for each colleague in his own language, and for the administrator in all three."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.colleagues import everybody

WORDS = {"fa": ("مخاطبان", "داشبورد"), "ar": ("جهات الاتصال", "لوحة المعلومات"), "en": ("Contacts", "Dashboard")}


class TestSigningIn:
    @everybody
    def test_one_lands_on_the_page_asked_for_in_his_language_and_can_leave(self, live, someone, who):
        me = someone(live)
        page = me.open(f"/contacts/contact?lang={who.language}")
        expect(page).to_have_url(f"{live.address}/login?next=/contacts/contact%3Flang%3D{who.language}")
        me.sign_in(who.name)
        expect(page.locator("h1")).to_have_text(WORDS[who.language][0])
        page.locator(".dw-side [data-key=dashboard]").click()
        expect(page.locator("h1")).to_be_visible()
        me.menu("own-menu").locator("form[action='/logout'] button").click()
        page.wait_for_url("**/login")
        me.open("/contacts/contact")
        expect(page.locator("[name=password]")).to_be_visible()
