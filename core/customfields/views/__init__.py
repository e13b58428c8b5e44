"""`/settings/fields`: adding fields to records without code."""

from core.customfields.views import pages, types
from core.customfields.views.blueprint import blueprint

__all__ = ["blueprint", "pages", "types"]
