"""First steps on a newcomer's dashboard: by right, ticked off by what there is, put away by whoever has seen them."""

import re


def _steps(client):
    """{what a step leads to or "" for one that is done: its name}."""
    page = client.get("/").get_data(as_text=True)
    step = r'<li class="dw-start-step( is-done)?">.*?(?:href="([^"]+)".*?)?dw-start-name">([^<]+)'
    found = re.findall(step, page, re.S)
    return {name: "" if done else href for done, href, name in found}


def test_steps_tick_themselves_off_and_are_shown_by_right(site):
    administrator, sales = site.client(), site.client(site.user("sales@example.com", "sales_representative"))
    reader = site.client(site.user("reader@example.com", "read_only"))
    assert _steps(administrator) == {
        "Set up the organisation": "/settings/setup", "Import your customers": "/contacts/contact/import",
        "Add a contact": "/contacts/contact/new", "Add a colleague": "", "Add a field of your own": "/settings/fields",
        "Choose your own language and calendar": "/settings/me"}  # fmt: skip
    assert set(_steps(reader)) == {"Choose your own language and calendar"}
    assert "Add a colleague" not in _steps(sales)

    site.api().create("contacts.contact", name="Sara", email="sara@example.com")
    site.add_field("contacts.contact", "size")
    administrator.post("/settings/setup", {"intent": "skip"})
    administrator.post("/settings/me", {"intent": "settings", "name": "Admin", "language": "en", "first_steps": "1"})
    assert [name for name, href in _steps(administrator).items() if href] == ["Import your customers"]
    assert _steps(sales)["Add a contact"], "a colleague's contact is none of the representative's"

    assert administrator.post("/first-steps", {"show": "0"}).status_code == 303
    assert _steps(administrator) == {}
    assert _steps(sales), "they are put away for oneself"
    administrator.post("/first-steps?show=1")
    assert _steps(administrator)
