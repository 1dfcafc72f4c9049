"""A real server, asked as strangers would: who is answered, with what, and at what cost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import socket
import string
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import quote

import nbformat
import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from nbformat.v4 import new_code_cell, new_notebook
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from pvtools import places
from pvtools.dashboards import guard
from pvtools.dashboards.apps import apps

from .served import OPENING, Served, kernels, served

pytestmark = pytest.mark.kernel
_NOBODY = "00000000-0000-4000-8000-000000000000"
_PLACES = 3
_MARK = "said by a visitor"  # comes back with whatever a kernel says because of it


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("served") / "log.txt"


@pytest.fixture(scope="module")
def server(log):
    places = ("--max-visitors", str(_PLACES))
    with kernels(*places, "--allow-host", "dash.example", log=log) as server:
        yield server


@pytest.fixture(scope="module")
def of_suite(tmp_path_factory):
    """The suite, under a path."""
    folder = tmp_path_factory.mktemp("suite")
    environment = {"XDG_CACHE_HOME": str(folder)}
    with served(base="/pvtools/", log=folder / "log", environment=environment) as server:
        server.log = folder / "log"
        yield server


def kernel_id(page: str) -> str:
    config = re.search(r'id="jupyter-config-data" type="application/json">(.*?)</script>', page)
    return json.loads(config[1])["kernelId"]


@pytest.fixture
def kernel(server):
    """The key of a visitor's kernel, ended afterwards."""
    page = server.open("/")
    assert page.status == 200
    key = kernel_id(page.text)
    yield key
    server.ask(f"/voila/api/shutdown/{key}", "POST")
    server.await_kernels(0)


# Who is answered


@pytest.mark.parametrize(
    "path",
    ["/", "/nosuch", f"/api/kernels/{_NOBODY}", f"/api/kernels/{_NOBODY}/channels",
     "/voila/static/voila.js", "/voila/labextensions/@jupyter-widgets/jupyterlab-manager/static/x"],
)  # fmt: skip
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8866", "localhost.evil", "8.8.8.8"])
def test_a_strangers_name_that_leads_here_is_refused(server, path, host):
    answer = server.ask(path, **OPENING | {"Host": host})
    assert answer.status == 403
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:99", "[::1]", "DASH.example:443"])
def test_our_own_names_are_answered(server, host):
    assert server.ask("/", "HEAD", **OPENING | {"Host": host}).status == 200
    assert server.ask("/voila/static/pvtools.js", Host=host).status == 200


def test_a_websocket_is_refused_to_another_name_and_to_another_origin(server, kernel):
    async def connect(**headers):
        address = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels"
        await websocket_connect(HTTPRequest(address, headers=headers))

    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        with pytest.raises(HTTPClientError, match="403"):
            asyncio.run(connect(**headers))


# What a query may choose


@pytest.mark.parametrize(
    "query",
    [
        'template=lab&theme="><script>alert(1)</script>',
        "template=nosuch",
        "template=../../etc&theme=../x",
        "theme=dark&voila-theme=dark&classic-tree=true&token=1&area=",
    ],
)
def test_a_query_chooses_neither_template_nor_theme(server, query):
    page = server.open("/?" + quote(query, safe="=&"))
    assert page.status == 200
    assert page.text.rstrip().endswith("</html>")  # it ended, and is whole
    assert "alert(1)" not in page.text
    assert "voila/static/pvtools.js" in page.text
    assert '"jupyterLabTheme": "light"' in page.text
    server.ask(f"/voila/api/shutdown/{kernel_id(page.text)}", "POST")
    server.await_kernels(0)


def test_a_page_holds_no_script_and_names_no_other_host_or_folder(server):
    page = server.open("/")
    server.ask(f"/voila/api/shutdown/{kernel_id(page.text)}", "POST")
    scripts = re.findall(r"<script([^>]*)>", page.text)
    assert scripts
    for script in scripts:
        assert 'src="/voila/static/' in script or 'type="application/' in script
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    assert "/home/" not in page.text
    assert "site-packages" not in page.text
    assert "set-cookie" not in page.headers
    server.await_kernels(0)


# What it costs


