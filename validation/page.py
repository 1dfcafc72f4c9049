"""The page of results: what was asked, what was found, and what is missed and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pvtools.errors import UsageError
from validation.study import Goal, Measured, Result, Study, judged

#: a row of a section's table: the goal's name and what was found
_ROW = re.compile(r"\| ([^|]+) \| [^|]+ \| (-?\d[^|]*) \| [^|]+ \| [^|]+ \|")

_HEAD = """# Validation

Every method is applied to simulated data whose true values are known. Goals are what theory, the
literature or a plain reference implementation leads one to expect; none was moved to fit what was
found. What is found lies **within** its goal, **within simulation error** of it (outside by no more
than {errors} of the errors after ±, which shrink with more replications) or has **missed** it; what
stands only to compare with has no goal.

Made by `{command}`; seeded, so that the same code finds the same figures.

**{summary}**
"""


def markdown(results: Sequence[Result], *, short: bool = False) -> str:
    """Return the page, the same for the same results."""
    head = _HEAD.format(
        errors="three" if short else "two",
        command="python -m validation --short" if short else "make validate",
        summary=summary(results),
    )
    studies = list(dict.fromkeys(result.study.name for result in results))
    parts = [_section([r for r in results if r.study.name == name]) for name in studies]
    return "\n".join([head, *parts])


def held(text: str, study: Study) -> list[Result]:
    """Return a study's results as a page has them, judged by the goals of today.

    Raises
    ------
    UsageError
        The page has no such section, or one of another design, seed or set of goals.
    """
    lines = text.split(f"\n## {study.name}\n", 1)[-1].split("\n## ", 1)[0].splitlines()
    rows = dict(_ROW.fullmatch(line).groups() for line in lines if _ROW.fullmatch(line))
    if _made(study, study.replications) not in lines or [*rows] != [g.name for g in study.goals]:
        raise UsageError(
            f"The page has no figures of {study.name!r} as it is today. Measure it as well: "
            f"--only {study.name}"
        )
    found = {}
    for name, cell in rows.items():
        value, _, error = cell.partition(" ± ")
        found[name] = Measured(float(value), float(error or 0))
    return judged(study, found, study.replications)


def summary(results: Sequence[Result]) -> str:
    """Return how many goals are met, nearly met and missed, in a sentence."""
    count = Counter(result.verdict for result in results)
    explained, missed = count["missed, as explained"], count["missed"]
    said = [f"Of {len(results) - count['no goal']} goals {count['within']} are within"]
    said += [f"{count['within simulation error']} within simulation error"]
    said += [f"{explained + missed} missed"]
    if explained:
        said[-1] += f" ({explained} of them for the reason given)"
    compared = count["no goal"]
    also = f" {compared} more figures stand to compare with, without a goal." if compared else ""
    return ", ".join(said) + "." + also


def wanted(goal: Goal) -> str:
    """Return a goal's range in words."""
    if goal.low is None or goal.high is None:
        return "none"
    if goal.low == goal.high:
        return f"{goal.low:g}"
    if goal.low == 0:
        return f"at most {goal.high:g}"
    if goal.high == 1:
        return f"at least {goal.low:g}"
    return f"{goal.low:.4g} to {goal.high:.4g}"


def found(result: Result) -> str:
    """Return what was found and its simulation error."""
    value, error = result.found.value, result.found.error
    return f"{value:.4f} ± {error:.4f}" if error else f"{value:.4f}"


def _section(results: Sequence[Result]) -> str:
    study: Study = results[0].study
    lines = [
        f"## {study.name}",
        "",
        _made(study, results[0].replications),
        "",
        "| | measured | found | goal | |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        goal = result.goal
        verdict = result.verdict
        if verdict.startswith("missed"):
            verdict = f"**{verdict}**"
        lines.append(
            f"| {goal.name} | {goal.asked} | {found(result)} | {wanted(goal)} | {verdict} |"
        )
    why = [
        f"*{r.goal.name}*: {r.goal.known_miss.why}"
        for r in results
        if r.goal.known_miss and not r.verdict.startswith("within")
    ]
    for reason in why:
        lines += ["", reason]
    return "\n".join([*lines, ""])


def _made(study: Study, replications: int) -> str:
    return f"`{study.method}`: {study.design}. {replications:,} replications, seed {study.seed}."
