"""What an entry of ``data/sources.toml`` must hold; every fault is found at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pvtools.errors import Fault, did_you_mean

CADENCES = ("monthly", "quarterly", "yearly", "once")


class KeyFault(Fault):
    """A fault at a line and key of the register, where other files have row and column."""

    def __str__(self) -> str:
        return f"line {self.row}, key {self.column!r}: found {self.found}; allowed: {self.allowed}"


@dataclass(frozen=True, slots=True)
class _Rule:
    holds: Callable[[Any], bool]
    allowed: str
    needed: bool = True


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_web(value: object) -> bool:
    return isinstance(value, str) and bool(re.match(r"https?://[^\s/]+", value))


def _is_address(value: object) -> bool:
    if isinstance(value, dict):
        return (
            set(value) == {"url", "sha256"} and _is_web(value["url"]) and _is_sha(value["sha256"])
        )
    return _is_web(value)


def _is_host(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", value))


def _is_sha(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[0-9a-f]{64}", value))


def _is_period(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", value))


def _all(holds: Callable[[Any], bool], *, least: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(holds, value))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_answer(value: object) -> bool:
    return _is_text(value) or (isinstance(value, int) and not isinstance(value, bool))


_sentence = _Rule(_is_text, "a text that is not empty")
_period = _Rule(_is_period, "a year or month, such as '2021' or '2025-11'")
_FIELDS = {
    "title": _sentence,
    "publisher": _sentence,
    "licence": _sentence,
    "attribution": _sentence,
    "published_at": _Rule(_is_web, "an http or https address"),
    "addresses": _Rule(
        _all(_is_address, least=0),
        "a list of http or https addresses, each a text or { url = …, sha256 = 64 hex digits }",
    ),
    "redirects_to": _Rule(
        _all(_is_host, least=1),
        "a list of the hosts its addresses may lead to, such as files.example.org",
        needed=False,
    ),
    "by_hand": _Rule(_is_text, "a text that is not empty", needed=False),
    "columns": _Rule(_all(_all(_is_text, least=1), least=1), "a list of headers, each a list"),
    "cadence": _Rule(lambda value: value in CADENCES, f"one of {', '.join(CADENCES)}"),
    "published_from": _Rule(_is_period, _period.allowed, needed=False),
    "gains": _sentence,
    "cannot_bear": _Rule(_all(_is_text, least=1), "a list of sentences, at least one"),
}
_TABLES = {
    "design": {
        "interviews_per_quarter": _Rule(_whole, "a whole number above 0"),
        "quarters_pooled": _Rule(_whole, "a whole number above 0"),
        "n": _Rule(_whole, "a whole number above 0"),
        "design_effect": _Rule(
            lambda value: isinstance(value, (int, float)) and 0.1 <= value <= 100,
            "a number from 0.1 to 100",
        ),
        "design_effect_basis": _sentence,
    },
    "published": {
        "file": _sentence,
        "sha256": _Rule(_is_sha, "a SHA-256 checksum: 64 hex digits in lower case"),
        "vintage": _period,
        "first": _period,
        "last": _period,
    },
}
#: Tables whose keys are the user's own: the columns and answers of a file only they hold.
_OPEN_TABLES = {
    "columns_map": _Rule(_is_text, "a text, the name that column has here"),
    "yes_answers": _Rule(_all(_is_answer, least=1), "a list of answers, texts or whole numbers"),
    "no_answers": _Rule(_all(_is_answer, least=1), "a list of answers, texts or whole numbers"),
    "missing_answers": _Rule(
        _all(_is_answer, least=0), "a list of answers, texts or whole numbers; it may be empty"
    ),
}


def faults(entries: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (where, found, allowed) for everything wrong with the register."""
    for key, entry in entries.items():
        if not isinstance(entry, dict):
            yield (key,), repr(entry), f"an entry, such as [{key}] with its fields below"
            continue
        if not re.fullmatch(r"[a-z0-9_]+", key):  # it becomes the name of a folder
            yield (key,), f"the key {key!r}", "small letters, digits and underscores"
        tables = (*_TABLES, *_OPEN_TABLES)
        fields = {name: value for name, value in entry.items() if name not in tables}
        yield from _table_faults((key,), fields, _FIELDS, also=tables)
        for name in tables:
            if name in entry and not isinstance(entry[name], dict):
                yield (key, name), repr(entry[name]), f"a table, such as [{key}.{name}]"
            elif name in entry:
                rules = _TABLES.get(name) or dict.fromkeys(entry[name], _OPEN_TABLES[name])
                yield from _table_faults((key, name), entry[name], rules)


def _table_faults(
    where: tuple[str, ...],
    fields: dict[str, Any],
    rules: dict[str, _Rule],
    also: tuple[str, ...] = (),
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for name, value in fields.items():
        if name not in rules:
            hint = did_you_mean(name, rules)
            yield (*where, name), f"an unknown field.{hint}", ", ".join([*rules, *also])
        elif not rules[name].holds(value):
            yield (*where, name), repr(value), rules[name].allowed
    for name, rule in rules.items():
        if rule.needed and name not in fields:
            yield (*where, name), "nothing", rule.allowed


def line(text: str, where: tuple[str, ...]) -> int:
    """Return the line where a key stands, or that of its table when the key is missing."""
    table, name = ".".join(where[:-1]), where[-1]
    header, found = "", 1
    for number, content in enumerate(text.splitlines(), start=1):
        if opened := re.fullmatch(r"\s*\[([\w\s.-]+)\]\s*(#.*)?", content):
            header = re.sub(r"\s", "", opened[1])
            if header in (table, ".".join(where)):
                found = number
        elif header == table and re.match(rf"\s*{re.escape(name)}\s*=", content):
            return number
    return found
