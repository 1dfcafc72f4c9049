"""The server as it is served to others: behind the web server of docs/serving.md, under a path."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import pytest
from playwright.sync_api import expect, sync_playwright
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from pvtools.dashboards import tokens

from . import browser
from .accessibility import faults_in_page
from .served import OPENING, elsewhere, free_port, served

pytestmark = pytest.mark.kernel

_RECIPE = (Path(__file__).parents[1] / "docs/serving.md").read_text(encoding="utf-8")
_GIVEN = "a-token-of-ours"
_COOKIE = f"{tokens.COOKIE}={tokens.mark(_GIVEN)}"
_NOBODY = "00000000-0000-4000-8000-000000000000"


def _loopback() -> str:
    """Return the address of this machine by IPv6, or by the older one where it has no other."""
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return "::1"
    return "127.0.0.1"


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def server(logs):
    with served(
        "--access-log", str(logs / "access"), "--max-visitors", "2",
        "--allow-host", "figures.example.org",
        host=_loopback(), base="/pvtools/", log=logs / "errors",
        environment={"PVTOOLS_TOKEN": _GIVEN, "XDG_CACHE_HOME": str(logs)},
    ) as server:  # fmt: skip
        yield server


def test_under_a_path_every_link_of_every_page_is_below_it(server):
    for path in ("", "targets", "borough", "compare/hackney", "nosuch", "borough/nosuch"):
        page = server.ask(f"/pvtools/{path}", **OPENING, Cookie=_COOKIE)
        assert page.status in {200, 404}
        links = re.findall(r'\b(?:href|src|action)="(/[^"]*)"', page.text)
        assert links
        assert [link for link in links if not link.startswith("/pvtools/")] == []
    for path, leads in (
        ("/pvtools", "/pvtools/"),
        ("/pvtools/hackney", "/pvtools/borough/hackney"),
        ("/pvtools/?area=hackney", "/pvtools/borough/hackney"),
    ):
        assert server.ask(path, **OPENING, Cookie=_COOKIE).headers["Location"] == leads
    assert server.ask("/borough", **OPENING, Cookie=_COOKIE).status == 404


def test_a_server_of_ipv6_answers_to_its_name_in_brackets_and_to_no_other(server):
    if server.host != "::1":
        pytest.skip("this machine has no IPv6")
    host = f"[::1]:{server.port}"
    assert server.ask("/pvtools/", **OPENING, Host=host, Cookie=_COOKIE).status == 200
    other = f"[::2]:{server.port}"
    assert server.ask("/pvtools/", **OPENING, Host=other, Cookie=_COOKIE).status == 403


# The token


@pytest.mark.parametrize(
    "path",
    ["", "borough/hackney", "live/target-lab", "nosuch", "voila/static/voila.js", "?token=wrong",
     f"api/kernels/{_NOBODY}", f"api/kernels/{_NOBODY}/channels"],
)  # fmt: skip
@pytest.mark.parametrize("cookie", ["", f"{tokens.COOKIE}={_GIVEN}", f"{tokens.COOKIE}=é", "a=b"])
def test_without_the_token_nothing_is_shown_but_a_form_that_asks_for_it(server, path, cookie):
    answer = server.ask(f"/pvtools/{path}", **OPENING, Cookie=cookie)
    assert answer.status == 403
    assert "<h1>A token is needed</h1>" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert server.kernels() == []


def test_a_token_in_the_address_is_kept_in_a_cookie_and_taken_out_of_the_address(server):
    answer = server.ask(f"/pvtools/compare?area=hackney&token={_GIVEN}&area=camden", **OPENING)
    assert answer.status == 303
    assert answer.headers["Location"] == "/pvtools/compare?area=hackney&area=camden"
    [cookie] = SimpleCookie(answer.headers["Set-Cookie"]).values()
    assert (cookie["path"], cookie["samesite"]) == ("/pvtools/", "Lax")
    assert cookie["httponly"]
    assert not cookie["secure"]
    assert _GIVEN not in answer.headers["Set-Cookie"]
    sent = f"{cookie.key}={cookie.value}"
    for query in ("", "?token=wrong"):  # a wrong one goes as well, and shuts nobody out
        again = server.ask(f"/pvtools/{query}", **OPENING, Cookie=sent)
        assert (again.status, again.headers["Location"]) in {(200, None), (303, "/pvtools/")}
    secure = server.ask(f"/pvtools/?token={_GIVEN}", **OPENING, X_Forwarded_Proto="https")
    assert "Secure" in secure.headers["Set-Cookie"]


def test_a_form_takes_the_token_and_leads_to_the_page_that_was_asked_for(server):
    def give(token, to):
        kind = "application/x-www-form-urlencoded"
        return server.ask("/pvtools/sign-in", "POST", f"token={token}&to={to}", Content_Type=kind)

    asked = server.ask("/pvtools/compare?area=hackney", **OPENING)
    [to] = re.findall(r'name="to" value="([^"]+)"', asked.text)
    wrong = give("wrong", to)
    assert wrong.status == 403
    assert "That was not the token." in wrong.text
    assert re.findall(r'name="to" value="([^"]+)"', wrong.text) == [to]
    right = give(_GIVEN, to)
    assert (right.status, right.headers["Location"]) == (303, "/pvtools/compare?area=hackney")
    assert give(_GIVEN, "//evil.example/").headers["Location"] == "/pvtools/"


def test_a_token_is_in_no_log_and_the_access_log_holds_nothing_of_who_asked(server, logs):
    server.ask(f"/pvtools/?token={_GIVEN}", **OPENING, User_Agent="me", Referer="http://x/?token=y")
    server.ask(f"/pvtools/nosuch?token={_GIVEN}", "FOO")
    server.ask(f"/pvtools/voila/api/shutdown/{_NOBODY}", "POST", Cookie=_COOKIE)
    until = time.monotonic() + 20
    while "nosuch" not in (written := (logs / "access").read_text(encoding="ascii")) or (
        "shutdown" not in written
    ):
        assert time.monotonic() < until  # a line is written after its answer was sent
        time.sleep(0.05)
    assert _GIVEN not in written + (logs / "errors").read_text(encoding="utf-8")
    assert not re.search(rf"token|{_NOBODY}|127\.0|::1|\"me\"|Referer|http:", written)
    [last] = [json.loads(line) for line in written.splitlines() if "shutdown" in line][-1:]
    assert last["path"] == "/pvtools/voila/api/shutdown/KERNEL"
    assert (last["method"], last["status"]) == ("POST", 204)


@pytest.mark.browser
def test_controls_say_that_a_new_token_is_needed_until_it_was_given(server):
    browser.executable()
    with (
        sync_playwright() as playwright,
        contextlib.closing(browser.launch(playwright)) as chromium,
    ):
        page = chromium.new_page()
        page.goto(f"{server.address}live/target-lab?token={_GIVEN}")
        page.wait_for_selector(".pv-drawn", state="attached")
        said, let_in = page.locator("#pv-live"), page.context.cookies()

        def seen_again() -> None:
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

        page.context.clear_cookies()  # as good as a server with another token
        seen_again()
        expect(said).to_have_text("A token is needed. Reload the page, which asks for it once.")
        page.context.add_cookies(let_in)
        seen_again()
        expect(said).to_be_empty()
        asks = {"Location": "/pvtools/sign-in"}  # as a web server in front may do it
        page.route("**/api/kernels/*", lambda one: one.fulfill(status=302, headers=asks))
        seen_again()
        expect(said).to_contain_text("A token is needed.")
        page.goto("about:blank")
        server.await_kernels(0)


def test_a_load_balancer_learns_how_the_server_is_without_a_token(server):
    answer = server.ask("/pvtools/health")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    told = json.loads(answer.text)
    assert re.fullmatch("[0-9a-f]{16}", told.pop("data"))
    assert told.pop("pages_waiting") in {0, 1}  # the first page has its sentence made
    assert told == {"status": "ok", "kernels": {"in_use": 0, "limit": 2}}
    head = server.ask("/pvtools/health", "HEAD")
    assert (head.status, head.text) == (200, "")


@pytest.mark.browser
def test_only_the_site_that_is_named_may_show_a_dashboard_and_its_controls_in_a_frame(logs):
    browser.executable()
    port = free_port()
    body = f'<iframe src="http://127.0.0.1:{port}/targets?shifting=30"></iframe>'
    with elsewhere(body) as named, elsewhere(body) as other:
        options = ("--embed-from", named.rstrip("/"))
        with (
            served(*options, port=port, environment={"XDG_CACHE_HOME": str(logs)}) as server,
            sync_playwright() as playwright,
            contextlib.closing(browser.launch(playwright)) as chromium,
        ):
            page = chromium.new_page()
            page.goto(named)
            shown = page.frame_locator("iframe")
            expect(shown.get_by_role("heading", level=1)).to_have_text("Targets")
            mark = shown.frame_locator(".pv-controls iframe").locator(".pv-drawn")
            expect(mark).to_have_attribute("data-dials", re.compile("shifting=30"), timeout=60_000)
            page.goto(other)
            page.wait_for_load_state("networkidle")
            assert page.frames[1].url == "chrome-error://chromewebdata/"
            assert page.frames[1].get_by_role("heading", name="Targets").count() == 0
            server.await_kernels(0)


# Behind the web server of the recipe


def _block(kind: str) -> str:
    return re.search(rf"```{kind}\n(.*?)```", _RECIPE, re.DOTALL)[1]


def _needed(name: str) -> str:
    """Return a program's path; without it, skip and say so, or fail where it is promised."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        browser.lacking(f"no {name} on this machine")
    return found


