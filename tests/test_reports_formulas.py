"""Formulas are read out in words, not as they are written."""

from __future__ import annotations

import re

import pytest

from pvtools.reports.markup import Text, convert


def _said(formula):
    (found,) = convert([Text(f"$${formula}$$")], to="typst").items
    return re.search(r'#described\("(.*?)", \$', found.markup, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        (r"a = b + 2c - d", "a equals b plus 2 c minus d"),
        (r"x_i^2", "x sub i squared"),
        (r"e^{-x/2} < 1", "e to the power minus x over 2, end of power, is less than 1"),
        (r"\frac{24}{\pi}", "24 over pi"),
        (r"\frac{a + b}{2}", "the fraction a plus b over 2, end of fraction"),
        (r"\sqrt{x} \le \sqrt[3]{y}", "the square root of x is at most the root of order 3 of y"),
        (r"\sum_{i=1}^{n} w_i", "the sum from i equals 1 to n of w sub i"),
        (r"\prod_j p_j", "the product over j of p sub j"),
        (r"\hat\beta \ne \bar{x}", "beta hat does not equal x bar"),
        (r"\Sigma\text{ and }\varphi", "capital sigma and phi"),
        (r"f(x, y)", "f open bracket x, y close bracket"),
        (r"\begin{aligned}a&=b\\c&=d\end{aligned}", "a equals b; c equals d"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "open bracket 1, 2; 3, 4 close bracket"),
        (r"A \& B", "A & B"),
    ],
)
def test_a_formula_is_said_as_it_would_be_read_aloud(formula, words):
    assert _said(formula).removesuffix(", end of root") == words


def test_what_has_no_words_is_said_by_its_character():
    assert _said(r"a \circledast b") == "a ⊛ b"