def test_more_visitors_than_places_are_asked_to_come_back(server):
    with ThreadPoolExecutor(24) as crowd:
        answers = list(crowd.map(lambda _: server.open("/"), range(24)))
    served_ = [a for a in answers if a.status == 200]
    busy = [a for a in answers if a.status == 503]
    assert len(served_) == _PLACES
    assert len(busy) == 24 - _PLACES
    assert len(server.kernels()) == _PLACES
    for answer in busy:
        assert answer.headers["Retry-After"] == "60"
        assert "<h1>The dashboard is busy</h1>" in answer.text
    assert server.ask("/", "HEAD", **OPENING).status == 503
    for answer in served_:
        server.ask(f"/voila/api/shutdown/{kernel_id(answer.text)}", "POST")
    server.await_kernels(0)
    assert server.ask("/", "HEAD", **OPENING).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "image/avif,*/*", "Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "cross-site"},
        {"Accept": "text/html", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"},
        {"Accept": "text/html", "Sec-Fetch-Dest": "document", "Sec-Purpose": "prefetch"},
        {"Accept": "*/*"},
        {},
    ],
)
def test_what_does_not_open_the_page_starts_no_kernel(server, headers):
    answer = server.ask("/?area=hackney", **headers)
    assert answer.status == 403
    assert server.kernels() == []


def test_asking_for_the_head_alone_starts_no_kernel(server):
    assert server.ask("/?area=hackney", "HEAD", **OPENING).status == 200
    assert server.kernels() == []


def test_a_page_that_closes_ends_its_kernel_and_nobody_elses(server, kernel):
    for path in (f"/voila/api/shutdown/{_NOBODY}", "/voila/api/shutdown/", "/voila/api/shutdown/x"):
        assert server.ask(path, "POST").status in {204, 404}
    elsewhere = server.ask(f"/voila/api/shutdown/{kernel}", "POST", Origin="http://evil.example")
    assert elsewhere.status == 403
    assert server.ask(f"/api/kernels/{kernel}").status == 200
    # as Voila's page sends it: form data whose token is empty, for no cookie was ever set
    body = '--b\r\nContent-Disposition: form-data; name="_xsrf"\r\n\r\n\r\n--b--\r\n'
    closing_ = server.ask(
        f"/voila/api/shutdown/{kernel}", "POST", body,
        Content_Type="multipart/form-data; boundary=b", Origin=server.address.rstrip("/"),
    )  # fmt: skip
    assert closing_.status == 204
    assert server.ask(f"/api/kernels/{kernel}").status == 404
    server.await_kernels(0)


# What a visitor can do


def said(kind: str, channel: str, content: dict, *, legacy: bool) -> str | bytes:
    """Return a message as it goes over the websocket, in the present or the older form."""
    header = {"msg_id": _MARK, "msg_type": kind, "username": "u", "session": "s",
              "version": "5.3", "date": "2026-01-01T00:00:00Z"}  # fmt: skip
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    if legacy:
        return json.dumps(message | {"channel": channel})
    return serialize_msg_to_ws_v1([json.dumps(part).encode() for part in message.values()], channel)


async def heard(server: Served, kernel: str, message: str | bytes) -> bool:
    """Say something to a kernel; return whether it heard it, rather than the line being cut."""
    modern = isinstance(message, bytes)
    wire = await websocket_connect(
        f"ws://127.0.0.1:{server.port}{server.base}api/kernels/{kernel}/channels?session_id=s",
        subprotocols=["v1.kernel.websocket.jupyter.org"] if modern else None,
    )
    await wire.write_message(message, binary=modern)
    while (came := await asyncio.wait_for(wire.read_message(), 60)) is not None:
        if _MARK.encode() in (came.encode() if isinstance(came, str) else came):
            await let_go(wire)
            return True
    wire.close()
    return False


async def let_go(wire: WebSocketClientConnection) -> None:
    """Close a line, and wait until the other end has let go as well: no socket is left behind."""
    wire.close()
    async with asyncio.timeout(10):
        while await wire.read_message() is not None:
            pass


