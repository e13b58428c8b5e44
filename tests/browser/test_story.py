"""The way in and out, for a colleague of each language."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

PEOPLE = (("sara.ahmadi", "fa"), ("majed.alshehri", "ar"), ("emma.whitcombe", "en"))
everybody = pytest.mark.parametrize(("name", "language"), PEOPLE)
WORDS = {"fa": ("مخاطبان", "داشبورد"), "ar": ("جهات الاتصال", "لوحة المعلومات"), "en": ("Contacts", "Dashboard")}


class TestSigningIn:
    @everybody
    def test_one_lands_on_the_page_asked_for_in_his_language_and_can_leave(self, live, someone, name, language):
        me = someone(live)
        page = me.open(f"/contacts/contact?lang={language}")
        expect(page).to_have_url(f"{live.address}/login?next=/contacts/contact%3Flang%3D{language}")
        me.sign_in(name)
        expect(page.locator("h1")).to_have_text(WORDS[language][0])
        page.locator(".dw-side [data-key=dashboard]").click()
        expect(page.locator("h1")).to_be_visible()
        me.menu("own-menu").locator("form[action='/logout'] button").click()
        page.wait_for_url("**/login")
        me.open("/contacts/contact")
        expect(page.locator("[name=password]")).to_be_visible()
