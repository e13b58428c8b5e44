"""A line on the cards of some records of another plugin, on every board of theirs."""

from core.api import CardLine, Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def card_lines(entity, ids):
    if entity.name != "contacts.contact":
        return {}
    return {ids[0]: CardLine(str(_("The first of {n}", n=len(ids))), hue="teal")}