@pytest.mark.parametrize(
    ("which", "path"), [("server", "/"), ("of_suite", "/pvtools/live/target-lab")]
)
def test_a_visitor_can_execute_nothing_on_any_channel(request, which, path, tmp_path):
    server = request.getfixturevalue(which)
    kernel = kernel_id(server.open(path).text)
    mark = tmp_path / "mark"
    code = f"open({str(mark)!r}, 'w').close()"
    execute = {"code": code, "silent": False, "store_history": False,
               "user_expressions": {"a": code}, "allow_stdin": False}  # fmt: skip
    others = {
        "inspect_request": {"code": code, "cursor_pos": 1, "detail_level": 1},
        "complete_request": {"code": "ope", "cursor_pos": 3},
        "history_request": {"hist_access_type": "tail", "n": 9, "output": True, "raw": True},
        "is_complete_request": {"code": code},
        "input_reply": {"value": code},
        "debug_request": {"type": "request", "command": "debugInfo", "seq": 1},
        "shutdown_request": {"restart": False},
        "comm_open": {"comm_id": "c", "target_name": "jupyter.widget", "data": {"state": {}}},
    }
    attempts = [
        ("execute_request", channel, execute, legacy)
        for channel in ("shell", "control", "stdin", "iopub")
        for legacy in (False, True)
    ]
    attempts += [(kind, "shell", content, False) for kind, content in others.items()]
    attempts += [("debug_request", "control", others["debug_request"], False),
                 ("shutdown_request", "control", others["shutdown_request"], False),
                 ("input_reply", "stdin", others["input_reply"], False)]  # fmt: skip

    async def attempt_all() -> None:
        for kind, channel, content, legacy in attempts:
            message = said(kind, channel, content, legacy=legacy)
            assert not await heard(server, kernel, message), (kind, channel)
        # what is allowed is heard when it is said in the same way
        assert await heard(server, kernel, said("kernel_info_request", "shell", {}, legacy=False))

    asyncio.run(attempt_all())
    assert not mark.exists()
    assert server.ask(f"{server.base}api/kernels/{kernel}").status == 200
    server.ask(f"{server.base}voila/api/shutdown/{kernel}", "POST")
    server.await_kernels(0)


def test_nothing_else_is_served_and_what_is_can_only_be_read(server, kernel):
    paths = [
        "/api", "/api/kernels",
        f"/api/kernels/{kernel}/interrupt", f"/api/kernels/{kernel}/restart",
        "/api/kernelspecs", "/api/contents", "/api/contents/borough.ipynb", "/api/sessions",
        "/api/terminals", "/api/config/x", "/api/nbconvert", "/api/shutdown", "/api/status",
        "/api/me", "/api/events/subscribe", "/api/security/csp-report", "/files/borough.ipynb",
        "/nbconvert/html/borough.ipynb", "/lab", "/tree", "/login", "/logout", "/metrics",
        "/terminals/websocket/1", "/view/x", "/static/x.js", "/voila", "/voila/tree",
        "/voila/render/borough.ipynb", "/voila/files/borough.ipynb", "/voila/files/x.png",
        "/voila/api/contents", "/voila/api/themes/x", f"/voila/query/{kernel}",
        f"/voila/execution/{kernel}", "/voila/templates/lab/static/voila.js",
        "/voila/templates/x", "/voila/labextensions/jupyterlab_pygments/package.json",
        "/borough.ipynb", "/voila/static/", "/voila/static/index.html",
    ]  # fmt: skip
    read = ("/", f"/api/kernels/{kernel}", f"/api/kernels/{kernel}/channels",
            "/voila/static/voila.js")  # fmt: skip
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"):
        for path in paths:
            assert server.ask(path, method, **OPENING).status in {403, 404, 405}, (method, path)
        if method not in {"GET", "HEAD"}:
            for path in read:
                assert server.ask(path, method, "{}", **OPENING).status == 405, (method, path)
    assert server.ask(f"/api/kernels/{kernel}").status == 200


def test_no_file_outside_the_served_folders_is_read(server):
    for start in (
        "/voila/static/",
        "/voila/labextensions/@jupyter-widgets/jupyterlab-manager/static/",
    ):
        for step in ("../", "..%2f", "%2e%2e/", "..\\", "..%5c", "....//", "/"):
            for aim in ("etc/passwd", "pyproject.toml", "index.html.j2", "conf.json"):
                answer = server.ask(start + step * 9 + aim)
                assert answer.status in {400, 403, 404}, answer.text


