"""Pages of importing and exporting."""

from core.transfer.views import choose, export, exports, mapping, report, running
from core.transfer.views.blueprint import blueprint

__all__ = ["blueprint", "choose", "export", "exports", "mapping", "report", "running"]
