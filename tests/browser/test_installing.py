"""A phone or a desktop takes Diwan among its own programs: the browser finds nothing that is missing."""

from __future__ import annotations

import io
import json

from PIL import Image


def test_the_browser_finds_all_that_a_program_of_its_own_needs(live, someone):
    me = someone(live, language="fa", locale="fa-IR")
    page = me.open("/login")
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert (manifest["name"], manifest["lang"], manifest["dir"]) == ("دیوان", "fa", "rtl"), "nobody is signed in here"
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    drawn = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    touch = page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    for address, sizes in [(icon["src"], icon["sizes"]) for icon in drawn] + [(touch, "180x180")]:
        with Image.open(io.BytesIO(page.request.get(f"{live.address}{address}").body())) as icon:
            assert "x".join(map(str, icon.size)) == sizes
    assert "maskable" in {icon.get("purpose") for icon in drawn}
