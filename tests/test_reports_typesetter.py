"""Typst sets the page it is given: no network, no other file, no endless patience."""

import os
import socket
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from pvtools import style
from pvtools.reports import typesetter
from pvtools.reports.typesetter import RefusedError

PACKAGES = [
    '#import "@preview/cetz:0.3.0"',
    '#import ("@pre" + "view/cetz:0.3.0"): *',
    '#include "@preview/cetz:0.3.0"',
    '#eval("import \\"@preview/cetz:0.3.0\\"")',
]


def typeset(source, **options):
    files = {"main.typ": f"#set document(title: [T])\n{source}".encode()}
    options = {"standards": ["ua-1"], "fonts": [style.font_dir()]} | options
    return typesetter.typeset(files, **options)


@pytest.fixture
def calls(monkeypatch):
    """Count whoever calls the proxy that every program is told to use."""
    found = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def answer():
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    found.append(caller.recv(100))

        threading.Thread(target=answer, daemon=True).start()
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            for spelled in (name, name.lower()):
                monkeypatch.setenv(spelled, f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        yield found
        server.shutdown(socket.SHUT_RDWR)


def test_a_page_is_set():
    assert typeset("Hello").startswith(b"%PDF")


@pytest.mark.parametrize("source", PACKAGES)
def test_no_package_is_ever_asked_of_the_network(source, calls):
    # That the connection failed, and no name was looked up, says that Typst turned to nobody.
    with pytest.raises(RefusedError, match=r"packages\.typst\.org.*Connection Failed"):
        typeset(source)

    assert calls == []


def test_without_that_a_package_would_be_asked_for(calls, tmp_path):
    # What the test above rests on: Typst by itself does call, and does so through the proxy.
    program = (
        "import sys, typst\n"
        "typst.Compiler(sys.argv[1].encode(), package_path='none', package_cache_path='none')"
        ".compile(format='pdf')"
    )
    command = [sys.executable, "-c", program, PACKAGES[0]]
    subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, check=False)

    assert any(b"packages.typst.org" in call for call in calls)


def test_no_package_that_lies_on_this_computer_is_used(tmp_path, monkeypatch):
    for home in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(home, str(tmp_path))
    for space in ("local", "preview"):
        package = tmp_path / "typst" / "packages" / space / "mine" / "1.0.0"
        package.mkdir(parents=True)
        (package / "lib.typ").write_text("Secret")
        (package / "typst.toml").write_text(
            '[package]\nname = "mine"\nversion = "1.0.0"\nentrypoint = "lib.typ"\n'
        )
        with pytest.raises(RefusedError):
            typeset(f'#include "@{space}/mine:1.0.0"')


@pytest.mark.parametrize(
    "path", ["{outside}", "/etc/passwd", "../../etc/passwd", "file:///etc/passwd"]
)
def test_no_file_but_the_pages_own_is_read(path, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")

    with pytest.raises(RefusedError, match=r"not found|escape"):
        typeset(f'#read("{path.format(outside=secret)}")')


def test_what_would_never_end_is_ended():
    endless = "#let f(n, k) = if n > 0 { f(n - 1, k + 'a') + f(n - 1, k + 'b') }\n#f(64, '')"

    with pytest.raises(RefusedError, match="longer than 1 seconds"):
        typeset(endless.replace("'", '"'), seconds=1)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_what_would_take_all_memory_is_ended():
    with pytest.raises(RefusedError, match="for lack of memory"):
        typeset("#range(1000000000).len()", memory=2**30)


def test_what_brings_typst_down_brings_down_nobody_else():
    with pytest.raises(RefusedError):
        typeset("#" + "[" * 200_000)
