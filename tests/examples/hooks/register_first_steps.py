"""A first step on the dashboard of newcomers."""

from core.api import FirstStep, Manifest, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_first_steps():
    return [FirstStep("example.tag", _("Think of tags"), "/contacts/tag", "tag", "contacts.tag.view",
                      entity="contacts.tag")]
