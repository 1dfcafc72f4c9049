"""Reports of wards: known by code, in a folder of their own, each with its own figures."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from pvtools import places, profiles
from pvtools.cli import options, pvtools
from pvtools.errors import UsageError
from pvtools.exhibits import Exhibit, Notice
from pvtools.reports import batch, index
from pvtools.tables import wards

from . import builders
from .accessibility import faults_in_pdf


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return builders.wards(tmp_path_factory.mktemp("data") / "data")


@pytest.fixture
def asked(monkeypatch):
    seen = {}

    def run(chosen, *, on_event, **given):
        seen.update(given, subjects=chosen)
        return []

    monkeypatch.setattr(batch, "run", run)
    return seen


def run(*arguments):
    return CliRunner().invoke(pvtools, [*arguments])


def test_a_ward_is_known_by_code_slug_or_a_name_that_no_other_has(data):
    held = wards.of(data)
    assert held.find("e05000904").name == held.find("marsh-e05000904").name == "Marsh"
    assert held.find("High street").code == "E05000901"
    with pytest.raises(UsageError, match="E05000902 in Barnet, E05000903 in Hackney"):
        held.find("Abbey")
    assert "E05000906" not in held.areas


def test_wards_are_listed_and_completed_without_what_draws_and_estimates(data):
    code = (
        "import sys, click\n"
        "from pvtools.cli import options, pvtools\n"
        f"where = {str(data)!r}\n"
        "pvtools(['areas', '--wards', '--data', where], standalone_mode=False)\n"
        "asked = click.Context(pvtools)\n"
        "asked.params['data'] = where\n"
        "print(len(options.area_names(asked, None, 'e05')))\n"
        "print(sorted({'matplotlib', 'scipy', 'papermill'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[-2:] == ["5", "[]"]


def test_a_bad_code_is_refused_with_the_nearest_and_an_airport_by_name(data):
    with pytest.raises(UsageError, match=r"'E05000907'\. Did you mean 'E0500090.'\?"):
        wards.of(data).find("E05000907")
    with pytest.raises(UsageError, match=r"E05000906 \(Runway\) stands under no borough"):
        wards.of(data).find("e05000906")


def test_without_a_file_of_wards_it_is_said_what_to_add_and_how(tmp_path, asked):
    result = run("report", "E05000901", "--data", str(builders.data_folder(tmp_path / "d")))
    assert isinstance(result.exception, UsageError)
    assert "No file of wards is held" in str(result.exception)
    assert "pvtools add FILE" in str(result.exception)
    assert "pvtools fetch mps_recorded_crime_ward" in str(result.exception)
    assert asked == {}


def test_wards_are_asked_for_by_code_by_borough_or_all(data, asked):
    where = ("--data", str(data), "--out", "there")
    run("report", "e05000904", "abbey-e05000903", *where)
    assert [one.slug for one in asked["subjects"]] == ["marsh-e05000904", "abbey-e05000903"]
    assert asked["subjects"][0].given == (("area", "E05000904"),)
    assert (asked["shared"], asked["out_dir"].name) == ("wards", "wards")
    assert asked["notebook"].name == "report_ward.ipynb"
    run("report", "--wards", "hackney", *where)
    assert {one.parent for one in asked["subjects"]} == {"Hackney"}
    empty = run("report", "--wards", "Brent", *where)
    assert "holds no ward of Brent" in str(empty.exception)
    named = run("report", "--wards", "e05000904", *where)
    assert "is a ward: name it without --wards" in str(named.exception)
    run("report", *where, "--wards")
    assert [one.code[-3:] for one in asked["subjects"]] == ["902", "901", "903", "905", "904"]


@pytest.mark.parametrize("more", [("Hackney",), ("--all",), ("--wards",), ("E05000909",)])
def test_what_cannot_be_made_together_or_is_no_ward_is_refused_before_anything(data, asked, more):
    result = run("report", "E05000901", "--data", str(data), *more)
    assert isinstance(result.exception, UsageError)
    assert asked == {}


def test_codes_are_completed_and_wards_listed(data):
    class Context:
        params = {"data": data}  # noqa: RUF012 - as click's own

    found = [item.value for item in options.area_names(Context(), None, "E0500090")]
    assert len(found) == 5
    listed = run("areas", "--wards", "--data", str(data)).output
    assert re.search(r"Marsh +E05000904 +marsh-e05000904 +Hackney", listed)


def test_the_page_of_wards_groups_them_by_borough():
    def record(name, parent):
        return {
            "status": "failed",
            "error": "no",
            "area": name,
            "parent": parent,
            "code": name[0],
            "parameters": {},
            "inputs": {},
        }

    reports = {
        "a": record("Abbey (Hackney)", "Hackney"),
        "b": record("Abbey (Barnet)", "Barnet"),
        "c": record("Marsh (Hackney)", "Hackney"),
    }
    page = BeautifulSoup(index.render(reports, {}, "Wards"), "html.parser")
    named = [one.get_text() for one in page.select("h2")]
    assert page.select_one("[role=region]")["aria-label"] not in named, "two landmarks of one name"
    parts = [
        [cell.find(string=True).strip() for cell in part.select("th")]
        for part in page.select("tbody")
    ]
    assert parts == [
        ["Barnet", "Abbey (Barnet)"],
        ["Hackney", "Abbey (Hackney)", "Marsh (Hackney)"],
    ]


def test_a_ward_of_few_offences_has_a_report_without_verdicts(data):
    marsh = profiles.load_ward("E05000904", data_dir=data)
    assert marsh.kinds.headline == "All offences recorded in Marsh were of one kind, theft"
    assert "violence" not in marsh.kinds.alt
    assert marsh.changes.points == ["Fewer than 12 offences in a year bear no verdict."]
    assert "wards must not be added up to a borough" in marsh.cannot_tell.text()
    assert "no rate" in marsh.cannot_tell.text()
    given = profiles.load_ward("E05000904", data_dir=data, residents=2_000)
    assert given.findings.items[1].interval == "per 1,000 residents"
    assert "no rate" not in given.cannot_tell.text()


def test_with_one_year_there_is_a_count_and_the_change_says_why_there_is_none(tmp_path):
    months = builders.WARD_MONTHS[12:]
    rows = [[*row[:5], *row[17:]] for row in builders.ward_rows()]
    one = profiles.load_ward("E05000901", data_dir=builders.wards(tmp_path / "d", months, rows))
    assert isinstance(one.kinds, Exhibit)
    assert isinstance(one.changes, Notice)
    assert "24 months to February 2026" in one.changes.text()
    assert one.findings.items[1].number == "Not given"


def test_a_ward_alone_in_its_borough_and_one_of_no_offence_are_shown_as_they_are(tmp_path):
    rows = builders.ward_rows()
    rows = [row for row in rows if row[3] in ("E05000901", "E05000903", "E05000904")]
    for row in rows:
        if row[3] == "E05000904":
            row[17:] = [0] * 12
    data = builders.wards(tmp_path / "d", rows=rows)
    alone = profiles.load_ward("E05000901", data_dir=data)
    assert "nan" not in alone.kinds.alt + alone.trend.alt + alone.findings.text()
    assert "median" not in alone.kinds.alt
    assert "other wards" not in alone.findings.text() + alone.trend.subtitle
    assert profiles.load_ward("E05000904", data_dir=data).kinds.title == (
        "No offence was recorded here"
    )


def test_wards_are_set_beside_those_that_have_a_count(tmp_path):
    rows = [
        *builders.ward_rows(),
        ["THEFT", "SHOPLIFTING", "Old", "E05000100", "Barnet", *[7] * 24],
    ]
    data = builders.wards(
        tmp_path / "d",
        rows=[[*row[:5], *row[5:13]] for row in rows],
        months=builders.WARD_MONTHS[:8],
    )  # a ward that the newer file lacks
    newer = builders.crime(
        tmp_path / "n.csv",
        builders.WARD_HEAD,
        [[*row[:5], *row[13:]] for row in builders.ward_rows()],
        builders.WARD_MONTHS[8:],
    )
    builders.add(data, "mps_recorded_crime_ward", newer, "2026-02")
    street = profiles.load_ward("E05000901", data_dir=data)
    assert "The other ward of Barnet had 7" in street.findings.text()
    assert "beside the other ward of Barnet" in street.kinds.subtitle
    marsh = profiles.load_ward("E05000904", data_dir=data)
    assert "The two other wards of Hackney had between" in marsh.findings.text()


def test_a_ward_of_the_same_count_each_month_says_it_once(tmp_path):
    rows = [row for row in builders.ward_rows() if row[3] != "E05000904"]
    rows.append(["THEFT", "SHOPLIFTING", "Marsh", "E05000904", "Hackney", *[0] * 24])
    marsh = profiles.load_ward("E05000904", data_dir=builders.wards(tmp_path / "d", rows=rows))
    assert marsh.trend.headline == "0 offences were recorded each month in Marsh"
    assert "between 0 and 0" not in marsh.trend.alt


def test_a_ward_is_called_as_in_the_newest_release(tmp_path):
    def named(name, months):
        return [
            [*row[:2], name if row[3] == "E05000904" else row[2], *row[3:5], *row[months]]
            for row in builders.ward_rows()
        ]

    older, newer = slice(5, 17), slice(17, 29)
    data = builders.wards(tmp_path / "d", builders.WARD_MONTHS[:12], named("Marsh", older))
    file = builders.crime(
        tmp_path / "n.csv",
        builders.WARD_HEAD,
        named("Marsh  and\nMill", newer),
        builders.WARD_MONTHS[12:],
    )
    builders.add(data, "mps_recorded_crime_ward", file, "2026-02")
    assert wards.of(data).find("E05000904").name == "Marsh and Mill"


@pytest.mark.kernel
def test_reports_of_wards_of_one_name_share_no_figure_and_pass_every_checker(data, tmp_path):
    command = ["report", "E05000902", "E05000903", "E05000904", "--data", str(data)]
    done = run(*command, "--out", str(tmp_path), "--jobs", "2", "--formats", "pdf,html")
    assert done.exit_code == 0, done.output
    home = tmp_path / "wards"
    records = json.loads((home / "manifest.json").read_text())["reports"]
    assert {record["parent"] for record in records.values()} == {"Barnet", "Hackney"}
    seen = []
    for slug in ("abbey-e05000902", "abbey-e05000903", "marsh-e05000904"):
        page = BeautifulSoup((home / slug / f"pvtools-{slug}.html").read_text(), "html.parser")
        figures = [str(one) for one in page.select("figure svg, figure img")]
        assert len(figures) >= 2
        seen += {hashlib.sha256(one.encode()).hexdigest() for one in figures}
        assert faults_in_pdf(home / slug / f"pvtools-{slug}.pdf") == []
    assert len(seen) == len(set(seen))
    again = run(*command, "--out", str(tmp_path), "--formats", "pdf,html")
    assert "3 unchanged" in again.output


@pytest.mark.kernel
def test_the_notebook_runs_over_a_table_of_wards_with_residents(data, tmp_path):
    table = builders.write(
        tmp_path / "wards.csv",
        [["area", "name", "parent", "residents"], ["E05000903", "Abbey", "Hackney", 4000]],
    )
    notebook = str(places.notebook("report_ward.ipynb"))
    command = ["batch", notebook, "--over", str(table), "--name", "{area}", "--data", str(data)]
    done = run(*command, "--out", str(tmp_path / "out"), "--formats", "html")
    assert done.exit_code == 0, done.output
    [page] = (tmp_path / "out").rglob("pvtools-*.html")
    assert "per 1,000 of the 4,000 residents" in page.read_text()
