"""`/settings/fields`: adding fields to records without code."""

from core.customfields.views import api, pages, types
from core.customfields.views.blueprint import blueprint

__all__ = ["api", "blueprint", "pages", "types"]
