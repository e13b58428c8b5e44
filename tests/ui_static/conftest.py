"""One environment and one small site for each module: style sheets and scripts then come from the browser's cache."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jinja2 import Environment

from tests.support.browser import Chromium
from tests.ui_static import rendering


@pytest.fixture(scope="session")
def env() -> Environment:
    return rendering.environment()


@pytest.fixture(scope="module")
def site(chromium: Chromium) -> Iterator[rendering.Site]:
    with rendering.site(chromium) as made:
        yield made
