"""One entity with a field of each kind that no other plugin declares in code."""

from typing import Any

from core.api import Choice, Entity, Manifest, Mapped, Meta, Party, _, fields, hookimpl

manifest = Manifest("everything", _("Everything"), "1.0", optional=("contacts", "nowhere"))
WAYS = (Choice("text", _("A text"), kind="sms"), Choice("call", _("A call"), kind="phone"))
SIZES = {"s": _("Small"), "m": _("Medium, or so"), "l": _("Large")}


class Thing(Entity):
    """A thing of many facts."""

    __entity__ = "everything.thing"
    __meta__ = Meta(_("Thing"), _("Things"),
                    list=("name", "sizes", "takes", "point", "place", "paper", "company_id", "other_id"),
                    sections=((_("Thing"), "name sizes takes point place paper face label company_id other_id"),
                              (_("Reach"), "mobile best_way")),
                    party=Party(("mobile",), "best_way", kind="business", role=("label", "company_id")),
                    )  # fmt: skip

    name: Mapped[str] = fields.text(_("Name"), required=True)
    sizes: Mapped[tuple[str, ...] | None] = fields.multichoice(_("Sizes"), SIZES, filter=True)
    takes: Mapped[int | None] = fields.duration(_("Takes"), filter=True, measure=True)
    point: Mapped[str | None] = fields.geo(_("Point"), filter=True)
    place: Mapped[Any | None] = fields.address(_("Place"), filter=True, search=1)
    paper: Mapped[Any | None] = fields.file(_("Paper"))
    face: Mapped[Any | None] = fields.image(_("Face"))
    label: Mapped[str | None] = fields.barcode(_("Label"), filter=True)
    company_id: Mapped[int | None] = fields.link("contacts.company", _("Company"), filter=True)
    other_id: Mapped[int | None] = fields.link("nowhere.other", _("Other"))
    mobile: Mapped[str | None] = fields.phone(_("Mobile"))
    best_way: Mapped[str | None] = fields.choice(_("Best way"), WAYS)


@hookimpl
def register_entities():
    return [Thing]
