"""Downloading against a server that misbehaves in every way publishers' servers do."""

import contextlib
import gzip
import hashlib
import json
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from click.testing import CliRunner

from pvtools import sources
from pvtools.cli import pvtools
from pvtools.errors import FetchError, UsageError
from pvtools.sources import transfer
from pvtools.sources.partial import Partial

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

    def at_dated(self):
        """Hang up half-way, and give only a date, which two versions can share."""
        date = "Thu, 01 Jan 2026 00:00:00 GMT"
        self.send(200, TABLE[:50_000], Content_Length=str(len(TABLE)), Last_Modified=date)
        self.close_connection = True

    def changed(self, etag='"two"', end=0, total=0):
        """Send half of one version, then the rest of another whatever If-Range says."""
        if self.times() == 1:
            self.cut()
        elif self.headers.get("Range"):
            span = f"bytes 50000-{len(CHANGED) - 1 + end}/{len(CHANGED) + total}"
            self.send(206, CHANGED[50_000:], Content_Range=span, **({"ETag": etag} if etag else {}))
        else:
            self.send(200, CHANGED, ETag='"two"')

    def at_renamed(self):
        self.changed()

    def at_unnamed(self):
        self.changed(etag="")

    def at_weakened(self):
        self.changed(etag='W/"one"')

    def at_longer(self):
        self.changed('"one"', end=9, total=9)

    def at_shorter(self):
        self.changed('"one"', end=-8)

    def at_unasked(self):
        self.send(206, TABLE, ETag='"one"', Content_Range=f"bytes 0-{len(TABLE) - 1}/{len(TABLE)}")

    def at_packed(self):
        self.send(200, gzip.compress(gzip.compress(bytes(10**6))), Content_Encoding="gzip, gzip")

    def at_endless(self):
        """Neither say how long the file is nor mark its end."""
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.end_headers()
        self.wfile.write(TABLE)
        self.close_connection = True

    def at_chunked(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(TABLE), TABLE))

    def drip(self, start):
        """Send a byte now and then for as long as anybody listens."""
        self.wfile.write(start)
        self.close_connection = True
        with contextlib.suppress(OSError):
            while not self.server.released.wait(0.02):
                self.wfile.write(b"x")
                self.wfile.flush()

    def at_drops(self):
        self.drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 99999\r\n\r\n")

    def at_headdrops(self):
        self.drip(b"HTTP/1.1 200 OK\r\nX-Long: ")

    def at_bigheader(self):
        self.send(200, TABLE, X_Long="x" * 10**6)

    def at_twolengths(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nA,B,C")
        self.close_connection = True

    def at_vast(self):
        self.send(200, TABLE, Content_Length=str(10**12))
        self.close_connection = True

    def at_squared(self):
        self.send(503, Retry_After="\u00b2") if self.times() == 1 else self.at_good()

    def at_abroad(self):
        self.send(302, Location=f"http://localhost:{self.server.server_port}/good.csv")

    def at_otherport(self):
        self.send(302, Location="http://127.0.0.1:9/good.csv")

    def at_nowhere(self):
        self.send(302, Location="http://[oops/good.csv")

    def at_heavy(self):
        """Lead on with a body that never ends: nobody should be reading it."""
        self.drip(b"HTTP/1.1 302 Found\r\nLocation: /good.csv\r\nContent-Encoding: gzip\r\n\r\n")

    def at_loud(self):
        self.send(200, TABLE, Content_Type="text/html\x1b[2J")


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

    def write(*paths, sha256="", at=None, also=""):
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
            {also}
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


def test_a_redirect_to_another_host_is_not_followed_and_says_how_it_could_be(data, server):
    (done,) = get(data("abroad.csv"))
    told = str(done.error)
    assert f"leads to another host, localhost:{server.server_port}, and was not followed" in told
    assert 'redirects_to = ["localhost"]' in told
    assert told.endswith("pvtools add FILE")
    assert [path for path, _ in server.asked] == ["/abroad.csv"]


def test_a_host_that_the_register_names_is_followed_on_its_usual_port_only(data):
    data_dir = data("abroad.csv", also='redirects_to = ["localhost.example", "127.0.0.1"]')
    source = sources.find("mps_recorded_crime", data_dir)
    assert source.redirects_to == ("localhost.example", "127.0.0.1")
    mover = transfer.Transfer(None, source, source.addresses[0], None, 1, 0, 1, {})

    def leads(start, location):
        request = httpx.Request("GET", start)
        return mover._onward(httpx.Response(302, headers={"Location": location}, request=request))

    assert str(leads("http://a.example/x", "https://a.example/y")) == "https://a.example/y"
    assert leads("https://a.example/x", "https://localhost.example/y").host == "localhost.example"
    for start, location in [
        ("https://a.example/x", "http://a.example/y"),  # no longer protected
        ("https://a.example/x", "https://localhost.example:8443/y"),
        ("https://a.example/x", "https://a.example.evil.example/y"),
        ("https://a.example/x", "//b.example/y"),
        ("https://a.example/x", "https://a.example@b.example/y"),
    ]:
        with pytest.raises(FetchError):
            leads(start, location)


@pytest.mark.parametrize("path", ["otherport.csv", "nowhere.csv"])
def test_a_redirect_that_leads_astray_is_refused(data, path, server):
    (done,) = get(data(path))
    assert " leads to " in str(done.error)
    assert len(server.asked) == 1


def test_what_comes_along_with_a_redirect_is_not_read(data):
    (done,) = get(data("heavy.csv"))
    assert done.path.read_bytes() == TABLE


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
        ("renamed.csv", CHANGED),  # the rest of another version, by its name
        ("unnamed.csv", CHANGED),  # the rest of nobody knows what
        ("weakened.csv", CHANGED),
        ("longer.csv", CHANGED),  # the same name, another length
        ("shorter.csv", CHANGED),  # less than the rest
    ],
)
def test_two_versions_are_never_stitched_together(data, path, whole):
    (done,) = get(data(path))
    assert done.path.read_bytes() == whole


