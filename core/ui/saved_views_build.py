"""Saved views on screen: the tabs over a list, and the popover that opens, saves and changes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from core.customfields.reading import definitions
from core.entity.spec import EntitySpec
from core.errors import NotFound
from core.language.i18n import _, ngettext
from core.permissions import can
from core.savedviews import reading
from core.savedviews.reading import Pairs, SavedView
from core.ui import list_furniture
from core.ui.list_address import PAGING, ListAddress
from core.ui.list_model import ViewForm, ViewLink, ViewsPanel
from core.ui.views_model import Choice

#: Of an address, what says how it was opened and not what is seen.
NO_CONTENT = frozenset({"view", "lang", *PAGING})
#: The list as it is without any view, where another would open first.
NO_VIEW = "0"


def address_of(spec: EntitySpec, view: SavedView) -> str:
    """Where a view opens: all that it holds stands in the address, so that it can be changed there."""
    return placed(spec, (("view", str(view.id)), *reading.opened(spec, view).conditions))


def placed(spec: EntitySpec, content: Pairs) -> str:
    """The address of what a view holds, in the layout that it has."""
    shape = dict(content).get("shape", "")
    path = f"{spec.path}/{shape}" if shape in reading.SHAPES else spec.path
    given = [(name, value) for name, value in content if name not in reading.LAYOUT or (shape and name != "shape")]
    return f"{path}?{urlencode(given)}" if given else path


def content_of(args: Iterable[tuple[str, str]]) -> Pairs:
    """The parameters of an address that say what is seen."""
    return tuple((name, value) for name, value in args if name != "lang" and value != "")


def asked_for(
    spec: EntitySpec, listed: Sequence[SavedView], args: Pairs, path: str, language: str
) -> tuple[SavedView | None, str]:
    """The view that an address is about, and where its content stands when the address names it alone.

    A list's own address opens the view that comes first; NotFound for a view that its reader may not open.
    """
    named = dict(args).get("view", "")
    if named == NO_VIEW or (not named and (args or path != spec.path)):
        return None, ""
    view = next((one for one in listed if str(one.id) == named), None) if named else reading.first(listed)
    if named and view is None:
        raise NotFound(_("This view does not exist, or it is not shared with you."))
    if view is None or not (is_bare(args) or _holds_what_is_gone(spec, view, args)):
        return view, ""
    told = f"&{urlencode({'lang': language})}" if language else ""
    return view, address_of(spec, view) + told


def _holds_what_is_gone(spec: EntitySpec, view: SavedView, args: Pairs) -> bool:
    """Whether an address, kept as a bookmark, still has a condition of the view that its reader gets no longer."""
    asked = set(args) & set(view.conditions)
    return bool(asked - set(reading.opened(spec, view).conditions)) if asked else False


def panel(
    spec: EntitySpec, listed: Sequence[SavedView], view: SavedView | None, address: ListAddress,
    columns: Sequence[str], shape: str = "",
) -> ViewsPanel:
    """The tabs and the popover of a list that shows `view`, or none, laid out in one of the SHAPES or as a table."""
    links = [_link(spec, one, view) for one in listed]
    everything = ViewLink(str(_("All records")), f"{address.path}?view={NO_VIEW}", "", view is None)
    tabs = [link for link, one in zip(links, listed, strict=True) if one.pinned or one is view]
    now = tuple((name, value) for name, value in address.args if name not in NO_CONTENT and name != "columns")
    now = (*now, ("shape", shape)) if shape else now
    return ViewsPanel(
        href=f"{spec.path}/views", links=(everything, *links), tabs=(everything, *tabs) if tabs else (),
        name=view.name if view else "", form=_form(spec, view, now, columns), notice=_notice(spec, view),
        is_changed=view is not None and _is_changed(spec, view, now, columns),
    )  # fmt: skip


def _link(spec: EntitySpec, one: SavedView, view: SavedView | None) -> ViewLink:
    note = _("Only for me") if one.audience == "private" else _("Shared") if one.is_mine else _("Shared with me")
    return ViewLink(one.name, address_of(spec, one), str(note), one is view, "lock" if one.audience == "private"
                    else "users")  # fmt: skip


def _form(spec: EntitySpec, view: SavedView | None, now: Sequence[tuple[str, str]], columns: Sequence[str]) -> ViewForm:
    may_share = can(reading.SHARE)
    chosen = "private" if view is None else f"{view.audience}:{view.audience_id}" if view.audience_id else view.audience
    roles, teams = list_furniture.roles_and_teams(spec)
    return ViewForm(
        name=view.name if view else "", address=urlencode(now), columns=",".join(columns),
        view_id=view.id if view else 0, may_change=view.may_change if view else False,
        may_delete=view.may_change if view else False,
        pinned=view.pinned if view else False, opens_first=view.opens_first if view else False,
        audiences=tuple(_audiences(chosen, roles, teams)) if may_share else (), audience=chosen,
        roles=(Choice("", str(_("No role"))), *(Choice(str(number), name, view is not None and number in view.role_ids)
               for number, name in roles)) if may_share else (),
    )  # fmt: skip


def _audiences(chosen: str, roles: Sequence[tuple[int, str]], teams: Sequence[tuple[int, str]]) -> list[Choice]:
    found = [("private", str(_("Only for me"))), ("everybody", str(_("Everybody")))]
    found += [(f"team:{number}", str(_("Team: {name}", name=name))) for number, name in teams]
    found += [(f"role:{number}", str(_("Role: {name}", name=name))) for number, name in roles]
    return [Choice(value, label, value == chosen) for value, label in found]


def _notice(spec: EntitySpec, view: SavedView | None) -> str:
    """What of the view its reader does not get, so that he does not take it for the whole."""
    if view is None:
        return ""
    found = reading.opened(spec, view)
    parts = []
    if found.missing:
        parts.append(ngettext(
            "{n} field of this view is gone: {names}. It was left out.",
            "{n} fields of this view are gone: {names}. They were left out.",
            len(found.missing), names=", ".join(_titles(spec, found.missing))))  # fmt: skip
    if found.is_narrower:
        parts.append(str(_("Part of this view is about fields that you may not see. It was left out.")))
    return " ".join(str(part) for part in parts)


def _titles(spec: EntitySpec, missing: Sequence[str]) -> list[str]:
    """What fields that are gone were called, as long as anybody knows."""
    known = {one.name: str(one.title) for one in definitions(spec.name)}
    return [known.get(name, name) for name in missing]


def _is_changed(spec: EntitySpec, view: SavedView, now: Sequence[tuple[str, str]], columns: Sequence[str]) -> bool:
    found = reading.opened(spec, view)
    # A board or calendar says its order only when it was given one.
    usual = ("sort", reading.usual_order(spec))
    before, after = ({pair for pair in pairs if pair != usual} for pairs in (found.conditions, now))
    return before != after or bool(found.columns and tuple(columns) != found.columns)


def is_bare(args: Sequence[tuple[str, str]]) -> bool:
    """Whether an address names a view, or nothing at all, and so asks for what the view holds."""
    return not [name for name, _value in args if name not in NO_CONTENT and name not in ("limit", "columns")]


def with_marker(args: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """An address with conditions of its own stays outside of views also when the last of them is taken away."""
    return args if any(name == "view" for name, _value in args) else (("view", NO_VIEW), *args)
