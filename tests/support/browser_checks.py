"""What must hold on every page in every language and width, asserted in a real browser (I18N.md, section 5).

    page_problems(page, language="fa") -> list of sentences, empty when the page is right
    accessibility_problems(page)       -> what axe-core finds serious, as sentences

Both look at the page as it stands: open a menu or a dialog first to have it looked at too. They only read, so a
test may call them at any moment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
AXE = HERE.parent / "assets" / "axe" / "axe.min.js"
CHECKS = HERE / "browser_checks.js"
ICONS = ["diwan", *(HERE.parents[1] / "frontend" / "icons.txt").read_text(encoding="utf-8").split()]
RTL = {"ar", "fa"}
#: Rules of axe about colours, and about sizes, which `page_problems` measures in each language as well.
LOOKS = ("color-contrast", "link-in-text-block", "target-size")
# After a change of size the page needs two frames: one for the styles, one for scripts that follow them.
SETTLED = """document.fonts.ready.then(() => new Promise(
    done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""
CHECKED = f"options => {SETTLED}.then(() => ({CHECKS.read_text(encoding='utf-8')})(options))"


def page_problems(page: Page, language: str, untranslated: bool = False) -> list[str]:
    """The assertions of direction, isolation and layout; `untranslated` also looks for ⟦ ⟧ of a pseudo-locale run."""
    direction = "rtl" if language in RTL else "ltr"
    options = {"language": language, "direction": direction, "untranslated": untranslated, "icons": ICONS}
    found: list[str] = page.evaluate(CHECKED, options)
    return found


#: Opened from the button they belong to, measured and closed again; what is fetched on opening is left out.
MENUS = """() => Array.from(document.querySelectorAll("button[popovertarget]")).flatMap((button, index, all) => {
    const menu = document.getElementById(button.getAttribute("popovertarget"));
    const at = button.getBoundingClientRect();
    const isFirst = all.findIndex((other) => other.checkVisibility() && other.popoverTargetElement === menu) === index;
    const isThere = isFirst && at.bottom > 0 && at.top < innerHeight && at.right > 0 && at.left < innerWidth;
    if (!menu || menu.id === "notices" || menu.matches(":popover-open") || !isThere) return [];
    menu.showPopover({ source: button });
    const box = menu.getBoundingClientRect();
    menu.hidePopover();
    const isInside = box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
    return isInside ? [] : [`#${menu.id} opens outside the window: ${Math.round(box.left)}–${Math.round(box.right)}` +
        ` of ${innerWidth}, ${Math.round(box.top)}–${Math.round(box.bottom)} of ${innerHeight}`];
})"""


def menu_problems(page: Page) -> list[str]:
    """Menus of the page that do not open inside the window."""
    found: list[str] = page.evaluate(MENUS)
    return found


#: What is pressed, with the place beside it that belongs to it; links in the lines of a text are left out.
FINGER = """() => {
    const top = document.querySelector("[popover]:popover-open") ?? document.querySelector("dialog[open]") ?? document;
    const pressed = "button, a[href], input:not([type=hidden]), select, textarea, summary, [role=option], .ts-control";
    return Array.from(top.querySelectorAll(pressed)).flatMap((one) => {
        const isText = one.closest("p, td, .dw-article, .ts-control *, .dw-timeline-text");
        if (isText || !one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return [];
        const box = (one.closest("label") ?? one).getBoundingClientRect();
        const beside = getComputedStyle(one, "::after");
        const isBeside = beside.content !== "none" && beside.position === "absolute";
        const [width, height] = ["width", "height"].map(
            (side) => Math.max(box[side], isBeside ? parseFloat(beside[side]) || 0 : 0));
        if (box.width < 2 || (width > 43 && height > 43)) return [];
        const name = `${one.tagName.toLowerCase()}.${one.getAttribute("class") ?? ""}`;
        const text = (one.ariaLabel ?? one.innerText ?? "").slice(0, 30);
        return [`${name} “${text}” ${Math.round(width)}×${Math.round(height)}`];
    });
}"""


def finger_problems(page: Page) -> list[str]:
    """What is smaller than 44 pixels in the uppermost part of a page that is touched."""
    found: list[str] = page.evaluate(FINGER)
    return found


#: Rules that cannot find what is asked for are left out: in axe the impact of what is found is that of its rule.
RUN_AXE = """([options, impacts]) => {
    const idle = axe._audit.rules.filter((rule) => rule.impact && !impacts.includes(rule.impact));
    const off = Object.fromEntries(idle.map((rule) => [rule.id, { enabled: false }]));
    return axe.run(document, { ...options, rules: { ...off, ...options.rules } });
}"""


def accessibility_problems(
    page: Page, impacts: tuple[str, ...] = ("serious", "critical"), looks: bool = True
) -> list[str]:
    """Violations of WCAG 2.2 A and AA that axe-core calls serious or critical.

    Without `looks` colours and sizes are not compared: that takes longer than all the rest, and they are the same in
    all languages.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    options: dict[str, Any] = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
    if not looks:
        options["rules"] = {rule: {"enabled": False} for rule in LOOKS}
    result = page.evaluate(RUN_AXE, [options, impacts])
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']} at {node['target']}: {node['html'][:160]}"
        for violation in result["violations"]
        if violation["impact"] in impacts
        for node in violation["nodes"]
    ]


def copied_text(page: Page, selector: str) -> str:
    """What the clipboard gets of an element, for the assertion that no bidi characters come with a number."""
    text: str = page.locator(selector).first.inner_text()
    return text
