"""A kind of field that admins can add: stars from one to five."""

from core.api import FieldError, FieldType, Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


class Stars(FieldType):
    """Kept as a text of asterisks, so that it sorts as it should."""

    name, label, icon = "example_stars", _("Stars"), "star"

    def clean(self, f, value, context):
        if value.strip("*") or len(value) > 5:
            raise FieldError(_("One to five stars, please."))
        return value


@hookimpl
def register_field_types():
    return [Stars()]
