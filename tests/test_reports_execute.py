from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from pvtools.errors import UsageError
from pvtools.reports import execute
from pvtools.reports.limits import CAN_LIMIT_MEMORY, Limits

from . import small_reports


@pytest.fixture
def notebook(tmp_path):
    return small_reports.notebook(tmp_path / "small.ipynb")


def test_parameters_are_read_from_a_notebook_that_names_no_kernel(notebook):
    assert execute.parameters_of(notebook) == {"area": '"Hackney"', "data_dir": '"data"'}


def test_every_unknown_parameter_is_refused_at_once_with_the_nearest_name(notebook):
    with pytest.raises(UsageError) as refused:
        execute.check(notebook, {"aera": "Hackney", "data_dirs": ".", "area": "Brent"})
    assert str(refused.value) == (
        "Unknown parameter 'aera'. Did you mean 'area'? "
        "Unknown parameter 'data_dirs'. Did you mean 'data_dir'? "
        "small.ipynb takes: area, data_dir."
    )


def _takes(tmp_path, *names):
    """Return a notebook with parameters of these names."""
    parameters = "\n".join(f'{name} = "Hackney"' for name in names)
    return small_reports.notebook(tmp_path / "own.ipynb", parameters=parameters)


def test_a_notebook_of_old_that_takes_borough_is_handed_the_area(tmp_path):
    given = execute.check(_takes(tmp_path, "borough"), {"area": "Camden"})
    assert given == {"borough": "Camden"}


def test_who_still_says_borough_gets_that_area_and_one_line_of_warning(notebook):
    with pytest.warns(FutureWarning, match="'borough' is called 'area' now") as warned:
        given = execute.check(notebook, {"borough": "Camden", "data_dir": "."})
    assert given == {"area": "Camden", "data_dir": "."}
    assert len(warned) == 1


def test_borough_is_handed_without_a_warning_to_a_notebook_that_takes_it(tmp_path):
    assert execute.check(_takes(tmp_path, "borough"), {"borough": "Camden"}) == {
        "borough": "Camden"
    }


def test_a_notebook_that_takes_both_is_not_left_with_the_default_of_one(tmp_path):
    both = _takes(tmp_path, "area", "borough")
    with pytest.raises(UsageError, match="takes both 'area' and 'borough'"):
        execute.check(both, {"area": "Camden"})
    given = {"area": "Camden", "borough": "Brent"}
    assert execute.check(both, given) == given
    with pytest.raises(UsageError, match="Unknown parameter 'borough'"):
        execute.check(_takes(tmp_path, "area"), given)  # which of the two is meant?


def test_an_unknown_parameter_is_refused_before_any_kernel_starts(notebook, monkeypatch):
    monkeypatch.setattr("papermill.execute_notebook", lambda *_, **__: pytest.fail("it started"))
    with pytest.raises(UsageError, match="Unknown parameter 'year'"):
        execute.run(notebook, {"year": 2025})


def test_a_notebook_without_a_parameters_cell_says_what_to_do(tmp_path):
    path = small_reports.notebook(tmp_path / "plain.ipynb", parameters="pass")
    with pytest.raises(UsageError, match="none: tag one cell 'parameters'"):
        execute.check(path, {"area": "Hackney"})


def test_a_missing_notebook_and_a_file_that_is_none_are_usage_errors(tmp_path):
    with pytest.raises(UsageError, match="There is no notebook"):
        execute.parameters_of(tmp_path / "none.ipynb")
    (tmp_path / "text.ipynb").write_text("hello")
    with pytest.raises(UsageError, match=r"text\.ipynb is not a notebook"):
        execute.parameters_of(tmp_path / "text.ipynb")


def test_braces_in_a_path_are_only_braces(tmp_path):
    (tmp_path / "{odd}").mkdir()
    path = small_reports.notebook(tmp_path / "{odd}" / "small.ipynb")
    assert list(execute.parameters_of(path)) == ["area", "data_dir"]


@pytest.mark.kernel
def test_a_notebook_runs_in_this_interpreter_and_keeps_no_trace_of_the_clock(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "no-kernels-here"))
    parameters = {"area": "Camden", "data_dir": str(tmp_path)}
    first, second = (execute.run(notebook, parameters) for _ in range(2))
    assert first == second
    assert "papermill" not in first.metadata
    [output] = first.cells[-1].outputs
    assert output.data["text/plain"] == sys.executable


