"""Each page in each language and width keeps the rules of direction and layout, and axe finds nothing serious."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markupsafe import Markup

from tests.support.browser_checks import accessibility_problems, copied_text, page_problems
from tests.support.marked_texts import marked_texts
from tests.ui_static.rendering import render
from tests.ui_static.sample_pages import SAMPLES, sample

LANGUAGES = ("ar", "fa", "en")
WIDTHS = (360, 768, 1280)
BUSIEST = ("list", "record", "role", "log", "me")
#: Pages that differ from another in a few words: one language is enough for them.
VARIANTS = (
    "list-no-match",
    "list-nothing",
    "list-forbidden",
    "login-error",
    "forgot",
    "recovery-codes",
    "dashboard-fresh",
    "error-404",
    "error-500",
)
SCREENS = tuple(name for name in SAMPLES if name not in VARIANTS)


def markup_of(env, name, language, theme="light"):
    template, context = sample(name, language, theme)
    return render(env, template, language, **context)


@pytest.mark.parametrize(
    ("name", "language"),
    [(name, language) for name in SCREENS for language in LANGUAGES] + [(name, "ar") for name in VARIANTS],
)
def test_direction_isolation_and_layout(site, env, name, language):
    page = site.open(markup_of(env, name, language))
    found = {}
    for width in WIDTHS if name in BUSIEST else (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found[width] = page_problems(page, language)
    errors = page.errors
    page.close()
    assert {width: problems for width, problems in found.items() if problems} == {}
    assert errors == []


@pytest.mark.parametrize(
    ("name", "theme", "width"),
    [
        *((name, "light", 1280) for name in SCREENS),
        *((name, "light", 360) for name in BUSIEST),
        *((name, "dark", 1280) for name in (*BUSIEST, "login", "dashboard", "error-403")),
    ],
)
def test_axe_finds_nothing_serious(site, env, name, theme, width):
    page = site.open(markup_of(env, name, "ar", theme), width=width)
    found = accessibility_problems(page)
    page.close()
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_name_of_three_hundred_letters_breaks_nothing(site, env, width):
    name = ("شركة النور للتجارة والمقاولات العامة المحدودة " * 7)[:300]
    known = "نورة عبدالله القحطاني"
    template, context = sample("list", "ar")
    rows = Markup(context["screen"].rows.replace(known, name))  # neither name holds markup
    long_list = render(env, template, "ar", **{**context, "screen": replace(context["screen"], rows=rows)})
    for markup in (markup_of(env, "record", "ar").replace(known, name), long_list):
        page = site.open(markup, width=width)
        found = page_problems(page, "ar")
        page.close()
        assert found == []


def test_a_number_is_copied_without_characters_of_direction(site, env):
    page = site.open(markup_of(env, "list", "ar"))
    copied = [copied_text(page, f"tbody [data-kind={kind}]") for kind in ("phone", "email")]
    page.close()
    assert copied == ["+93 70 123 4567", "zia.rahimi@kabultrade.af"]


@pytest.mark.parametrize("name", ["list", "record", "me", "role", "log", "user", "login", "offline"])
def test_every_text_can_be_translated(site, env, name):
    with marked_texts():
        markup = markup_of(env, name, "ar")
    page = site.open(markup)
    found = [problem for problem in page_problems(page, "ar", untranslated=True) if "translatable" in problem]
    page.close()
    assert found == []
