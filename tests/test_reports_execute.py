from __future__ import annotations

import os
import sys

import pytest

from pvtools.errors import UsageError
from pvtools.reports import execute

from . import small_reports


@pytest.fixture
def notebook(tmp_path):
    return small_reports.notebook(tmp_path / "small.ipynb")


def test_parameters_are_read_from_a_notebook_that_names_no_kernel(notebook):
    assert execute.parameters_of(notebook) == {"borough": '"Hackney"', "data_dir": '"data"'}


def test_every_unknown_parameter_is_refused_at_once_with_the_nearest_name(notebook):
    with pytest.raises(UsageError) as refused:
        execute.check(notebook, {"brough": "Hackney", "data_dirs": ".", "borough": "Brent"})
    assert str(refused.value) == (
        "Unknown parameter 'brough'. Did you mean 'borough'? "
        "Unknown parameter 'data_dirs'. Did you mean 'data_dir'? "
        "small.ipynb takes: borough, data_dir."
    )


def test_an_unknown_parameter_is_refused_before_any_kernel_starts(notebook, monkeypatch):
    monkeypatch.setattr("papermill.execute_notebook", lambda *_, **__: pytest.fail("it started"))
    with pytest.raises(UsageError, match="Unknown parameter 'year'"):
        execute.run(notebook, {"year": 2025})


def test_a_notebook_without_a_parameters_cell_says_what_to_do(tmp_path):
    path = small_reports.notebook(tmp_path / "plain.ipynb", parameters="pass")
    with pytest.raises(UsageError, match="none: tag one cell 'parameters'"):
        execute.check(path, {"borough": "Hackney"})


def test_a_missing_notebook_and_a_file_that_is_none_are_usage_errors(tmp_path):
    with pytest.raises(UsageError, match="There is no notebook"):
        execute.parameters_of(tmp_path / "none.ipynb")
    (tmp_path / "text.ipynb").write_text("hello")
    with pytest.raises(UsageError, match=r"text\.ipynb is not a notebook"):
        execute.parameters_of(tmp_path / "text.ipynb")


def test_braces_in_a_path_are_only_braces(tmp_path):
    (tmp_path / "{odd}").mkdir()
    path = small_reports.notebook(tmp_path / "{odd}" / "small.ipynb")
    assert list(execute.parameters_of(path)) == ["borough", "data_dir"]


@pytest.mark.kernel
def test_a_notebook_runs_in_this_interpreter_and_keeps_no_trace_of_the_clock(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "no-kernels-here"))
    parameters = {"borough": "Camden", "data_dir": str(tmp_path)}
    first, second = (execute.run(notebook, parameters) for _ in range(2))
    assert first == second
    assert "papermill" not in first.metadata
    [output] = first.cells[-1].outputs
    assert output.data["text/plain"] == sys.executable


@pytest.mark.kernel
def test_an_error_of_ours_keeps_its_own_words_and_the_half_run_notebook(notebook, tmp_path):
    with pytest.raises(execute.StoppedError) as stopped:
        execute.run(notebook, {"borough": "Brent", "data_dir": str(tmp_path)})
    message = str(stopped.value)
    assert message.startswith("crime.csv cannot be used: one fault.\n  row 3, column '202401'")
    assert "Traceback" not in message
    assert stopped.value.notebook.cells[-1].outputs[0].text == "half way\n"


@pytest.mark.kernel
def test_a_strangers_error_is_introduced_by_its_name(tmp_path):
    path = small_reports.notebook(tmp_path / "s.ipynb", code="{}['nothing']")
    with pytest.raises(execute.StoppedError, match=r"^KeyError: 'nothing'$"):
        execute.run(path, {"borough": "Hackney"})


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_a_kernel_that_dies_is_an_error_with_the_notebook_as_far_as_it_ran(tmp_path):
    path = small_reports.notebook(tmp_path / "d.ipynb", code="import os; os.kill(os.getpid(), 9)")
    with pytest.raises(execute.StoppedError, match="DeadKernelError") as stopped:
        execute.run(path, {"borough": "Hackney"})
    assert stopped.value.notebook.cells[1].execution_count is not None
