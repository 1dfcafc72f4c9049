"""Notebooks read as a story, hold no outputs and no code of their own, and run top to bottom."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1] / "notebooks"
ALL = sorted(ROOT.rglob("*.ipynb"))
SERVED = [path for path in ALL if path.parent.name == "dashboards"]
READ = [path for path in ALL if path not in SERVED]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", ALL, ids=_name)
def test_a_notebook_is_valid_and_stored_without_outputs(path):
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in _code(path))


@pytest.mark.parametrize("path", ALL, ids=_name)
def test_the_name_declares_the_role(path):
    if path in SERVED:
        assert len(_code(path)) == 1, "a dashboard is one cell"
    else:
        assert re.fullmatch(r"(\d\d|report)_[a-z_]+\.ipynb", path.name)
        assert path.parent == ROOT


@pytest.mark.parametrize("path", READ, ids=_name)
def test_words_come_before_every_code_cell(path):
    cells = nbformat.read(path, 4).cells
    for before, cell in zip([None, *cells], cells, strict=False):
        if cell.cell_type == "code":
            assert before is not None, "a notebook begins with words"
            assert before.cell_type == "markdown", cell.source


@pytest.mark.parametrize("path", READ, ids=_name)
def test_there_is_one_cell_of_parameters(path):
    tagged = [c for c in _code(path) if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1


@pytest.mark.parametrize("path", ALL, ids=_name)
def test_cells_are_short_and_hold_no_logic(path):
    for cell in _code(path):
        assert len(cell.source.splitlines()) <= 6, cell.source
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(
                node, (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.Lambda)
            ), cell.source
        assert not re.search(r"\bplt\.|\bopen\(|read_csv|matplotlib", cell.source), cell.source


@pytest.mark.kernel
@pytest.mark.parametrize("path", [p for p in READ if p.name[0].isdigit()], ids=_name)
def test_a_chapter_runs_top_to_bottom_without_a_warning(path):
    notebook = nbformat.read(path, 4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(ROOT))
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "stream", f"{cell.source}\n{output.get('text')}"
            data = output.get("data", {})
            if "image/svg+xml" in data:
                assert output.metadata["image/svg+xml"]["alt"]
