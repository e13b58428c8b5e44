"""Background jobs in the OpenAPI document, for whoever may see and control them."""

from __future__ import annotations

from apispec import APISpec

from core.jobs.reading import STATES
from core.language.i18n import _
from core.rest.openapi_parts import TEXT, operation, parameter, ref

NUMBER = {"type": "integer", "minimum": 1, "maximum": 2**62}
COUNT = {"type": "integer", "minimum": 0}
MOMENT = {"type": ["string", "null"], "format": "date-time"}


def describe(spec: APISpec) -> None:
    """Listing and reading jobs, cancelling and retrying them."""
    tag, one = str(_("Background jobs")), ref("Job")
    state = {"type": "string", "enum": list(STATES)}
    spec.components.schema("Job", {"type": "object", "required": ["id", "name", "state"], "properties": {
        "id": NUMBER, "name": TEXT, "label": TEXT, "state": state, "cancel_asked": {"type": "boolean"}, "tries": COUNT,
        "done": COUNT, "total": COUNT, "note": TEXT, "error": TEXT, "user_id": {"type": ["integer", "null"]},
        "run_after": MOMENT, "created_at": MOMENT, "started_at": MOMENT, "finished_at": MOMENT,
        "trace": TEXT}})  # fmt: skip
    listed = {"type": "object", "required": ["data", "total", "next"], "properties": {
        "data": {"type": "array", "items": one}, "total": COUNT, "total_is_exact": {"type": "boolean"},
        "next": {"type": ["string", "null"]}}}  # fmt: skip
    asked = [parameter("state", state), parameter("name", TEXT), parameter("cursor", NUMBER),
             parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1000})]  # fmt: skip
    place = [parameter("job_id", NUMBER, "path", True)]
    path, label = "/core/job", str(_("Background jobs, the newest first"))
    spec.path(path, operations={"get": operation("listJobs", label, tag, {200: listed}, parameters=asked)})
    spec.path(f"{path}/{{job_id}}", parameters=place, operations={
        "get": operation("getJob", str(_("A background job")), tag, {200: one})})  # fmt: skip
    for act, does in (("cancel", _("Cancel job")), ("retry", _("Retry"))):
        spec.path(f"{path}/{{job_id}}/{act}", parameters=place, operations={
            "post": operation(f"{act}Job", str(does), tag, {200: one}, errors=(400, 401, 403, 404, 409, 429, 503, 507))
        })  # fmt: skip
