"""The page of results: what was asked, what was found, and what is missed and why."""

from __future__ import annotations

from collections.abc import Sequence

from validation.study import Goal, Result, Study

_HEAD = """# Validation

Every method is applied to simulated data whose true values are known. Goals are what theory, the
literature or a plain reference implementation leads one to expect; none was moved to fit what was
found. A goal counts as met when what is found lies within it, or outside by no more than {errors}
simulation errors (the figure after ±, which shrinks with more replications).

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


def summary(results: Sequence[Result]) -> str:
    """Return how many goals are met, in a sentence."""
    met = sum(result.verdict == "met" for result in results)
    explained = sum(result.verdict == "missed, as explained" for result in results)
    missed = len(results) - met - explained
    said = [f"{met} of {len(results)} goals are met"]
    said += [f"{explained} known not to be, for the reason given"] if explained else []
    said += [f"{missed} missed"] if missed else []
    return "; ".join(said) + "."


def wanted(goal: Goal) -> str:
    """Return a goal's range in words."""
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
        f"`{study.method}`: {study.design}. {results[0].replications:,} replications, seed "
        f"{study.seed}.",
        "",
        "| | measured | found | goal | |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        goal = result.goal
        verdict = result.verdict if result.verdict == "met" else f"**{result.verdict}**"
        lines.append(
            f"| {goal.name} | {goal.asked} | {found(result)} | {wanted(goal)} | {verdict} |"
        )
    why = [
        f"*{r.goal.name}*: {r.goal.known_miss.why}"
        for r in results
        if r.goal.known_miss and r.verdict != "met"
    ]
    for reason in why:
        lines += ["", reason]
    return "\n".join([*lines, ""])
