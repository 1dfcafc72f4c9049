"""What the PDF and the HTML exporter share: options, templates, and how a page is read."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from nbconvert.exporters import Exporter, TemplateExporter
from nbformat import NotebookNode, ValidationError
from traitlets import default

from pvtools.errors import ExportError
from pvtools.reports import page as pages
from pvtools.reports.cells import Target
from pvtools.reports.markup import TEMPLATES
from pvtools.reports.svg import shortened


class PageExporter(TemplateExporter):
    """A notebook exporter that reads a page and leaves its typesetting to a subclass.

    Of a cell's tags, ``beside`` shares a row with the next cell, ``page-break`` starts a page,
    ``with-table`` shows the table behind an exhibit; ``remove-cell``, ``remove-input`` and
    ``remove-output`` hide. Of the notebook's metadata, ``title``, ``lang`` and ``pvtools``
    (``date``, ``footer``, ``hide_input``) are used; a cover may bring its own date and footer.
    """

    target: ClassVar[Target]

    @default("extra_template_basedirs")
    def _templates(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("optimistic_validation")
    def _validated_once(self) -> bool:
        return True  # after all preprocessors, not after each

    def read_page(self, nb: NotebookNode, resources: Any = None) -> tuple[pages.Page, Any]:
        """Return the page of a notebook, after nbconvert's preprocessors, and the resources.

        Raises
        ------
        ExportError
            It is no valid notebook, images have no alt text or cannot be read, and whatever else
            keeps it from being a page.
        """
        try:
            nb, resources = Exporter.from_notebook_node(self, nb, resources)
        except ValidationError as error:
            raise ExportError(
                f"This is not a valid notebook: {shortened(error.message)} "
                f"({'/'.join(map(str, error.path))}). Open it in JupyterLab and save it again."
            ) from None
        _check(nb)
        about = resources.get("metadata", {})
        page = pages.read(
            nb,
            name=about.get("name", "notebook"),
            folder=about.get("path", ""),
            to=self.target,
            leave_out=self._left_out(),
        )
        return page, resources

    def _left_out(self) -> set[str]:
        left_out = {
            "input": self.exclude_input or self.exclude_code_cell,
            "output": self.exclude_output or self.exclude_code_cell,
            "markdown": self.exclude_markdown,
            "raw": self.exclude_raw,
        }
        return {name for name, excluded in left_out.items() if excluded}


def _check(notebook: NotebookNode) -> None:
    """Hold a notebook to what nbconvert does not check: outputs are text, characters whole."""
    wrong = []
    for number, cell in enumerate(notebook.cells, start=1):
        wrong += [
            f"  cell {number}: its {mime} output is {shortened(repr(value))}, not text."
            for output in cell.get("outputs", ())
            for mime, value in output.get("data", {}).items()
            if not isinstance(value, str) and not mime.endswith("json")
        ]
        if not _can_be_written(cell):
            wrong.append(f"  cell {number}: it holds half a character; write it anew.")
    if not _can_be_written(notebook.metadata):
        wrong.append("  its metadata hold half a character; write them anew.")
    if wrong:
        raise ExportError("\n".join(["This is not a valid notebook:", *wrong]))


def _can_be_written(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a pair, which JSON lets pass
        return False
    return True