@pytest.mark.kernel
@pytest.mark.parametrize("size", [75, 90, 150])
def test_a_notebook_runs_however_long_the_path_of_temporary_files_is(tmp_path, monkeypatch, size):
    with tempfile.TemporaryDirectory() as place:
        deep = Path(place) / ("d" * (size - len(place) - 1))
        deep.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(deep))
        assert _run(tmp_path, "print('on')").cells[-1].outputs[0].text == "on\n"
        assert not list(deep.iterdir())


@pytest.mark.kernel
def test_a_notebook_of_old_runs_for_the_area_that_is_asked_for(tmp_path):
    path = small_reports.notebook(
        tmp_path / "old.ipynb", parameters='borough = "Hackney"', code="print(borough)"
    )
    assert execute.run(path, {"area": "Camden"}).cells[-1].outputs[0].text == "Camden\n"


@pytest.mark.kernel
def test_an_error_of_ours_keeps_its_own_words_and_the_half_run_notebook(notebook, tmp_path):
    with pytest.raises(execute.StoppedError) as stopped:
        execute.run(notebook, {"area": "Brent", "data_dir": str(tmp_path)})
    message = str(stopped.value)
    assert message.startswith("crime.csv cannot be used: one fault.\n  row 3, column '202401'")
    assert "Traceback" not in message
    assert stopped.value.notebook.cells[-1].outputs[0].text == "half way\n"


@pytest.mark.kernel
def test_a_strangers_error_is_introduced_by_its_name(tmp_path):
    path = small_reports.notebook(tmp_path / "s.ipynb", code="{}['nothing']")
    with pytest.raises(execute.StoppedError, match=r"^KeyError: 'nothing'$"):
        execute.run(path, {"area": "Hackney"})


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_a_kernel_that_dies_is_an_error_with_the_notebook_as_far_as_it_ran(tmp_path):
    path = small_reports.notebook(tmp_path / "d.ipynb", code="import os; os.kill(os.getpid(), 9)")
    with pytest.raises(
        execute.StoppedError, match=r"The kernel died in cell 3 \(import os"
    ) as stopped:
        execute.run(path, {"area": "Hackney"})
    assert stopped.value.notebook.cells[1].execution_count is not None


def _run(tmp_path, *codes, limits=execute.DEFAULT):
    """Run cells of code after a cell of parameters, none of which are given."""
    cells = [new_code_cell("area = ''", metadata={"tags": ["parameters"]})]
    nbformat.write(
        new_notebook(cells=cells + [new_code_cell(code) for code in codes]), tmp_path / "n.ipynb"
    )
    return execute.run(tmp_path / "n.ipynb", {"area": "Hackney"}, limits)


@pytest.mark.kernel
def test_a_notebooks_own_figures_are_shown_whatever_backend_a_desktop_has(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    shown = 'display(fig, metadata={"image/png": {"alt": "Rises."}}); plt.close(fig)'
    plain, told = _run(
        tmp_path,
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
        f"fig, ax = plt.subplots()\n{shown}",
    ).cells[-2:]
    assert [sorted(output.data) for output in plain.outputs] == [["image/png", "text/plain"]]
    [output] = told.outputs
    assert output.metadata["image/png"] == {"alt": "Rises."}


@pytest.mark.kernel
def test_a_figure_is_shown_whatever_way_it_is_made(tmp_path):
    ways = (
        "plt.plot([1, 2])",
        "pd.Series([1, 2]).plot()",
        "sns.lineplot(x=[1, 2], y=[1, 2])",
        "fig, ax = plt.subplots(); plt.close(fig)\nfig",
        "import matplotlib; matplotlib.use('Agg')\nplt.plot([1, 2]); plt.show()",
        "fig, ax = plt.subplots(); plt.close(fig)\nfig",
    )
    imports = "import matplotlib.pyplot as plt, pandas as pd, seaborn as sns"
    cells = _run(tmp_path, imports, *ways).cells[-len(ways) :]
    pictures = [
        sum("image/png" in output.get("data", {}) for output in cell.outputs) for cell in cells
    ]
    assert pictures == [1] * len(ways)


@pytest.mark.kernel
@pytest.mark.parametrize(
    "end", ["import sys; sys.exit(0)", "quit()", "raise SystemExit", "exit()", "exit"]
)
def test_a_notebook_that_asks_to_exit_stopped_early_in_a_cell_that_is_named(tmp_path, end):
    with pytest.raises(execute.StoppedError) as stopped:
        _run(tmp_path, "print('half way')", end, "print('never')")
    assert stopped.value.early
    assert str(stopped.value).startswith(
        f"The notebook stopped early: cell 3 ({end}) asked to exit. "
        "The code cell after it did not run."
    )
    assert stopped.value.notebook.cells[-3].outputs[0].text == "half way\n"
    assert not stopped.value.notebook.cells[-1].outputs


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="kernels are not forked elsewhere")
@pytest.mark.parametrize(("code", "early"), [(0, True), (3, False)])
def test_a_kernel_that_ends_by_itself_is_not_taken_for_the_end(tmp_path, code, early):
    with pytest.raises(execute.StoppedError, match=r"cell 2 \(import os") as stopped:
        _run(tmp_path, f"import os; os._exit({code})", "print('never')")
    assert stopped.value.early is early


