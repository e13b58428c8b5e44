"""`diwan run` and `diwan serve` as real processes: ready line, second start, Ctrl-C, several workers."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from contextlib import closing, contextmanager

import pytest

from core.config import load
from core.errors import DeclarationError
from core.ops.serving import Address
from tests.cli.plugin_package import Package
from tests.support.installation import command
from tests.support.machine import ROOT

# A server that is neither ready nor ended by then is killed, so that a test fails and does not hang.
LONGEST = 180
# Each worker asks /healthz until one of them has said that the server is ready, and the others may be late.
ONLY_ASKED_HERE = "/readyz"


def _free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _running(installation, *arguments, **environment):
    """A server process and its port; it is ended by force when the test has not ended it."""
    port = _free_port()
    process = subprocess.Popen(
        command(*arguments, "--port", str(port)), env=installation.full(**environment), cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
    end = threading.Timer(LONGEST, process.kill)
    end.start()
    try:
        yield process, port
    finally:
        end.cancel()
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def _lines_until_ready(process):
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if "is ready at" in line:
            return lines
    raise AssertionError("it ended before it was ready:\n" + "\n".join(lines))


def _stop(process):
    """Ctrl-C, which a terminal sends to all processes of the group, and what is said after it."""
    os.killpg(process.pid, signal.SIGINT)
    rest, _nothing = process.communicate(timeout=60)
    return rest


def _get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.read().decode()


def _logins(lines):
    return [line.split()[:2] for line in lines if line.startswith("  ") and "@" in line]


@pytest.mark.slow
def test_run_demo_makes_everything_serves_it_and_comes_back(blank):
    with _running(blank, "run", "--demo") as (process, port):
        lines = _lines_until_ready(process)
        assert lines[-1].startswith(f"Diwan is ready at http://127.0.0.1:{port}")
        assert "<html" in _get(port, "/login")
        assert '"ready":true' in _get(port, "/readyz")
        assert _stop(process) == ""
        assert process.returncode == 0
    assert blank.value("SELECT count(*) FROM contacts_contact") == 500
    assert len(_logins(lines)) == 5
    with _running(blank, "run", "--demo") as (process, _port):
        again = _lines_until_ready(process)
        assert _logins(again) == _logins(lines), "the passwords stay"
        assert not any("Turned on" in line for line in again)
        _stop(process)


@pytest.mark.slow
def test_run_prints_the_first_password_and_needs_no_init(blank):
    with _running(blank, "run") as (process, _port):
        lines = _lines_until_ready(process)
        assert any(line.startswith("Password: ") for line in lines)
        assert "Traceback" not in _stop(process)
    assert blank.value("SELECT count(*) FROM core_user") == 1


@pytest.mark.slow
def test_a_server_with_several_workers_adds_up_its_figures(installed_sqlite):
    with _running(installed_sqlite, "serve", "--workers", "2") as (process, port):
        _lines_until_ready(process)
        before = _counted(port, ONLY_ASKED_HERE)
        for _number in range(12):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", ONLY_ASKED_HERE)
            connection.getresponse().read()
            connection.close()
        assert _counted(port, ONLY_ASKED_HERE) == before + 12
        _stop(process)
        assert process.returncode == 0


# What a proxy or a browser cannot be made to send, but anybody with a socket can (SEC-34, SEC-42).
STRANGE = (
    "GET http://evil.example/contacts/contact HTTP/1.1|Host: 127.0.0.1",
    "GET http://evil.example//settings//me HTTP/1.1|Host: evil.example",
    "GET https://evil.example/login?next=//evil.example HTTP/1.1|Host: 127.0.0.1",
    "GET /contacts//contact HTTP/1.1|Host: evil.example",
    "GET /contacts//contact HTTP/1.1|Host: 127.0.0.1|Host: evil.example",
    "GET /contacts//contact HTTP/1.1|Host: evil.example|Host: 127.0.0.1",
    "GET /contacts//contact HTTP/1.1|Host: 127.0.0.1|X-Forwarded-Host: evil.example|Forwarded: host=evil.example",
    "GET /contacts//contact HTTP/1.1|Host: 127.0.0.1:8000@evil.example",
    "GET /contacts//contact HTTP/1.1",
    "GET //evil.example//login HTTP/1.1|Host: 127.0.0.1",
    "GET //evil.example/%2e%2e HTTP/1.1|Host: 127.0.0.1",
    "GET /\\evil.example/ HTTP/1.1|Host: 127.0.0.1",
    "GET /login HTTP/1.0|Host: evil.example",
    "OPTIONS * HTTP/1.1|Host: evil.example",
    "CONNECT evil.example:443 HTTP/1.1|Host: evil.example",
)


@pytest.mark.slow
def test_no_request_makes_the_server_name_another_host(installed_sqlite):
    with _running(installed_sqlite, "serve", "--workers", "1") as (process, port):
        _lines_until_ready(process)
        for request in STRANGE:
            status, headers, body = _raw(port, request)
            assert status in (200, 303, 308, 400, 404, 405), (request, status)
            led = headers.get("location", "")
            assert "//" not in led.replace("\\", "//"), (request, led)
            if " //evil" not in request:  # there it is the path, which pages may show
                assert "evil.example" not in str(headers) + body, request
        assert "Traceback" not in _stop(process)


def _raw(port, request):
    """Status, headers by lower-case name, and body of the answer to lines as they stand."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as line:
        line.sendall(("\r\n".join((*request.split("|"), "Connection: close", "", ""))).encode())
        answer = b"".join(iter(lambda: line.recv(65536), b"")).decode("utf-8", "replace")
    head, _blank, body = answer.partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _colon, value in (text.partition(":") for text in rest)}
    return int(first.split()[1]), headers, body


