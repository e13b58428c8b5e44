"""Draws the sample pages, for looking at them beside the pictures of the design.

.venv/bin/python -m tests.ui_static.preview build/preview list record --languages fa en --widths 1440 390
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.support.browser import launched
from tests.ui_static.rendering import environment, render, site
from tests.ui_static.sample_pages import SAMPLES, sample

HEIGHTS = {360: 780, 390: 844, 768: 1024, 1024: 768, 1280: 800, 1440: 900}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--languages", nargs="*", default=["fa", "ar", "en"])
    parser.add_argument("--themes", nargs="*", default=["light"])
    parser.add_argument("--widths", nargs="*", type=int, default=[1440])
    parser.add_argument("--act", default="", help="a script to run in the page before it is drawn")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    env = environment()
    with launched() as chromium, site(chromium) as world:
        for name in chosen.pages or SAMPLES:
            for language in chosen.languages:
                for theme in chosen.themes:
                    template, context = sample(name, language, theme)
                    markup = render(env, template, language, **context)
                    (chosen.folder / f"{name}-{language}-{theme}.html").write_text(markup, encoding="utf-8")
                    for width in chosen.widths:
                        page = world.open(markup, width=width, height=HEIGHTS.get(width, 800))
                        page.wait_for_timeout(150)
                        if chosen.act:
                            page.evaluate(chosen.act)
                            page.wait_for_timeout(400)
                        page.screenshot(path=chosen.folder / f"{name}-{language}-{theme}-{width}.png")
                        print(*page.errors, sep="\n", end="")  # type: ignore[attr-defined]
                        page.close()


if __name__ == "__main__":
    main()
