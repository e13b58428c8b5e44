"""Values as markup for table cells and definition lists, made by plain string functions.

A list of 80 rows has 560 cells, so no template runs per cell: each function costs a microsecond or so and
returns an escaped `str`. The caller joins them and marks the whole once (`table_rows` does). Figures, dates
and amounts arrive formatted: how they are printed is the language functions' business, how they stand in a
line is ours.

Every value has an isolate of its own. Phones, addresses, codes and figures read from left to right in any
sentence; what somebody typed takes its direction from its own letters.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from core.language.direction import value_direction
from core.ui import icons
from core.ui.escaping import escaped
from core.ui.list_model import Column
from core.ui.running_text import cut_class

EMPTY: Final = '<span class="dw-none">–</span>'
HUES: Final = ("teal", "violet", "brown", "blue", "green", "amber", "red", "grey")
#: The figure of an amount, between or beside what says its currency.
_FIGURE: Final = re.compile(r"[-−]?\d(?:[\d.,٬٫\u00a0\u202f]*\d)?")
#: Hyphens of an address with the letter behind them, before which a browser would break the line.
_HYPHEN: Final = re.compile(r"-+\w?")


def finished(markup: str) -> Markup:
    """A cell outside a table: what the functions here made is escaped already."""
    return Markup(markup)


def icon(name: str, label: str = "") -> str:
    """A drawing of the sprite; decorative unless it has a label."""
    return icons.icon(name, label=label, size="s")


def _is_arabic(letter: str) -> bool:
    return "\u0600" <= letter <= "\u08ff" or "\ufb50" <= letter <= "\ufeff"


@lru_cache(maxsize=8192)
def initials(name: str) -> str:
    """Two letters of a Latin name, one of a name in Arabic script, where two would join into a word."""
    words = [letters for word in name.split() if (letters := [c for c in word if c.isalpha()])]
    if not words:
        return "?"
    first = words[0][0]
    if _is_arabic(first) or len(words) == 1 or _is_arabic(words[-1][0]):
        return first.upper()
    return (first + words[-1][0]).upper()


@lru_cache(maxsize=8192)
def hue_of(name: str) -> str:
    """A colour that stays with the name, so that a person is recognised at a glance."""
    return HUES[zlib.crc32(name.encode("utf-8")) % len(HUES)]


@lru_cache(maxsize=8192)
def avatar(name: str, kind: str = "person", size: str = "") -> str:
    """A round disc with initials for a person, a square with a building for a company."""
    sized = f" dw-avatar-{size}" if size else ""
    if kind == "business":
        return f'<span class="dw-avatar dw-avatar-square dw-hue-brown{sized}">{icon("building")}</span>'
    letters = escaped(initials(name))
    return f'<span class="dw-avatar dw-hue-{hue_of(name)}{sized}" aria-hidden="true">{letters}</span>'


def text(value: str | None) -> str:
    """What somebody typed, on one line, cut off with an ellipsis where the column ends."""
    return f'<bdi data-user class="{cut_class(value)}">{escaped(value)}</bdi>' if value else EMPTY


def name_with_avatar(name: str, href: str, kind: str = "person") -> str:
    """The title of a row: avatar, and the name as the link to the record."""
    return (
        f'<span class="dw-name">{avatar(name, kind)}<a class="dw-name-link" href="{escaped(href)}">'
        f'<bdi data-user class="{cut_class(name)}">{escaped(name)}</bdi></a></span>'
    )


def title(name: str, href: str) -> str:
    """The title of a row of an entity without faces."""
    return f'<a class="dw-name-link" href="{escaped(href)}">{text(name)}</a>'


def _isolated(kind: str, value: str | None) -> str:
    if not value:
        return EMPTY
    shown = escaped(value)
    if kind == "email":
        # At its hyphens an address does not break: they would look as if the break had put them in.
        shown = _HYPHEN.sub(r'<span class="dw-whole">\g<0></span>', shown)
        # A long one breaks behind its sign and before a dot rather than inside a word.
        shown = shown.replace("@", "@<wbr>").replace(".", "<wbr>.")
    return f'<bdi dir="ltr" data-kind="{kind}" class="dw-cut">{shown}</bdi>'


def _linked(kind: str, value: str | None, href: str) -> str:
    if not value:
        return EMPTY
    return f'<a class="dw-value-link" href="{escaped(href)}">{_isolated(kind, value)}</a>'


def email(value: str | None, link: bool = False) -> str:
    """An address for mail; `link` offers to write to it."""
    return _linked("email", value, f"mailto:{value}") if link else _isolated("email", value)


def phone(shown: str | None, number: str = "") -> str:
    """A telephone number as printed; with `number` (E.164) it can be dialled."""
    return _linked("phone", shown, f"tel:{number}") if number else _isolated("phone", shown)


def url(value: str | None, link: bool = True) -> str:
    """A web address, linked only when it is http(s): any other scheme may be code."""
    if not value:
        return EMPTY
    if not (link and value.lower().startswith(("https://", "http://"))):
        return _isolated("url", value)
    shown = value.partition("://")[2].rstrip("/")
    return (
        f'<a class="dw-value-link" href="{escaped(value)}" rel="noopener noreferrer nofollow" target="_blank">'
        f"{_isolated('url', shown)}</a>"
    )


def code(value: str | None) -> str:
    """A number series, an identifier, a SKU, an IBAN: always from left to right and in Latin digits."""
    return _isolated("code", value)


def number(shown: str | None) -> str:
    """A formatted number."""
    return _isolated("number", shown)


def amount(shown: str, rtl: bool = False) -> str:
    """A formatted amount with its currency, inside a line of text.

    From right to left the figure is read first and its unit after it, whatever script that is in. Only in isolates of
    their own do they stay in this order, and the minus stays at the left of its figure.
    """
    found = _FIGURE.search(shown) if rtl else None
    unit = (shown[: found.start()] + shown[found.end() :]).strip("-−\u00a0 ") if found else ""
    if found is None or not unit:
        return f'<bdi dir="ltr" data-kind="money">{escaped(shown)}</bdi>'
    sign = shown[0] if shown[0] in "-−" and found.start() else ""
    figure = f'<bdi dir="ltr" data-kind="money">{sign}{escaped(found[0])}</bdi>'
    return f'<span dir="rtl">{figure}\u00a0<bdi>{escaped(unit)}</bdi></span>'


def money(shown: str | None, rtl: bool = False) -> str:
    """A formatted amount with its currency."""
    if not shown or not rtl:
        return _isolated("money", shown)
    return f'<span class="dw-cut dw-money">{amount(shown, rtl)}</span>'


def percent(shown: str | None) -> str:
    """A formatted percentage; in Arabic digits the sign is left of the number, which needs the other isolate."""
    if not shown:
        return EMPTY
    return f'<bdi dir="{value_direction("percent", shown)}" data-kind="percent" class="dw-cut">{escaped(shown)}</bdi>'


def date(shown: str | None, full: str = "") -> str:
    """A formatted day; `full` is told on hover (weekday, other calendar)."""
    if not shown:
        return EMPTY
    told = f' title="{escaped(full)}"' if full else ""
    return f'<bdi dir="ltr" data-kind="date" class="dw-cut"{told}>{escaped(shown)}</bdi>'


def moment(day: str | None, clock: str = "", full: str = "") -> str:
    """A day and a time, each in its own isolate: one isolate would turn Arabic digits round the space."""
    if not day:
        return EMPTY
    told = f' title="{escaped(full)}"' if full else ""
    time = f' <bdi dir="ltr" data-kind="time">{escaped(clock)}</bdi>' if clock else ""
    return f'<span class="dw-cut"{told}><bdi dir="ltr" data-kind="date">{escaped(day)}</bdi>{time}</span>'


def late(drawn: str, label: str) -> str:
    """A drawn date that is past although nobody has done what was due: red, and said in a word."""
    return f'<span class="dw-late">{icon("alert-circle", label)}{drawn}</span>'


def worded_date(shown: str | None, full: str = "") -> str:
    """A date with a month's name: a phrase of the page's language, which takes the page's direction."""
    if not shown:
        return EMPTY
    told = f' title="{escaped(full)}"' if full else ""
    return f'<span class="dw-cut"{told}>{escaped(shown)}</span>'


