"""What stands beside a name in searches and pickers: the email, else the phone, or that of them that was asked for."""

from __future__ import annotations

import re

import pytest

from core.actor import HIDDEN
from core.testing import Client, Site
from tests.core.kernel.test_field_rights import narrow_user

PATH = "/contacts/contact"


@pytest.fixture
def client(site: Site) -> Client:
    api = site.api()
    api.create("contacts.contact", name="Sara One", email="sara@example.com", phone="+989123456789")
    api.create("contacts.contact", name="Sara Two", phone="+989351112233")
    return site.client()


def found(client: Client, asked: str) -> dict[str, str]:
    page = client.get(f"/search?q={asked}").text
    told = r'dw-hit-title">([^<]*)</bdi>(?:<bdi class="dw-hit-detail [^"]*">(.*?)</bdi>)?</span></a>'
    return {name: re.sub(r"<[^>]*>", "", detail) for name, detail in re.findall(told, page)}


def offered(client: Client, asked: str) -> dict[str, str]:
    return {one["title"]: one.get("subtitle", "") for one in client.get(f"{PATH}/options?q={asked}").get_json()["data"]}


@pytest.mark.parametrize("ask", [found, offered])
def test_a_record_without_an_email_shows_its_phone(client: Client, ask) -> None:
    assert ask(client, "sara") == {"Sara One": "sara@example.com", "Sara Two": "+98 935 111 2233"}
    assert ask(client, "0912345") == {"Sara One": "+98 912 345 6789"}
    assert ask(client, "one example") == {"Sara One": "sara@example.com"}


@pytest.mark.parametrize("ask", [found, offered])
def test_a_field_that_is_hidden_from_the_reader_stands_beside_no_name(site: Site, client: Client, ask) -> None:
    reader = site.client(narrow_user(site, {"email": HIDDEN}))
    assert ask(reader, "sara") == {"Sara One": "+98 912 345 6789", "Sara Two": "+98 935 111 2233"}
