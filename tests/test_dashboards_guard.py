"""Who gets an answer, and what a visitor may tell a kernel: the rules, without a server."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from voila.configuration import VoilaConfiguration
from voila.tornado.handler import TornadoVoilaHandler

from pvtools import areas, places
from pvtools.cli import pvtools
from pvtools.dashboards import access_log, guard, live, serve, tokens, visitors
from pvtools.errors import UsageError

_GIVEN, _BAD = "a-token-of-ours", "my secret"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost:8866", "localhost"),
        ("LocalHost", "localhost"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("[::1]:8866", "::1"),
        ("evil.example:8866", "evil.example"),
        ("localhost@evil.example", ""),
        ("localhost, evil.example", ""),
        ("localhost#.evil.example", ""),
        ("localhost:80:80", ""),
        ("", ""),
    ],
)
def test_a_host_header_is_read_as_a_name_or_not_at_all(header, name):
    assert guard.host_name(header) == name


@pytest.mark.parametrize(
    ("headers", "opens"),
    [
        ({"Sec-Fetch-Dest": "document", "Accept": "text/html"}, True),
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}, True),  # a link elsewhere
        ({"Accept": "text/html,application/xhtml+xml"}, True),  # an old browser
        ({"Accept": "image/avif,image/webp,*/*"}, False),
        ({"Accept": "*/*"}, False),
        ({}, False),
        ({"Sec-Fetch-Dest": "image", "Accept": "text/html"}, False),
        ({"Sec-Fetch-Dest": "iframe", "Accept": "text/html"}, False),
        ({"Sec-Fetch-Dest": "empty", "Accept": "text/html"}, False),
        ({"Sec-Fetch-Dest": "document", "Sec-Purpose": "prefetch;prerender"}, False),
        ({"Accept": "text/html", "Purpose": "prefetch"}, False),
        ({"Accept": "text/html", "X-Moz": "Prefetch"}, False),
    ],
)
def test_only_somebody_who_opens_the_page_in_a_tab_is_given_a_kernel(headers, opens):
    assert guard.opens_a_page(headers) is opens


@pytest.mark.parametrize(
    ("called", "by_any_address", "answered"),
    [
        ("localhost:8866", False, True),
        ("figures.example.org", False, True),
        ("192.0.2.7:8866", False, False),
        ("192.0.2.7:8866", True, True),
        ("192.0.2.8:8866", True, False),
        ("evil.example", True, False),
    ],
)
def test_on_every_network_card_the_address_a_request_came_in_on_is_a_name_too(
    called, by_any_address, answered
):
    asked = guard.Guarded.__new__(guard.Guarded)
    hosts = guard.LOCAL | {"figures.example.org"}
    asked.application = SimpleNamespace(settings={"hosts": hosts, "any_address": by_any_address})
    card = SimpleNamespace(getsockname=lambda: ("192.0.2.7", 8866))
    stream = SimpleNamespace(stream=SimpleNamespace(socket=card))
    asked.request = SimpleNamespace(host=called, connection=stream)
    assert asked._is_for_us() is answered


def test_a_page_whose_kernel_never_answers_ends_nevertheless(monkeypatch):
    async def never(self):
        await asyncio.sleep(3600)

    monkeypatch.setattr(TornadoVoilaHandler, "get", never)
    monkeypatch.setattr(live, "_PATIENCE", 0.01)
    asyncio.run(live.Page.__new__(live.Page).get())


def message(kind: str, channel: str = "shell", **content: object) -> bytes:
    header = {"msg_id": "1", "msg_type": kind, "username": "", "session": "", "version": "5.3"}
    parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    return serialize_msg_to_ws_v1(parts, channel)


def test_what_widgets_say_passes():
    assert visitors.passes(message("kernel_info_request"))
    assert visitors.passes(message("comm_info_request"))
    assert visitors.passes(message("comm_msg", comm_id="a", data={}))
    assert visitors.passes(message("comm_close", comm_id="a", data={}))
    assert visitors.passes(message("comm_open", target_name="jupyter.widget.control"))


@pytest.mark.parametrize(
    "kind",
    [
        "execute_request", "inspect_request", "complete_request", "history_request",
        "is_complete_request", "debug_request", "input_reply", "interrupt_request",
        "shutdown_request", "create_subshell_request",
    ],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub"])
def test_what_makes_a_kernel_do_anything_else_does_not(kind, channel):
    assert not visitors.passes(message(kind, channel, code="1", target_name="x"))


def test_widgets_are_spoken_of_on_one_channel_and_opened_under_one_name():
    assert not visitors.passes(message("kernel_info_request", "control"))
    assert not visitors.passes(message("comm_msg", "stdin"))
    assert not visitors.passes(message("comm_open", target_name="jupyter.widget"))
    assert not visitors.passes(message("comm_open", target_name="matplotlib"))
    assert not visitors.passes(message("comm_open"))


@pytest.mark.parametrize(
    "nonsense",
    [
        "", b"", "text", b"\xff" * 8, b"\xff" * 4096, (2**40).to_bytes(8, "little") + b"{}" * 20,
        serialize_msg_to_ws_v1([b"[" * 100_000] * 4, "shell"),
        serialize_msg_to_ws_v1([b"\xff", b"{}", b"{}", b"{}"], "shell"),
        serialize_msg_to_ws_v1([b"[]", b"{}", b"{}", b"{}"], "shell"),
        serialize_msg_to_ws_v1([b'{"msg_type": ["comm_msg"]}', b"{}", b"{}", b"{}"], "shell"),
    ],
)  # fmt: skip
def test_a_message_that_is_none_is_refused_without_being_taken_apart(nonsense):
    assert not visitors.passes(nonsense)


@pytest.fixture
def kernels(monkeypatch):
    """A manager of kernels that take a moment to start and do nothing."""

    async def start(self, *, kernel_id, **_):
        await asyncio.sleep(0.01)
        self._kernels[kernel_id] = SimpleNamespace()
        await asyncio.sleep(0.01)

    async def end(self, kernel_id):
        self.remove_kernel(kernel_id)

    monkeypatch.setattr(AsyncMappingKernelManager, "start_kernel", start)
    monkeypatch.setattr(AsyncMappingKernelManager, "shutdown_kernel", end)
    made = visitors.Visitors(max_visitors=3)
    yield made
    made._kernels.clear()


def test_sixty_who_come_at_once_get_as_many_kernels_as_there_may_be(kernels):
    async def come():
        return await asyncio.gather(
            *(kernels.start_kernel() for _ in range(60)), return_exceptions=True
        )

    came = asyncio.run(come())
    assert sum(isinstance(one, str) for one in came) == 3 == len(kernels)
    refused = [one for one in came if not isinstance(one, str)]
    assert {(type(one), one.status_code) for one in refused} == {(web.HTTPError, 503)}


def test_a_kernel_that_fails_to_start_takes_nobodys_place(kernels, monkeypatch):
    async def fail(self, **_):
        raise OSError("no memory")

    with monkeypatch.context() as patch:
        patch.setattr(AsyncMappingKernelManager, "start_kernel", fail)
        for _ in range(5):
            with pytest.raises(OSError, match="no memory"):
                asyncio.run(kernels.start_kernel())
    assert not kernels.full


def test_a_kernel_that_no_page_is_connected_to_ends_and_another_does_not(kernels, monkeypatch):
    async def keep(self, kernel_id):
        pass

    monkeypatch.setattr(AsyncMappingKernelManager, "cull_kernel_if_idle", keep)
    kernels.alone = -1  # at once

    async def live():
        one, other, left = [await kernels.start_kernel() for _ in range(3)]
        kernels._kernel_connections.update({other: 0, left: 0})
        kernels.notify_connect(other)
        kernels.notify_connect(left)
        kernels.notify_disconnect(left)
        await kernels.cull_kernels()
        return one, other, left

    one, other, left = asyncio.run(live())
    assert one not in kernels
    assert other in kernels
    assert left not in kernels


def test_settings_that_a_query_may_not_choose_exist_in_this_voila():
    settings = serve._settings(places.notebook("dashboards"), "127.0.0.1", 1)
    for name in ("allow_template_override", "allow_theme_override"):
        assert f"--VoilaConfiguration.{name}=NO" in settings
        assert "NO" in VoilaConfiguration.class_traits()[name].values


def test_the_page_makes_the_same_address_of_a_name_as_we_do():
    script = serve._JUPYTER / "voila/templates/pvtools/static/pvtools.js"
    pattern = re.search(r'replace\(/(.+?)/g, "-"\)', script.read_text(encoding="utf-8"))[1]
    for borough in areas.boroughs():
        assert re.sub(pattern, "-", borough.name.lower()) == borough.slug


@pytest.mark.parametrize(
    ("referer", "opens"),
    [
        ("https://intranet.example.org/a/b?c", True),
        ("https://intranet.example.org", True),
        ("https://intranet.example.org.evil.example/", False),
        ("http://intranet.example.org/", False),
        ("", False),
    ],
)
def test_a_frame_starts_a_kernel_on_pages_of_the_sites_that_may_show_it_only(referer, opens):
    headers = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Referer": referer}
    sites = ("https://intranet.example.org",)
    assert guard.opens_a_page(headers, embedders=sites) is opens
    assert not guard.opens_a_page(headers)


@pytest.mark.parametrize(
    "option",
    [
        *({"allow_hosts": [name]} for name in ("a b", "http://x", "")),
        *({"base_url": path} for path in ("", "/a b/", "/../", "/a//b/", "/a?b", "http://x/")),
        *({"embed_from": [origin]} for origin in ("*", "x", "https://x/y", "https://*.x", "x; y")),
        *({"token": token} for token in ("", "short", "a" * 201, "with a space in it", "é" * 20)),
    ],
)
def test_an_option_that_cannot_be_is_refused_with_what_to_write(option):
    with pytest.raises(UsageError, match=r"Give |Have "):
        serve.serve(**option)


def test_all_options_that_cannot_be_are_named_at_once_and_the_token_is_not_repeated(tmp_path):
    with pytest.raises(UsageError) as refused:
        serve.serve(
            allow_hosts=["a b", "c d"], base_url="?", token=_BAD,
            embed_from=["https://x/"], log_access=str(tmp_path / "none" / "log"),
        )  # fmt: skip
    assert len(str(refused.value).splitlines()) == 6
    assert _BAD not in str(refused.value)


@pytest.fixture
def asked(monkeypatch):
    """Return a function that gives the command line, and returns what would be served and said."""
    monkeypatch.delenv("PVTOOLS_TOKEN", raising=False)

    def run(*options):
        found = {}
        monkeypatch.setattr(serve, "serve", lambda **given: found.update(given))
        CliRunner().invoke(pvtools, ["dashboard", *options], catch_exceptions=False)
        monkeypatch.setattr(serve, "serve", lambda **given: given["on_listening"]())
        return found, CliRunner().invoke(pvtools, ["dashboard", *options]).output

    return run


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_address_of_ipv6_is_printed_as_a_browser_takes_it(asked, host):
    found, said = asked("--host", host, "--base-url", "pvtools")
    assert found["host"] == "::1"
    assert "Open http://[::1]:8866/pvtools/ " in said


def test_a_token_is_made_where_none_is_given_and_a_given_one_is_not_printed(asked):
    made, said = asked("--token", "--port", "8867")
    assert tokens.fits(made["token"])
    assert "8867/?token=" in said
    given, said = asked("--token", _GIVEN)
    assert given["token"] == _GIVEN
    assert _GIVEN not in said


def test_a_token_of_the_environment_is_kept_from_kernels_and_an_empty_one_opens_nothing(
    asked, monkeypatch
):
    monkeypatch.setenv("PVTOOLS_TOKEN", _GIVEN)
    assert asked()[0]["token"] == _GIVEN
    assert "PVTOOLS_TOKEN" not in os.environ
    monkeypatch.setenv("PVTOOLS_TOKEN", "")
    assert asked()[0]["token"] == ""


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil", "/%0d%0aSet-Cookie:a",
     "/\r\nSet-Cookie: a", '/"><script>', "/?a=<script>&token=x&b=\r\n", "", "?token=x",
     "/pvtools/é"],
)  # fmt: skip
@pytest.mark.parametrize("home", ["/", "/pvtools/"])
def test_an_address_that_is_led_to_is_one_of_ours_without_the_token(address, home):
    led = tokens.without(address, home)
    assert led.startswith(home)
    assert re.fullmatch(r"/(?:[^/\\].*)?", led)
    assert not re.search(r"""[\s<>"'\\]|token=""", led)