def boolean(value: bool | None, yes: str, no: str) -> str:
    """Yes or no, in words; the check mark only helps the eye."""
    if value is None:
        return EMPTY
    if not value:
        return f"<span>{escaped(no)}</span>"
    return f'<span class="dw-yes">{icon("check")}{escaped(yes)}</span>'


def badge(label: str | None, hue: str = "grey", dot: bool = True) -> str:
    """A status: its word on a ground of its hue."""
    if not label:
        return EMPTY
    dotted = " dw-dot" if dot else ""
    return f'<span class="dw-badge dw-hue-{hue or "grey"}{dotted}">{escaped(label)}</span>'


def tags(values: Iterable[tuple[str, str]]) -> str:
    """Tags as (name, hue); the hue may be empty."""
    drawn = [
        f'<span class="dw-tag dw-hue-{hue or "grey"}"><bdi data-user>{escaped(name)}</bdi></span>'
        for name, hue in values
    ]
    return f'<span class="dw-tags">{"".join(drawn)}</span>' if drawn else EMPTY


def user(name: str | None) -> str:
    """A colleague: small avatar and name."""
    if not name:
        return EMPTY
    return f'<span class="dw-user">{avatar(name, "person", "s")}{text(name)}</span>'


def choice(label: str | None, icon_name: str = "") -> str:
    """A value of a fixed list: a word of the interface, in the page's direction."""
    if not label:
        return EMPTY
    if icon_name:
        return f'<span class="dw-choice">{icon(icon_name)}<span class="dw-cut">{escaped(label)}</span></span>'
    return f'<span class="dw-cut">{escaped(label)}</span>'