@pytest.mark.kernel
def test_what_only_the_reply_says_is_an_error_with_its_cell(tmp_path):
    with pytest.raises(execute.StoppedError, match=r"^UsageError: .*%nonsense.* See cell 2") as it:
        _run(tmp_path, "%nonsense")
    assert not it.value.early


@pytest.mark.kernel
def test_an_exit_that_a_cell_is_tagged_to_expect_is_none(tmp_path):
    cells = [
        new_code_cell("raise SystemExit", metadata={"tags": ["raises-exception"]}),
        new_code_cell("print('on')"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "n.ipynb")
    assert execute.run(tmp_path / "n.ipynb", {}).cells[-1].outputs[0].text == "on\n"


@pytest.mark.kernel
def test_an_error_that_a_cell_is_tagged_to_show_is_shown_and_any_other_fails(tmp_path):
    shown = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    cells = [shown, new_code_cell("print('on')")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "n.ipynb")
    executed = execute.run(tmp_path / "n.ipynb", {})
    assert [cell.source for cell in executed.cells] == ["1 / 0", "print('on')"]
    assert executed.cells[0].outputs[0].ename == "ZeroDivisionError"
    nbformat.write(new_notebook(cells=[shown, new_code_cell("{}['a']")]), tmp_path / "n.ipynb")
    with pytest.raises(execute.StoppedError, match=r"^KeyError: 'a'"):
        execute.run(tmp_path / "n.ipynb", {})


@pytest.mark.kernel
def test_a_report_that_takes_too_long_is_stopped_and_told_how_to_get_more(tmp_path):
    with pytest.raises(execute.StoppedError) as stopped:
        _run(tmp_path, "import time; time.sleep(60)", limits=Limits(seconds=5))
    assert str(stopped.value) == (
        "The notebook took longer than the 5 seconds a report may take, and had come to "
        "cell 2 (import time; time.sleep(60)). Raise this with --timeout SECONDS."
    )


@pytest.mark.kernel
@pytest.mark.skipif(not CAN_LIMIT_MEMORY, reason="no such limit here")
@pytest.mark.parametrize(
    "greed",
    ["all_at_once = bytearray(400_000_000)", "held = []\nwhile True: held.append(bytes(100_000))"],
    ids=["at once", "bit by bit"],
)
def test_a_report_that_asks_for_too_much_memory_is_told_how_to_get_more(tmp_path, greed):
    with pytest.raises(execute.StoppedError, match=r"more than the 200 MB .* --memory MB"):
        _run(tmp_path, greed, limits=Limits(memory=200))


@pytest.mark.kernel
def test_output_beyond_the_limit_never_leaves_the_kernel(tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    printed, again = _run(
        tmp_path,
        "for _ in range(20): print('x' * 5_000_000)\nimport os; os.system('yes | head -c 5000000')",
        "from IPython.display import HTML, display\ndisplay(HTML('h' * 50_000_000))",
        limits=Limits(output=1),
    ).cells[-2:]
    said = "".join(output.text for output in printed.outputs)
    assert 0 < said.count("x") < 50_000
    assert said.count("is left out") == 1
    assert "is left out" in again.outputs[0].data["text/plain"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
