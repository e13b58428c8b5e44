"""A stop of the tour for newcomers."""

from core.api import Manifest, TourStep, _, hookimpl

manifest = Manifest("example", _("Example"), "1.0", requires=("contacts",))


@hookimpl
def register_tour():
    return [TourStep("example.companies", "[data-key='contacts.company']", _("Who buys from you"),
                     _("Companies, with the people who work there."), "contacts.company.view", order=15)]
