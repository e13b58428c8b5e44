"""The checks of tests/support/browser_checks.py bite: each finds its fault in a page made wrong on purpose."""

from __future__ import annotations

import pytest

from tests.support.browser_checks import accessibility_problems, page_problems

FAULTS = {
    "dir is": '<html lang="ar" dir="ltr"><body>نص',
    "lang is": '<html lang="en" dir="rtl"><body>نص',
    "the page is": '<html lang="ar" dir="rtl"><body><div class="wide">نص</div>',
    "the main menu": '<html lang="ar" dir="rtl"><body><nav class="dw-side at-end">قائمة</nav>',
    "not isolated": '<html lang="ar" dir="rtl"><body><span data-kind="phone">+966 50 123 4567</span>',
    "bidi characters": '<html lang="ar" dir="rtl"><body><bdi dir="ltr" data-kind="code">A\u200f1</bdi>',
    "user text": '<html lang="ar" dir="rtl"><body><span data-user>Ali</span>',
    "will turn round": '<html lang="ar" dir="rtl"><body><bdi dir="ltr" data-kind="date">٢٠٢٦-١١-٢٤</bdi>',
    "texts overlap": '<html lang="ar" dir="rtl"><body><p>الاسم الأول</p><p class="over">الاسم الثاني</p>',
    "outside the window": '<html lang="ar" dir="rtl"><body><p class="dw-toast outside">تم الحفظ</p>',
    "points the wrong way": '<html lang="ar" dir="rtl"><body>'
    '<svg class="dw-icon"><use href="#chevron-right"></use></svg>',
    "must not be mirrored": '<html lang="ar" dir="rtl"><body><svg class="dw-icon flip"><use href="#phone"></use></svg>',
    "letter-spacing": '<html lang="ar" dir="rtl"><body><p class="spaced">نص</p>',
    "slanted": '<html lang="ar" dir="rtl"><body><em>نص</em>',
    "the start is cut off": '<html lang="ar" dir="rtl"><body><div class="narrow"><span class="dw-cut inner" dir="ltr">'
    "Bluewater Marine Equipment</span></div>",
    "the start is cut off: <bdi": '<html lang="ar" dir="rtl"><body><bdi class="line">طلب '
    "Prepare the yearly price list for our customers</bdi>",
    "clipped": '<html lang="ar" dir="rtl"><body><p class="narrow">Bluewater Marine Equipment and more</p>',
    "not aligned alike": '<html lang="ar" dir="rtl"><body><table><thead><tr><th class="end">مبلغ</th></tr></thead>'
    "<tbody><tr><td>١</td></tr></tbody></table>",
    "not translatable": '<html lang="ar" dir="rtl"><body><p>Save</p>',
    "no drawing": '<html lang="ar" dir="rtl"><body><p><svg class="dw-icon"><use href="#nothing"></use></svg>نص',
    "handler in the markup": '<html lang="ar" dir="rtl"><body><p onclick="x()">نص</p>',
    "too small for a finger": '<html lang="ar" dir="rtl"><body><div><button class="tiny">+</button></div>',
}
STYLES = """
body { font-family: Vazirmatn; margin: 0 } .wide { inline-size: 3000px } .over { margin-block-start: -32px }
.at-end { position: fixed; inset-inline-end: 0; inline-size: 60px } .spaced { letter-spacing: 2px }
.outside { position: fixed; inset-inline-start: -60px; inline-size: 100px; margin: 0 }
.flip { transform: scaleX(-1) } .dw-icon { inline-size: 20px; block-size: 20px }
.narrow { inline-size: 80px; overflow: hidden; white-space: nowrap } .end { text-align: end }
.inner { display: block; inline-size: 60px; overflow: hidden; direction: rtl;
  unicode-bidi: normal; text-overflow: ellipsis }
.line { display: block; inline-size: 90px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
td, th { text-align: start } .end { text-align: end } .tiny { inline-size: 10px; block-size: 10px; padding: 0 }
"""
GOOD = '<html lang="ar" dir="rtl"><body><p>نص <bdi dir="ltr" data-kind="phone">+966 50 123 4567</bdi></p>'


@pytest.fixture
def checked(browser):
    """What the checks say of a piece of markup, on a page without a policy of its own."""
    page = browser.new_page(viewport={"width": 360, "height": 700})

    def look(markup: str) -> list[str]:
        page.set_content(f"<!doctype html>{markup}<style>{STYLES}</style>")
        return page_problems(page, "ar", untranslated=True)

    yield look
    page.close()


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_found(checked, sentence):
    assert [problem for problem in checked(FAULTS[sentence]) if sentence in problem]


def test_a_right_page_has_no_problem(checked):
    assert checked(GOOD) == []


@pytest.mark.parametrize(
    ("impacts", "rules"),
    [
        (("serious", "critical"), {"label"}),
        (("moderate",), {"heading-order"}),
        (("minor", "moderate", "critical"), {"heading-order", "label"}),
    ],
)
def test_axe_finds_what_is_as_bad_as_is_asked_for(browser, impacts, rules):
    page = browser.new_page()
    page.set_content("<!doctype html><html lang=en><title>x</title><main><h1>x</h1><h4>y</h4><input></main>")
    found = accessibility_problems(page, impacts)
    page.close()
    assert {problem.partition(" ")[0] for problem in found} == rules