def _counted(port, route):
    lines = [line for line in _get(port, "/metrics").splitlines()
             if line.startswith("diwan_requests_total") and f'route="{route}"' in line]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced(installed_sqlite):
    with _running(installed_sqlite, "serve", "--workers", "1") as (process, port):
        _lines_until_ready(process)
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True,
                                  timeout=20)
        subprocess.run(["kill", "-KILL", *children.stdout.split()], check=True, timeout=20)
        assert _answers_again(port)
        _stop(process)


def _answers_again(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            return _get(port, "/healthz") == "ok\n"
        except OSError:
            time.sleep(0.1)
    return False


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_the_port(installed_sqlite):
    with _running(installed_sqlite, "serve", "--workers", "2") as (process, port):
        _lines_until_ready(process)
        process.kill()
        process.wait(60)
        end = time.monotonic() + 60
        while time.monotonic() < end and _is_answered(port):
            time.sleep(0.1)
        assert not _is_answered(port)


@pytest.mark.slow
def test_a_server_that_is_killed_while_its_workers_start_leaves_none(installed_sqlite):
    with _running(installed_sqlite, "serve", "--workers", "2") as (process, _port):
        end = time.monotonic() + 60
        while time.monotonic() < end and len(_in_groups_of_their_own(process)) < 2:
            time.sleep(0.01)
        workers = _in_groups_of_their_own(process)
        process.kill()
        process.wait(60)
        assert len(workers) == 2
        end = time.monotonic() + 60
        while time.monotonic() < end and any(map(_runs, workers)):
            time.sleep(0.1)
        assert not [worker for worker in workers if _runs(worker)]


def _in_groups_of_their_own(process):
    """The numbers of its workers, which lead groups as soon as they begin."""
    told = subprocess.run(["ps", "-o", "pid=,pgid=", "--ppid", str(process.pid)], capture_output=True, text=True,
                          timeout=20)
    return [int(pid) for pid, group in map(str.split, told.stdout.splitlines()) if pid == group]


def _runs(pid):
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, timeout=20)
    return bool(told.stdout.strip()) and not told.stdout.startswith("Z")


def _is_answered(port):
    try:
        return bool(_get(port, "/healthz"))
    except OSError:
        return False


@pytest.mark.slow
def test_plugins_that_cannot_work_are_told_once(installed_sqlite, tmp_path):
    package = Package(tmp_path / "packages", "odd", """
from core.api import Manifest, hookimpl

manifest = Manifest("odd", "Odd", "1")


@hookimpl
def register_nothing():
    return []
""")
    with installed_sqlite.engine() as engine, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO core_plugin (name, state, version, error, changed_at)"
                                   " VALUES ('odd', 'enabled', '1', '', '2026-01-01 00:00:00')")
    with _running(installed_sqlite, "serve", "--workers", "2", PYTHONPATH=package.path) as (process, port):
        (told,) = [line for line in _lines_until_ready(process) if "register_nothing" in line]
        assert told.startswith("odd is left out: ")
        assert _get(port, "/healthz") == "ok\n"
        assert package.diwan(installed_sqlite, "plugin", "disable", "odd").returncode == 0
        assert _get(port, "/healthz") == "ok\n"
        assert "register_nothing" not in _stop(process)


def test_a_port_in_use_is_one_clear_line(installed_sqlite):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for arguments in (("run",), ("serve",)):
            refused = installed_sqlite.diwan(*arguments, "--port", port)
            assert refused.exit_code == 1
            assert port in refused.stderr
            assert len(refused.stderr.splitlines()) == 1


def test_a_host_that_is_none_is_one_clear_line(installed_sqlite):
    refused = installed_sqlite.diwan("serve", "--host", "no such host")
    assert refused.exit_code == 1
    assert "no such host" in refused.stderr


def test_serve_asks_for_a_database(blank):
    refused = blank.diwan("serve")
    assert refused.exit_code == 1
    assert "diwan init" in refused.stderr


def test_a_database_in_use_gets_no_sample_company(installed_sqlite):
    installed_sqlite.diwan("user", "add", "somebody@example.com")
    refused = installed_sqlite.diwan("run", "--demo", "--port", str(_free_port()))
    assert refused.exit_code == 1
    assert "in use" in refused.stderr
    assert installed_sqlite.value("SELECT count(*) FROM core_user") == 2


def test_links_begin_with_the_address_that_is_served_unless_another_is_set(tmp_path):
    served = Address("0.0.0.0", 9000).own_url
    own, set_up = {"DIWAN_INSTANCE": str(tmp_path)}, {"DIWAN_BASE_URL": "https://erp.example.com/"}
    assert load(own, served_at=served).base_url == "http://127.0.0.1:9000"
    assert load(own | set_up, served_at=served).base_url == "https://erp.example.com"
    assert Address("::1", 80).own_url == "http://[::1]:80"


@pytest.mark.parametrize(("name", "value"), [
    ("DIWAN_BASE_URL", "erp.example.com"), ("DIWAN_SMTP_URL", "http://mail.example.com"),
    ("DIWAN_SMTP_URL", "smtp://"), ("DIWAN_REDIS_URL", "localhost:6379"), ("DIWAN_TRUSTED_PROXIES", "a.example.com"),
])  # fmt: skip
def test_a_setting_that_cannot_work_is_told_at_the_start(tmp_path, name, value):
    with pytest.raises(DeclarationError, match=name):
        load({"DIWAN_INSTANCE": str(tmp_path), name: value})