def _replace(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def front(server, tmp_path_factory):
    """The address of the recipe's web server, with a certificate of its own making."""
    nginx, openssl = _needed("nginx"), _needed("openssl")
    home, port = tmp_path_factory.mktemp("nginx"), free_port()
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", home / "key.pem", "-out", home / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    block = _replace(
        _block("nginx"),
        {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "/etc/ssl/figures.example.org.pem": str(home / "cert.pem"),
            "/etc/ssl/private/figures.example.org.key": str(home / "key.pem"),
            "http://127.0.0.1:8866": server.address.removesuffix("/pvtools/"),
            "zone=pvtools burst=20": "zone=pvtools burst=60",  # the tests are one visitor
        },
    )
    kept = "".join(
        f"{kind}_temp_path {home / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    text = f"{user} daemon off; pid {home}/pid; events {{}} http {{ {kept}\n{block} }}"
    (home / "nginx.conf").write_text(text, encoding="utf-8")
    command = [nginx, "-p", home, "-e", home / "errors", "-c", home / "nginx.conf"]
    with subprocess.Popen(command) as process:
        try:
            _await(port, process)
            yield f"https://localhost:{port}/pvtools/"
        finally:
            process.terminate()


def _await(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 30
    while True:
        assert process.poll() is None, "nginx refused the recipe"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        assert time.monotonic() < until
        time.sleep(0.1)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _ask(address: str, **headers: str):
    """Return the answer through the web server, whose certificate nobody else vouches for."""
    context = ssl._create_unverified_context()  # noqa: S323 - made by the test
    request = Request(address, headers=OPENING | {"Cookie": _COOKIE} | headers)  # noqa: S310
    try:
        return build_opener(_Stay, HTTPSHandler(context=context)).open(request, timeout=60)
    except HTTPError as answer:
        return answer


def test_pages_redirects_and_scripts_come_through_the_recipes_web_server(front):
    with _ask(front) as page:
        assert page.status == 200
        assert b'href="/pvtools/borough/hackney"' in page.read()
    with _ask(f"{front}hackney") as led:
        assert (led.status, led.headers["Location"]) == (302, "/pvtools/borough/hackney")
    with _ask(front.rstrip("/")) as led:
        assert (led.status, led.headers["Location"]) == (303, "/pvtools/")
    with _ask(f"{front}voila/static/suite.js") as script:
        assert script.status == 200
        assert b"use strict" in script.read()
    with _ask(f"{front}nosuch") as none:
        assert none.status == 404
        assert b'href="/pvtools/"' in none.read()
    with _ask(f"{front}?token={_GIVEN}", Cookie="") as let_in:
        assert "Secure" in let_in.headers["Set-Cookie"]


def test_a_websocket_opens_through_the_recipes_web_server_with_the_token_only(server, front):
    with _ask(f"{front}live/target-lab") as page:
        key = re.search(r'"kernelId": "([0-9a-f-]{36})"', page.read().decode())[1]

    async def connect(cookie: str) -> None:
        address = f"wss{front.removeprefix('https')}api/kernels/{key}/channels?session_id=s"
        origin = front.removesuffix("/pvtools/")
        headers = {"Cookie": cookie, "Origin": origin}
        request = HTTPRequest(address, validate_cert=False, headers=headers, connect_timeout=60)
        wire = await websocket_connect(request, subprotocols=["v1.kernel.websocket.jupyter.org"])
        wire.close()
        async with asyncio.timeout(10):
            while await wire.read_message() is not None:
                pass

    try:
        asyncio.run(connect(_COOKIE))
        with pytest.raises(HTTPClientError, match="403"):
            asyncio.run(connect(""))
    finally:
        server.ask(f"/pvtools/voila/api/shutdown/{key}", "POST", Cookie=_COOKIE)
        server.await_kernels(0)


@pytest.mark.browser
def test_a_person_gives_the_token_and_moves_controls_through_the_recipes_web_server(server, front):
    browser.executable()
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        page = chromium.new_context(ignore_https_errors=True).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{front}targets?shifting=30")
        for width in (1280, 768, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert faults_in_page(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_label("Token").fill(_GIVEN)
        page.keyboard.press("Enter")
        frame = page.frame_locator(".pv-controls iframe")
        expect(frame.locator(".pv-drawn")).to_have_attribute(
            "data-dials", re.compile("shifting=30"), timeout=60_000
        )
        assert page.url == f"{front}targets?shifting=30"
        page.goto("about:blank")  # a page that is left ends its kernel
        server.await_kernels(0)
        chromium.close()


def test_more_pages_than_one_person_asks_for_are_refused_by_the_recipes_web_server(front):
    with contextlib.ExitStack() as answers:
        got = [answers.enter_context(_ask(f"{front}nosuch")).status for _ in range(90)]
        assert set(got) == {404, 429}
        assert answers.enter_context(_ask(f"{front}voila/static/suite.js")).status == 200


def test_the_recipes_service_is_one_that_systemd_understands(tmp_path):
    if not (verify := shutil.which("systemd-analyze")):
        pytest.skip("no systemd on this machine")
    unit = _replace(_block("ini"), {"/opt/pvtools/.venv/bin/pvtools": sys.executable})
    (tmp_path / "pvtools.service").write_text(unit, encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", "--man=no", tmp_path / "pvtools.service"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "pvtools.service" not in done.stderr


def test_the_recipe_names_every_option_and_only_those_there_are():
    from pvtools.cli.dashboard import dashboard

    there = {option for each in dashboard.params for option in each.opts}
    assert set(re.findall(r"(?<![\w`-])--[a-z-]+", _block("ini"))) <= there
    assert set(re.findall(r"^\| `(--[a-z-]+)`", _RECIPE, re.M)) <= there
