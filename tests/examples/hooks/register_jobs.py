"""Work in the background."""

from core.api import Job, Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


def count(context):
    return {"people": context.row["arguments"].get("people", 0) + 1}


@hookimpl
def register_jobs():
    return [Job("example.count_people", count, _("Count people"))]