@pytest.mark.parametrize("path", ["nameless.csv", "weak.csv", "dated.csv"])
def test_half_a_file_that_cannot_be_carried_on_with_is_not_kept(data, path, server):
    data_dir = data(path)
    (done,) = get(data_dir)
    assert "broke off" in str(done.error)
    assert left(data_dir) == []
    assert {asked for _, asked in server.asked} == {None}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("packed.csv", "sent the file packed (gzip, gzip), which was not asked for"),
        ("endless.csv", "did not say how long the file is"),
        ("vast.csv", "sent more than 2,000,000,000 bytes"),
        ("unasked.csv", "sent another part of the file"),
        ("twolengths.csv", "broke off"),
        ("bigheader.csv", "broke off"),
        ("loud.csv", r"sent text/html\x1b[2j where"),
    ],
)
def test_an_answer_that_cannot_be_trusted_to_be_the_whole_file_is_refused(data, path, said):
    data_dir = data(path)
    (done,) = get(data_dir)
    assert said in str(done.error)
    assert left(data_dir) == []


def test_a_file_without_a_length_is_taken_where_its_end_or_its_checksum_tells(data):
    whole = hashlib.sha256(TABLE).hexdigest()
    (chunked,) = get(data("chunked.csv"))
    (known,) = get(data("endless.csv", sha256=whole))
    assert chunked.path.read_bytes() == known.path.read_bytes() == TABLE


def test_a_retry_after_that_only_looks_like_a_number_is_passed_over(data):
    (done,) = get(data("squared.csv"))
    assert done.path.read_bytes() == TABLE


def test_a_server_that_sends_a_byte_now_and_then_is_given_up(data, monkeypatch):
    monkeypatch.setattr(transfer, "_WHILE", 0.1)
    (done,) = get(data("drops.csv"), attempts=2)
    assert "sent less than 1,000 bytes a second for 0.1 seconds" in str(done.error)


def test_headers_that_come_a_byte_at_a_time_are_given_up(data, monkeypatch):
    monkeypatch.setattr(transfer, "_HEAD", 0.2)
    (done,) = get(data("headdrops.csv"), attempts=1)
    assert "had not answered in 0.2 seconds" in str(done.error)


@pytest.mark.parametrize("path", ["drops.csv", "headdrops.csv"])
def test_a_file_may_take_so_long_and_no_longer_all_attempts_together(data, path):
    start = time.monotonic()
    (done,) = get(data(path), longest=0.3)
    assert "took longer than 0.3 seconds" in str(done.error)
    assert time.monotonic() - start < 4


def part_of(data_dir, server, path):
    url = f"http://127.0.0.1:{server.server_port}/{path}"
    return Partial.of(url, data_dir / "raw" / ".downloads")


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_download_never_writes_through_a_link(data, server, tmp_path, link):
    data_dir = data("cutting.csv")
    get(data_dir, attempts=1)
    part = part_of(data_dir, server, "cutting.csv")
    victim = tmp_path / "mine.txt"
    victim.write_bytes(part.path.read_bytes())
    part.path.unlink()
    link(victim, part.path)
    (done,) = get(data_dir)
    assert done.path.read_bytes() == TABLE
    assert len(victim.read_bytes()) == 50_000


def test_a_linked_download_folder_is_refused(data, tmp_path):
    data_dir = data("good.csv")
    (data_dir / "raw").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (data_dir / "raw" / ".downloads").symlink_to(tmp_path / "elsewhere")
    (done,) = get(data_dir)
    assert ".downloads is a link" in str(done.error)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    "change", [{"url": "http://a.example/x.csv"}, {"total": 0}, {"validator": ""}, {"total": "x"}]
)
def test_a_part_that_is_not_known_to_be_of_this_address_is_thrown_away(data, server, change):
    data_dir = data("cutting.csv")
    get(data_dir, attempts=1)
    note = part_of(data_dir, server, "cutting.csv")._note
    note.write_text(json.dumps(json.loads(note.read_text()) | change))
    (done,) = get(data_dir)
    assert done.path.read_bytes() == TABLE
    assert server.asked[1] == ("/cutting.csv", None)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://a.example/a%1b%5B2J%0Ab.csv", "a_[2J_b.csv"),
        ("http://a.example/..%2F..%2Fpasswd", "passwd"),
        ("http://a.example/%2e%2e", "download"),
        ("http://a.example/a%5Cb%3Ac%00.csv", "a_b_c_.csv"),
        ("http://a.example/" + "%C3%A9" * 500, "é" * 60),
    ],
)
def test_a_name_from_an_address_is_one_that_any_folder_takes(tmp_path, url, name):
    assert Partial.of(url, tmp_path).name == name


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
    assert "add it as it is; its sheet 'Borough' is read" in str(done.error)


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