def test_a_page_that_leaves_before_its_kernel_answers_is_one_line_in_the_log(server, log, kernel):
    [process] = server.kernels()
    process.suspend()
    try:
        with closing(socket.create_connection(("127.0.0.1", server.port), 60)) as wire:
            lines = (
                f"GET /api/kernels/{kernel}/channels?session_id=s HTTP/1.1",
                f"Host: 127.0.0.1:{server.port}",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
            )
            wire.sendall("\r\n".join([*lines, "", ""]).encode())
            time.sleep(1)
        line = f"Kernel {kernel} or its page went away"
        until = time.monotonic() + 20
        while line not in (written := log.read_text(encoding="utf-8", errors="replace")):
            assert time.monotonic() < until, written[-2000:]
            time.sleep(0.1)
    finally:
        process.resume()
    assert "Traceback" not in written


# Several dashboards, and an error in one of them

FAILING = """\
import threading
from pvtools.dashboards.page import Page

def fail():
    raise RuntimeError("secret detail")

page = Page()
page.open()
page.fill("Friday", fail)
print(page.status.value)
threading.Timer(2, page.fill, ("Friday", fail)).start()"""


async def overheard(server: Served, kernel: str, seconds: float) -> bytes:
    """Return all that a kernel says to its page for a while."""
    wire = await websocket_connect(
        f"ws://127.0.0.1:{server.port}{server.base}api/kernels/{kernel}/channels?session_id=s",
        subprotocols=["v1.kernel.websocket.jupyter.org"],
    )
    came = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (message := await wire.read_message()) is not None:
                came += message
    await let_go(wire)
    return came


def test_a_folder_of_dashboards_is_listed_and_an_error_is_found_by_its_reference(tmp_path):
    log = tmp_path / "log.txt"
    kernel = {"kernelspec": {"name": "pvtools", "display_name": "p", "language": "python"}}
    for name, title, code in (("fails", "It fails <b>", FAILING), ("works", "", "print('works')")):
        notebook = new_notebook(cells=[new_code_cell(code)], metadata=kernel | {"title": title})
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    with served("--notebooks", str(tmp_path), log=log) as server:
        index = server.open("/")
        assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', index.text) == [
            ("/fails", "It fails &lt;b&gt;"),
            ("/works", "works"),
        ]
        assert server.kernels() == []
        assert server.open("/nosuch").status == 404
        assert "<h1>works</h1>" in server.open("/works").text
        page = server.open("/fails").text
        came = asyncio.run(overheard(server, kernel_id(page), 4))
    assert b"something went wrong on our side" in came
    assert b"secret detail" not in came
    assert "<h1>It fails &lt;b&gt;</h1>" in page
    assert "secret detail" not in page
    [reference] = re.findall(r"\(reference ([0-9a-f]{8})\)", page)
    written = log.read_text(encoding="utf-8")
    assert f"reference {reference}: Friday\nTraceback" in written
    assert "RuntimeError: secret detail" in written


# How it answers


def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(server):
    for path, headers in (
        ("/nosuch", {}),
        ("/", {}),
        ("/", {"Host": "evil.example"}),
        ("/voila/static/voila.js", {}),
        ("/voila/static/nosuch", {}),
        ("/voila/labextensions/@voila-dashboards/widgets-manager8/static/x", {}),
        (f"/api/kernels/{_NOBODY}", {}),
        (f"/api/kernels/{_NOBODY}/channels", {}),
        ("/%ff", {}),
    ):
        answer = server.ask(path, **headers)
        for name, value in guard.HEADERS.items():
            assert answer.headers[name] == value, (path, name)
        assert "Server" not in answer.headers, path


def hostile(chance: random.Random) -> str:
    """Return what a stranger might write after the first slash."""
    pieces = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "${jndi:x}",
        "%00", "%0d%0aSet-Cookie:a=b", "%ff%fe", "%", "%2e%2e/", "../" * 5, "//evil.example", "@",
        "area=", "borough=", "template=", "theme=", "token=",
        "&", "?", "=", ";", "#", "[", "]", "\\", "|",
        "voila/", "api/kernels/", "static/", _NOBODY, "x" * 3000, "é", "\x80",
        "\x1b[2J", "\x9b2J", "a[]=1", "hackney",
    ]  # fmt: skip
    letters = "".join(chance.choices(string.printable[:94], k=5))
    return "".join(chance.choices([*pieces, letters], k=chance.randint(1, 7)))


