"""/healthz, /readyz and /metrics: what they tell, and to whom."""

import re

import pytest
import sqlalchemy as sa

from core import config
from core.actor import SYSTEM, acting
from core.app import create_app
from core.db import unit_of_work
from core.errors import DeclarationError
from core.jobs import queue
from core.jobs.clock import database_time
from core.jobs.models import jobs
from core.mail import outbox
from core.mail.models import mails
from tests.support.installation import ADMIN


@pytest.fixture
def client(installed):
    app = create_app(installed.config)
    yield app.test_client()
    app.engine.dispose()


def _token(installation, email):
    return {"Authorization": f"Bearer {installation.diwan('token', 'create', email).output.strip()}"}


def test_a_working_installation_is_alive_and_ready(client):
    assert client.get("/healthz").text == "ok\n"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    queues = {"jobs": {"waiting": 0, "age": 0, "dead": 0}, "mail": {"queued": 0, "age": 0, "held": 0, "failed": 0}}
    assert ready.json == {"ready": True, "database": True, "migrations": [], **queues}


def test_it_is_not_ready_while_tables_are_behind(client, installed):
    with installed.engine() as engine, engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version_contacts SET version_num = 'contacts_0000'")
    behind = client.get("/readyz")
    assert (behind.status_code, behind.json["migrations"]) == (503, ["contacts"])
    assert client.get("/healthz").status_code == 200
    assert "diwan_migrations_pending 1.0" in client.get("/metrics").text


def test_it_is_alive_and_not_ready_without_its_database(client, installed, databases):
    client.application.engine.dispose()
    databases.drop(installed.url)
    lost = client.get("/readyz")
    assert (lost.status_code, lost.json["ready"]) == (503, False)
    assert client.get("/healthz").status_code == 200
    assert client.get("/metrics").status_code == 200


def test_figures_count_by_route_and_tell_of_the_installation(client):
    for _number in range(3):
        client.get("/healthz")
    client.get("/no/such/page")
    text = client.get("/metrics").text
    assert 'diwan_requests_total{method="GET",route="/healthz",status="200"} 3.0' in text
    assert 'route="none",status="404"' in text
    assert 'diwan_request_seconds_count{route="/healthz"} 3.0' in text
    assert 'diwan_plugin_state{plugin="contacts",state="enabled"} 1.0' in text
    assert "diwan_database_up 1.0" in text
    assert "/no/such/page" not in text, "addresses that nobody has given are not kept apart"


def test_figures_are_for_this_machine_and_for_administrators(client, installed):
    installed.diwan("user", "add", "a@example.com", "--role", "read_only")
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "::1"}).status_code == 200
    assert client.get("/metrics", environ_overrides=far).status_code == 401
    for proxied in ({"X-Forwarded-For": "192.0.2.7"}, {"Host": "erp.example.com"}):
        assert client.get("/metrics", headers=proxied).status_code == 401
    refused = client.get("/metrics", environ_overrides=far, headers=_token(installed, "a@example.com"))
    assert refused.status_code == 403
    allowed = client.get("/metrics", environ_overrides=far, headers=_token(installed, ADMIN))
    assert allowed.status_code == 200
    assert allowed.content_type.startswith("text/plain")


@pytest.mark.parametrize("settings", [
    {"DIWAN_TRUSTED_PROXIES": "127.0.0.1"}, {"DIWAN_BASE_URL": "https://erp.example.com"},
    {"DIWAN_BASE_URL": "http://erp.example.com"}, {"DIWAN_METRICS_TOKEN": "0123456789-abcdef"},
], ids=lambda one: next(iter(one)))  # fmt: skip
def test_a_proxy_on_this_machine_opens_the_figures_to_nobody(installed_sqlite, settings):
    """It may send no X-Forwarded-For, so that its requests look like this machine's own."""
    given = {"DIWAN_DATABASE_URL": installed_sqlite.config.database_url, **settings}
    app = create_app(config.load(given, installed_sqlite.folder))
    client, token = app.test_client(), {"Authorization": f"Bearer {settings.get('DIWAN_METRICS_TOKEN')}"}
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=token).status_code == (200 if "DIWAN_METRICS_TOKEN" in settings else 401)
    assert client.get("/api/v1/core/entity", headers=token).status_code == 401
    app.engine.dispose()


def test_a_token_that_can_be_guessed_is_refused(tmp_path):
    for text in ("short", "with a space in it and long enough", "رمز-طويل-بما-يكفي-هنا"):
        with pytest.raises(DeclarationError, match="DIWAN_METRICS_TOKEN"):
            config.load({"DIWAN_METRICS_TOKEN": text}, tmp_path)


def test_queues_that_stand_still_are_told(client, installed):
    """REL-23: an alarm can fire for a stuck queue, dead jobs, mails that nobody sends, mails in doubt."""
    with installed.engine() as engine, unit_of_work(engine) as opened, acting(SYSTEM):
        late = opened.execute(sa.select(database_time(-2000))).scalar_one()
        for number, state in enumerate(("queued", "unknown")):
            outbox.send(f"m{number}@example.com", "Hello", "Hello")
            opened.execute(sa.update(mails).where(mails.c.state == "queued").values(state=state, created_at=late))
        opened.execute(sa.update(mails).where(mails.c.id == 1).values(state="queued"))
        opened.execute(sa.update(jobs).values(run_after=late))
        queue.enqueue(outbox.JOB)
        opened.execute(sa.update(jobs).where(jobs.c.run_after > late).values(state="dead"))
    text = client.get("/metrics").text
    assert re.search(r"^diwan_jobs_oldest_seconds 2\d\d\d", text, re.MULTILINE)
    assert re.search(r"^diwan_mail_oldest_seconds 2\d\d\d", text, re.MULTILINE)
    assert {"diwan_jobs_due 1.0", "diwan_jobs_dead 1.0", "diwan_mail_queued 1.0", "diwan_mail_held 1.0"} <= set(
        text.splitlines())
    ready = client.get("/readyz").json
    assert (ready["ready"], ready["jobs"]["dead"], ready["mail"]["held"]) == (True, 1, 1)
