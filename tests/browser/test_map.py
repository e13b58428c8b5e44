"""A map whose tiles do not come says so, and draws what needs none."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.colleagues import MAJED
from tests.browser.person import CONTACTS


def test_a_map_without_its_tiles_says_so_and_goes_on(live, someone):
    me = someone(live, MAJED.name, MAJED.language)
    # As the page comes where an address of tiles is set, before its scripts begin.
    me.page.add_init_script("""document.addEventListener("readystatechange", () => {
        const map = document.querySelector("[data-map]");
        if (map) map.dataset.tiles = `${location.origin}/no-tiles/{z}/{x}/{y}.png`;
    }, { once: true })""")
    me.open(f"{CONTACTS}/map")
    expect(me.page.locator(".dw-map-notice")).to_have_text("تعذر تحميل بلاطات الخريطة. يظهر بدلًا منها مخطط اليابسة.")
    expect(me.page.locator(".dw-map canvas").first).to_be_visible()
    expect(me.page.locator(".dw-map-group, .dw-map-pin").first).to_be_visible()
