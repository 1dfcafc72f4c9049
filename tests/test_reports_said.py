"""What a notebook says of itself, as people write it."""

from __future__ import annotations

import pytest
from nbformat import v4

from pvtools.reports import said

from .small_pages import notebook


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("#| fig-alt: Burglary: falls\nplot()", ["Burglary: falls"]),
        ('%%time\n#| label: a\n#| fig-alt: "Falls."\nplot()', ["Falls."]),
        ("#|fig-alt: 'Falls.'", ["Falls."]),
        (
            "#| fig-alt: |\n#|   Falls\n#|   since 2020.\n#| echo: false\nplot()",
            ["Falls since 2020."],
        ),
        ("#| fig-alt: >-\n#|   Falls - and\n#|   - rises.\n", ["Falls - and - rises."]),
        ("#| fig-alt: Falls\n#|   since 2020.", ["Falls since 2020."]),
        ("#| fig-alt:\n#|   - Falls.\n#|   - Rises\n#|     again.", ["Falls.", "Rises again."]),
        ("#| fig-alt:\n#| - Falls.\n#| - 'Rises.'", ["Falls.", "Rises."]),
        ("#| fig-alt: [\"Falls.\", 'Rises.']", ["Falls.", "Rises."]),
        ("#| fig-alt: [2020] falls", ["[2020] falls"]),
        ("#| fig-alt: [2020]", ["[2020]"]),
        ("#| fig-alt:\nplot()", []),
        ("#| fig-cap: Falls\nplot('#| fig-alt: x')", []),
    ],
)
def test_a_cell_gives_alt_texts_as_quarto_has_them(source, texts):
    assert said.in_cell(source, "fig-alt") == texts


def test_front_matter_is_a_raw_first_cell_between_dashes():
    front = "---\ntitle: 'Burglary: a note'\nlang: cy\n---\n"
    node = notebook(v4.new_raw_cell(front))
    assert [said.in_front(node, name) for name in ("title", "lang", "date")] == [
        "Burglary: a note",
        "cy",
        "",
    ]
    for other in (v4.new_markdown_cell(front), v4.new_raw_cell("title: x")):
        assert said.in_front(notebook(other), "title") == ""
    assert said.in_front(notebook(), "title") == ""
