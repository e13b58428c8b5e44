"""All blueprints of the pages."""

from core.ui import (
    api_docs_views,
    form_views,
    general_views,
    health_views,
    home_views,
    jobs_views,
    list_views,
    log_views,
    modules_views,
    neighbour_views,
    outbox_views,
    record_views,
    report_views,
    saved_views_views,
    trash_views,
    webhooks_views,
)

ALL = (
    home_views.blueprint,
    general_views.blueprint,
    health_views.blueprint,
    log_views.blueprint,
    jobs_views.blueprint,
    outbox_views.blueprint,
    modules_views.blueprint,
    api_docs_views.blueprint,
    list_views.blueprint,
    form_views.blueprint,
    record_views.blueprint,
    neighbour_views.blueprint,
    report_views.blueprint,
    saved_views_views.blueprint,
    trash_views.blueprint,
    webhooks_views.blueprint,
)
