"""Downloading against a server that misbehaves in every way publishers' servers do."""

import hashlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from pvtools import sources
from pvtools.cli import pvtools
from pvtools.errors import FetchError, UsageError

TABLE = b"MajorText,MinorText,BoroughName,202401\n" + b"".join(
    b"BURGLARY,KIND %d,Barnet,3\n" % number for number in range(4000)
)
CHANGED = TABLE.replace(b",3", b",4")


class Misbehaving(BaseHTTPRequestHandler):
    """Answers by path; every request is noted on the server."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        getattr(self, f"at_{self.path.strip('/').split('.')[0]}")()

    def send(self, code, body=b"", **headers):
        self.send_response(code)
        headers.setdefault("Content_Type", "text/csv")
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def times(self):
        return sum(path == self.path for path, _ in self.server.asked)

    def cut(self, etag='"one"'):
        """Promise the whole file, send half, and hang up."""
        self.send(200, TABLE[:50_000], Content_Length=str(len(TABLE)), ETag=etag)
        self.close_connection = True

    def rest(self, body=TABLE, etag='"one"'):
        """Send what is asked for, if it is asked of the same version."""
        asked = self.headers.get("Range", "")
        if not asked or self.headers.get("If-Range") != etag:
            self.send(200, body, ETag=etag)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        self.send(206, body[start:], ETag=etag, Content_Range=span)

    def at_good(self):
        self.send(200, TABLE, ETag='"one"')

    def at_poor(self):
        self.send(200, TABLE.replace(b"KIND 7,Barnet,3", b"KIND 7,Barnet,-3"))

    def at_gone(self):
        self.send(404, b"not here", Content_Type="text/html")

    def at_teapot(self):
        self.send(418)

    def at_hiccup(self):
        self.send(500) if self.times() == 1 else self.at_good()

    def at_busy(self):
        self.send(503, Retry_After="0") if self.times() < 3 else self.at_good()

    def at_broken(self):
        self.send(500)

    def at_html(self):
        self.send(200, b"<!doctype html><p>Cookies?", Content_Type="text/html; charset=utf-8")

    def at_disguised(self):
        self.send(200, b"\xef\xbb\xbf\n <html><p>Please log in")

    def at_workbook(self):
        self.send(200, b"PK\x03\x04 a workbook", Content_Type="application/octet-stream")

    def at_empty(self):
        self.send(200)

    def at_slow(self):
        self.server.released.wait(5)
        self.close_connection = True

    def at_dripping(self):
        self.send(200, TABLE[:1000], Content_Length=str(len(TABLE)))
        self.wfile.flush()
        self.server.released.wait(5)
        self.close_connection = True

    def at_moved(self):
        self.send(302, Location="/good.csv")

    def at_circle(self):
        self.send(302, Location="/circle.csv")

    def at_elsewhere(self):
        self.send(302, Location="file:///etc/passwd")

    def at_cutting(self):
        self.cut() if self.times() == 1 else self.rest()

    def at_changing(self):
        self.cut() if self.times() == 1 else self.rest(CHANGED, etag='"two"')

    def at_deaf(self):
        self.cut() if self.times() == 1 else self.at_good()

    def at_wrongpart(self):
        if self.times() == 1:
            self.cut()
        elif self.headers.get("Range"):
            self.send(206, TABLE[7:], ETag='"one"', Content_Range=f"bytes 7-{len(TABLE) - 1}/*")
        else:
            self.at_good()

    def at_unsatisfied(self):
        if self.times() == 1:
            self.cut()
        elif self.headers.get("Range"):
            self.send(416)
        else:
            self.at_good()

    def at_nameless(self):
        """Hang up half-way, and give nothing that names the version."""
        self.send(200, TABLE[:50_000], Content_Length=str(len(TABLE)))
        self.close_connection = True

    def at_weak(self):
        self.cut(etag='W/"one"')


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    running = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    running.daemon_threads = True
    running.asked, running.released = [], threading.Event()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield running
    running.released.set()
    running.shutdown()
    thread.join(5)
    running.server_close()


@pytest.fixture
def data(tmp_path, server):
    """Return a function that writes a register with these addresses into a data folder."""

    def write(*paths, sha256="", at=None):
        base = at or f"http://127.0.0.1:{server.server_port}"
        one = [json.dumps(f"{base}/{path}") for path in paths]
        if sha256:
            one = [f'{{ url = {url}, sha256 = "{sha256}" }}' for url in one]
        (tmp_path / "sources.toml").write_text(
            f"""
            [mps_recorded_crime]
            title = "Crime"
            publisher = "A publisher"
            licence = "None"
            attribution = "None"
            published_at = "https://data.example/crime"
            addresses = [{", ".join(one)}]
            columns = [["MajorText", "MinorText", "BoroughName"]]
            cadence = "monthly"
            gains = "More."
            cannot_bear = ["Much."]
            """
        )
        return tmp_path

    return write


def get(data_dir, **options):
    settings = {"timeout": 5.0, "wait": 0.01} | options
    return sources.fetch(["mps_recorded_crime"], data_dir=data_dir, **settings)


def left(data_dir):
    return sorted(p.name for p in (data_dir / "raw").rglob("*") if p.is_file())


def test_a_file_arrives_whole_under_its_own_name(data):
    (done,) = get(data("good.csv"))
    assert done.error is None
    assert done.path.name == "good.csv"
    assert done.path.read_bytes() == TABLE
    assert left(data("good.csv")) == ["good.csv"]


def test_progress_counts_up_to_the_whole(data):
    seen = []
    get(data("good.csv"), progress=lambda *one: seen.append(one))
    assert seen[-1] == ("good.csv", len(TABLE), len(TABLE))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_a_missing_file_names_the_address_and_the_way_by_hand(data, server):
    (done,) = get(data("gone.csv"))
    message = str(done.error)
    assert "/gone.csv answered 404 (not found)." in message
    assert "mend its address in sources.toml" in message
    assert "https://data.example/crime" in message
    assert message.endswith("pvtools add FILE")
    assert len(server.asked) == 1


def test_an_unknown_refusal_is_told_and_not_repeated(data, server):
    (done,) = get(data("teapot.csv"))
    assert "answered 418" in str(done.error)
    assert len(server.asked) == 1


@pytest.mark.parametrize("path", ["hiccup.csv", "busy.csv"])
def test_passing_trouble_is_tried_again(data, path):
    (done,) = get(data(path))
    assert done.path.read_bytes() == TABLE


def test_lasting_trouble_is_given_up_after_the_attempts(data, server):
    (done,) = get(data("broken.csv"), attempts=2)
    assert "answered 500 (internal server error)" in str(done.error)
    assert len(server.asked) == 2


def test_a_failed_file_does_not_stop_the_next(data):
    bad, good = get(data("gone.csv", "good.csv"))
    assert bad.error
    assert good.path.read_bytes() == TABLE


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("html.csv", "sent text/html where CSV or Parquet was expected"),
        ("disguised.csv", "sent a web page"),
        ("workbook.csv", "save the table as CSV"),
        ("empty.csv", "sent an empty file"),
    ],
)
def test_what_cannot_be_a_table_is_refused_and_leaves_nothing(data, path, said):
    data_dir = data(path)
    (done,) = get(data_dir)
    assert said in str(done.error)
    assert left(data_dir) == []


@pytest.mark.parametrize("path", ["slow.csv", "dripping.csv"])
def test_a_server_that_says_nothing_is_not_waited_for(data, path):
    start = time.monotonic()
    (done,) = get(data(path), timeout=0.1, attempts=2)
    assert "sent nothing for 0.1 seconds" in str(done.error)
    assert time.monotonic() - start < 4  # the server would say nothing for five


def test_a_redirect_is_followed(data):
    (done,) = get(data("moved.csv"))
    assert done.path.read_bytes() == TABLE
    assert done.path.name == "moved.csv"


def test_a_circle_of_redirects_ends(data, server):
    (done,) = get(data("circle.csv"))
    assert "circle of redirects" in str(done.error)
    assert len(server.asked) == 6


def test_a_redirect_never_leads_to_a_file_of_this_machine(data):
    (done,) = get(data("elsewhere.csv"))
    assert "neither http nor https" in str(done.error)


def test_a_download_that_breaks_off_carries_on_where_it_stopped(data, server):
    (done,) = get(data("cutting.csv"))
    assert done.path.read_bytes() == TABLE
    assert [asked for _, asked in server.asked] == [None, "bytes=50000-"]


def test_a_later_run_carries_on_too(data, server):
    data_dir = data("cutting.csv")
    (first,) = get(data_dir, attempts=1)
    assert "broke off" in str(first.error)
    assert left(data_dir) == ["cutting.csv.part", "cutting.csv.part.json"]
    (second,) = get(data_dir, attempts=1)
    assert second.path.read_bytes() == TABLE
    assert server.asked[-1] == ("/cutting.csv", "bytes=50000-")
    assert left(data_dir) == ["cutting.csv"]


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("changing.csv", CHANGED),  # a new version was published in between
        ("deaf.csv", TABLE),  # the server ignores ranges
        ("wrongpart.csv", TABLE),  # another range than was asked for
        ("unsatisfied.csv", TABLE),  # the range is refused
    ],
)
def test_two_versions_are_never_stitched_together(data, path, whole):
    (done,) = get(data(path))
    assert done.path.read_bytes() == whole


@pytest.mark.parametrize("path", ["nameless.csv", "weak.csv"])
def test_half_a_file_that_cannot_be_carried_on_with_is_not_kept(data, path, server):
    data_dir = data(path)
    (done,) = get(data_dir)
    assert "broke off" in str(done.error)
    assert left(data_dir) == []
    assert {asked for _, asked in server.asked} == {None}


def test_the_checksum_of_the_register_is_checked(data):
    (good,) = get(data("good.csv", sha256=hashlib.sha256(TABLE).hexdigest()))
    assert good.error is None
    data_dir = data("good.csv", sha256="0" * 64)
    good.path.unlink()
    (bad,) = get(data_dir)
    assert "checksum is not the one in sources.toml" in str(bad.error)
    assert left(data_dir) == []


def test_no_network_is_one_sentence_and_the_way_by_hand(data):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    first, second = get(data("a.csv", "b.csv", at=f"http://127.0.0.1:{port}"))
    assert first.error is second.error  # one sentence, however many files
    assert "127.0.0.1 cannot be reached" in str(first.error)
    assert "check that this machine is online" in str(first.error)
    assert "Not fetched: mps_recorded_crime." in str(first.error)
    assert str(first.error).endswith("pvtools add FILE")


def test_a_source_without_an_address_names_the_way_by_hand():
    (done,) = sources.fetch(["pas_borough"])
    assert "has no address to fetch from" in str(done.error)
    assert "save its sheet 'Borough' as CSV" in str(done.error)


def test_an_unknown_source_is_refused_before_anything_is_asked(data, server):
    with pytest.raises(UsageError, match="Unknown source 'crimes'"):
        sources.fetch(["mps_recorded_crime", "crimes"], data_dir=data("good.csv"))
    assert server.asked == []


def test_a_folder_that_cannot_be_written_is_a_sentence(data):
    data_dir = data("good.csv")
    (data_dir / "raw").write_text("a file where a folder should be")
    (done,) = get(data_dir)
    assert "could not be written" in str(done.error)


def test_a_proxy_that_cannot_be_used_is_a_sentence(data, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "nonsense://here")
    with pytest.raises(FetchError, match="proxy settings"):
        get(data("good.csv"))


def test_what_was_fetched_is_checked_and_filed_away(data):
    data_dir = data("moved.csv", "gone.csv")
    done = CliRunner().invoke(pvtools, ["fetch", "--data", str(data_dir)])
    assert done.exit_code == 1  # one of the two is gone
    assert "/moved.csv: mps_recorded_crime, 4,000 rows, 2024-01." in done.stdout
    assert "answered 404" in done.stderr
    (held,) = sources.holdings(data_dir)
    assert held.path.read_bytes() == TABLE
    assert held.original_name == "moved.csv"
    assert left(data_dir) == [held.path.name, f"{held.path.name}.json"]
    again = CliRunner().invoke(pvtools, ["fetch", "--data", str(data_dir)])
    assert "Already held: http" in again.stdout


def test_a_fetched_file_with_faults_is_told_by_its_address_and_not_kept(data):
    data_dir = data("poor.csv")
    done = CliRunner().invoke(pvtools, ["fetch", "--data", str(data_dir)])
    assert done.exit_code == 1
    assert "/poor.csv cannot be used: one fault." in done.stderr
    assert left(data_dir) == []
