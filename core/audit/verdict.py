"""What a check of the log finds. A verdict names places and reasons, never contents: anybody may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.language.i18n import _


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the log is not as it was written.

    `reason` is one of the codes of `message`, `seq` the link, `row_id` the entry and `position` its place in
    the transaction, from 0 on; None where unknown or where it does not apply.
    """

    reason: str
    seq: int | None = None
    row_id: int | None = None
    position: int | None = None

    @property
    def message(self) -> Any:
        """A sentence in the reader's language."""
        seq, row, number = self.seq, self.row_id, (self.position or 0) + 1
        return {
            "row_changed": _("Entry {row} of transaction {seq} was changed.", row=row, seq=seq),
            "row_missing": _(
                "Entry number {number} of transaction {seq} is missing.", number=number, seq=seq),
            "row_added": _("Entry {row} was added to transaction {seq} later.", row=row, seq=seq),
            "row_unlinked": _("Entry {row} belongs to no transaction of the chain.", row=row),
            "rows_resealed": _(
                "Entries of transaction {seq}, the first of them {row}, were changed and given new digests.",
                row=row, seq=seq),
            "link_changed": _("Link {seq} of the chain was changed.", seq=seq),
            "link_missing": _("Link {seq} of the chain is missing.", seq=seq),
            "link_added": _("A link was added to the chain before link {seq}.", seq=seq),
            "head_changed": _("The head of the chain does not fit its last link, {seq}.", seq=seq),
            "head_missing": _("The head of the chain is missing."),
            "unreadable": _("Entries from transaction {seq} on cannot be read.", seq=seq),
            "anchor_other": _("The anchor belongs to another installation."),
            "anchor_differs": _("Link {seq} is not the one in the anchor: the chain was made anew.", seq=seq),
            "anchor_archived": _(
                "Link {seq} of the anchor was archived. Check the archive with the anchor as well.", seq=seq),
            "cut_forged": _(
                "The log begins after link {seq}, but the seal of that is not this installation's.", seq=seq),
            "archive_gap": _("The archive does not join the rest at link {seq}.", seq=seq),
            "archive_damaged": _("The archive is damaged after link {seq}.", seq=seq),
            "anchor_missing": _(
                "The log ends before link {seq}, but the anchor goes further: the end of the log was cut off,"
                " or an older copy was restored.", seq=seq),
        }[self.reason]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log is whole, and how much of it was checked.

    `erased` counts rows that have given up personal data. The chain cannot say who had the right to that:
    each erasing must have an entry of its own.
    """

    ok: bool
    rows: int
    links: int
    erased: int = 0
    first_broken: Broken | None = None