def raw(server: Served, line: bytes) -> bytes:
    """Return the answer to a request line sent as it is."""
    with closing(socket.create_connection(("127.0.0.1", server.port), 180)) as wire:
        wire.sendall(
            line + b"\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        )
        answer = b""
        while piece := wire.recv(65536):
            answer += piece
    return answer


def test_whatever_is_written_in_an_address_no_fault_is_ours_and_nothing_comes_back(server, log):
    chance = random.Random(9)  # noqa: S311 - the same addresses in each run
    for at in range(400):
        said = hostile(chance).replace(" ", "+")
        # a query goes to the page, which is asked for its head: that takes no kernel
        line = f"HEAD /?{said}" if at % 2 else f"GET /{said.lstrip('?')}x"
        answer = raw(server, line.encode("latin-1") + b" HTTP/1.1")
        status = re.match(rb"HTTP/1.1 (\d{3})", answer)
        assert answer == b"" or (status and int(status[1]) < 500), line
        for mark in (b"alert(1)", b"evil.example", b"Set-Cookie", b"Traceback", b"site-packages"):
            assert mark not in answer, line
    assert server.kernels() == []
    written = log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in written
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", written)


def test_whatever_is_written_below_any_address_of_the_suite_no_fault_is_ours(of_suite):
    base, chance = of_suite.base, random.Random(13)  # noqa: S311 - the same addresses in each run
    own = apps(places.notebook("dashboards"))
    starts = [
        ("GET", "/"), ("GET", base), ("GET", f"{base}health"), ("POST", f"{base}sign-in"),
        ("GET", f"{base}api/kernels/"), ("POST", f"{base}voila/api/shutdown/"),
        ("GET", f"{base}voila/static/"), ("GET", f"{base}voila/labextensions/"),
        *(("GET", f"{base}{app.address}") for app in own if app.module),
        # of a page with a kernel the head is asked for: that takes none
        *(("HEAD", f"{base}live/{app.address}") for app in own if not app.module),
    ]  # fmt: skip
    for at in range(1000):
        method, start = starts[at % len(starts)]
        said = hostile(chance).replace(" ", "+")
        line = f"{method} {start}{chance.choice(['', '/', '?', '?area='])}{said}"
        head, _, body = raw(of_suite, line.encode("latin-1") + b" HTTP/1.1").partition(b"\r\n\r\n")
        status = re.match(rb"HTTP/1.1 (\d{3})", head)
        assert head == b"" or (status and int(status[1]) < 500), line
        assert b"\nSet-Cookie" not in head, line
        assert not re.search(rb"Location: (?!/pvtools/)", head), line
        for mark in (b"<script>alert", b"<img src=x", b"Traceback", b"site-packages", b"root:x"):
            assert mark not in body, line
    assert of_suite.kernels() == []
    written = of_suite.log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in written
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", written)


@pytest.mark.parametrize("area", ["<script>alert(1)</script>", "%00%1b[2J", "x" * 5000, "%F0"])
def test_a_hostile_area_gets_a_page_and_none_of_its_words_in_it(server, area):
    page = server.open(f"/?area={area}")
    assert page.status in {200, 400}
    assert "alert(1)" not in page.text
    assert "Traceback" not in page.text
    if page.status == 200:
        server.ask(f"/voila/api/shutdown/{kernel_id(page.text)}", "POST")
    server.await_kernels(0)


def test_a_request_that_is_never_finished_or_too_large_takes_no_kernel(server):
    with closing(socket.create_connection(("127.0.0.1", server.port), 60)) as slow:
        slow.sendall(b"GET /?area=hackney HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n")
        with closing(socket.create_connection(("127.0.0.1", server.port), 60)) as large:
            large.sendall(
                f"POST /voila/api/shutdown/{_NOBODY} HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 99999999\r\n\r\n".encode()
            )
            assert large.recv(4096).startswith(b"HTTP/1.1 400 ")
        assert server.ask("/", "HEAD", **OPENING).status == 200
        assert server.kernels() == []