def country(name: str | None) -> str:
    """A country by its name in the page's language."""
    return choice(name)


def reference(shown: str | None, href: str = "") -> str:
    """Another record by its title; without a right to open it, only the title."""
    if not shown or not href:
        return text(shown)
    return (
        f'<a class="dw-ref" href="{escaped(href)}">'
        f'<bdi data-user class="{cut_class(shown)}">{escaped(shown)}</bdi></a>'
    )


def lines(values: Iterable[str], between: str) -> str:
    """Several short texts on one line, each in its own direction."""
    drawn = [f"<bdi data-user>{escaped(value)}</bdi>" for value in values]
    return f'<span class="dw-cut">{escaped(between).join(drawn)}</span>' if drawn else EMPTY


def place(shown: str | None, point: str | None) -> str:
    """A point on the map; the link opens the reader's own map, so that nothing is asked of a server elsewhere."""
    if not shown:
        return EMPTY
    return f'<a class="dw-value-link" href="geo:{escaped(point)}">{_isolated("code", shown)}</a>'


def file(name: str | None, href: str = "") -> str:
    """A stored file by its name; with `href` it can be fetched."""
    if not name:
        return EMPTY
    shown = f'<span class="dw-choice">{icon("paperclip")}{text(name)}</span>'
    return f'<a class="dw-value-link" href="{escaped(href)}" download>{shown}</a>' if href else shown


def picture(name: str, href: str) -> str:
    """A stored image, small, leading to the large one."""
    source = escaped(href)
    return (
        f'<a class="dw-picture" href="{source}?show=1" target="_blank" rel="noopener">'
        f'<img src="{source}?show=small" alt="{escaped(name)}" loading="lazy"></a>'
    )


def note(value: str | None) -> str:
    """A text of several paragraphs, each in its own direction."""
    if not value:
        return EMPTY
    lines = [f'<p dir="auto" data-user>{escaped(line)}</p>' for line in value.splitlines() if line.strip()]
    return f'<div class="dw-note-text">{"".join(lines)}</div>'


def cell_openings(columns: Iterable[Column]) -> list[str]:
    """The `<td>` of each column with its classes: alignment, order of hiding, place in the phone card."""
    openings = []
    for position, column in enumerate(columns, start=1):
        classes = [f"dw-c{min(position, 9)}", f"dw-p-{column.card or 'none'}"]
        if column.align_end:
            classes.append("dw-end")
        openings.append(f'<td class="{" ".join(classes)}">')
    return openings


def table_rows(
    columns: Iterable[Column],
    rows: Iterable[tuple[int, str, str, Iterable[str]]],
    select_label: str = "",
    edit_label: str = "",
) -> Markup:
    """The body of a table from (id, address, title, cells), marked as finished once.

    `select_label` is the translated "Select {name}"; without it the rows have no check box. `edit_label` is the word
    for the way to each row's form at its end, if there is one.
    """
    openings = cell_openings(columns)
    before, _hole, after = select_label.partition("{name}")
    before, after = escaped(before), escaped(after)
    lines: list[str] = []
    for record_id, href, name, cells in rows:
        lines.append(f'<tr data-id="{record_id}" data-href="{escaped(href)}">')
        if select_label:
            lines.append(
                f'<td class="dw-pick"><input class="dw-box" type="checkbox" name="id" value="{record_id}" '
                f'form="dw-bulk" aria-label="{before}{escaped(name)}{after}"></td>'
            )
        for opening, cell in zip(openings, cells, strict=True):
            lines.append(opening)
            lines.append(cell)
            lines.append("</td>")
        if edit_label:
            told = escaped(edit_label)
            lines.append(
                f'<td class="dw-end"><a class="dw-tool" href="{escaped(href)}/edit" data-panel title="{told}" '
                f'aria-label="{told}: {escaped(name)}">{icon("pencil")}</a></td>'
            )
        lines.append("</tr>\n")
    return Markup("".join(lines))
