"""A plugin with something of its own to store."""

from core.api import Entity, Manifest, Mapped, Meta, _, fields, hookimpl

manifest = Manifest("example", _("Example"), "1.0")


class Shelf(Entity):
    """A place for things."""

    __entity__ = "example.shelf"
    __meta__ = Meta(_("Shelf"), _("Shelves"), group="tools")

    name: Mapped[str] = fields.text(_("Name"), required=True)


@hookimpl
def register_entities():
    return [Shelf]