def test_a_line_of_the_access_log_says_nothing_of_who_asked():
    request = SimpleNamespace(
        method="GET", path="/api/kernels/6ACD6B00-2fc9-40aa-b3e2-8a3d4fa9b46d\x1b[2J\x9b\x7f",
        query="token=a", uri="/?token=a", remote_ip="192.0.2.1", headers={"User-Agent": "me"},
        request_time=lambda: 0.0123, sent=7,
    )  # fmt: skip
    line = access_log.line(SimpleNamespace(request=request, get_status=lambda: 200))
    assert set(line) == {"time", "method", "path", "status", "bytes", "milliseconds"}
    assert line["path"].startswith("/api/kernels/KERNEL\x1b")
    assert (line["status"], line["bytes"], line["milliseconds"]) == (200, 7, 12.3)
    assert json.dumps(line).isprintable()


def test_an_access_log_that_is_moved_away_is_begun_anew(tmp_path):
    log = logging.getLogger("pvtools.access")
    try:
        access_log.open_log(str(tmp_path / "log"))
        log.info("one")
        (tmp_path / "log").rename(tmp_path / "log.1")
        log.info("two")
        assert (tmp_path / "log.1").read_text() == "one\n"
        assert (tmp_path / "log").read_text() == "two\n"
    finally:
        log.handlers.pop().close()
