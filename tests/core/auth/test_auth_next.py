"""After signing in one lands on a page of this site, whatever the address said (SEC-42)."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.auth.login import safe_next

SITE = "https://crm.example.com/login"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example", "https:evil.example", "https:/evil.example", "https://evil.example",
        "http://crm.example.com@evil.example/", "//crm.example.com@evil.example", "//user:pass@evil.example",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "mailto:x@evil.example",
        "%2f%2fevil.example", "/%2fevil.example", "/%2f%2fevil.example", "/%5cevil.example", "%5c%5cevil.example",
        "/%252fevil.example", "/%255cevil.example", "/%25252fevil.example",
        "\t//evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\n//evil.example",
        " //evil.example", "/ /evil.example", "/%09/evil.example", "/%0a/evil.example", "/%0d%0aSet-Cookie:x=1",
        "/contacts\r\nSet-Cookie: x=1", "/\x00/evil.example", "/%00/evil.example", "/\u200b/evil.example",
        "/\u2028/evil.example", "//еvil.example", "/／evil.example", "／／evil.example", "/＼evil.example",
        "//evil。example", "/%EF%BC%8Fevil.example", "/\u00a0/evil.example", "/\u202e/evil.example",
        "evil.example", "contacts/contact", "?next=/", "#x", "", None, ".", "..", "/a//evil.example",
        "/" + "a" * 3000, "/contacts?q=a\nb",
    ],
)  # fmt: skip
def test_foreign_targets_lead_home(target):
    assert safe_next(target) == "/"


@pytest.mark.parametrize(
    "target",
    [
        "/", "/contacts/contact", "/contacts/contact?country=IR&sort=-name", "/contacts/contact/7/edit#phone",
        "/contacts/contact?q=سارة الحربي", "/contacts/contact?q=https://example.com//x", "/settings/me",
        "/contacts/contact?q=%D8%B3%2F%2F", "/reports?period=this_month&x=a%20b", "/contacts/contact?email=a@b.com",
    ],
)  # fmt: skip
def test_own_pages_are_kept(target):
    assert safe_next(target) == target


@pytest.mark.parametrize("target", ["/login", "/login?next=/x", "/logout", "/login/"])
def test_one_does_not_land_on_the_login_again(target):
    assert safe_next(target) == "/"


@given(st.text(alphabet="/\\%2fF5cC09aA.:@?# \t\r\n\x00evilhtps／＼。​", max_size=24))
def test_no_target_leaves_the_site(target):
    found = safe_next(target)
    assert found.startswith("/")
    for reading in (found, found.replace("\\", "/"), found.replace("\t", "").replace("\n", "").replace("\r", "")):
        assert urlsplit(urljoin(SITE, reading)).netloc == "crm.example.com"
