"""What an entry of ``data/sources.toml`` must hold; every fault is found at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
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
    "by_hand": replace(_sentence, needed=False),
    "cadence": _Rule(lambda value: value in CADENCES, f"one of {', '.join(CADENCES)}"),
    "published_from": replace(_period, needed=False),
}
#: What is declared beside a reader: a source that no reader knows must say it of itself.
_WORDS = {
    "columns": _Rule(_all(_all(_is_text, least=1), least=1), "a list of headers, each a list"),
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
        "first": replace(_period, needed=False),
        "last": replace(_period, needed=False),
        "stated": replace(_sentence, needed=False),
    },
    "breaks": {"period": _period, "sentence": _sentence},
    "published": {
        "file": _sentence,
        "sha256": _Rule(_is_sha, "a SHA-256 checksum: 64 hex digits in lower case"),
        "vintage": _period,
        "lacks": _Rule(_all(_is_text, least=1), "a list of sentences", needed=False),
        "first": _period,
        "last": _period,
    },
}
#: Tables of which there may be several, such as [[key.design]], one for each period.
_SEVERAL = ("design", "breaks")
#: Tables whose keys are the user's own: the columns and answers of a file only they hold.
_OPEN_TABLES = {
    "columns_map": _Rule(_is_text, "a text, the name that column has here"),
    "yes_answers": _Rule(_all(_is_answer, least=1), "a list of answers, texts or whole numbers"),
    "no_answers": _Rule(_all(_is_answer, least=1), "a list of answers, texts or whole numbers"),
    "missing_answers": _Rule(
        _all(_is_answer, least=0), "a list of answers, texts or whole numbers; it may be empty"
    ),
}


def faults(
    entries: dict[str, Any], known: Collection[str]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (where, found, allowed) for everything wrong with the register.

    The sources that are ``known`` have a reader, and need not say what it declares of them.
    """
    for key, entry in entries.items():
        if not isinstance(entry, dict):
            yield (key,), repr(entry), f"an entry, such as [{key}] with its fields below"
            continue
        if not re.fullmatch(r"[a-z0-9_]+", key):  # it becomes the name of a folder
            yield (key,), f"the key {key!r}", "small letters, digits and underscores"
        tables = (*_TABLES, *_OPEN_TABLES)
        fields = {name: value for name, value in entry.items() if name not in tables}
        words = {name: replace(rule, needed=key not in known) for name, rule in _WORDS.items()}
        yield from _table_faults((key,), fields, _FIELDS | words, also=tables)
        for name in (name for name in tables if name in entry):
            several = name in _SEVERAL and isinstance(entry[name], list)
            for number, one in enumerate(entry[name] if several else [entry[name]], start=1):
                where = f"{name}[{number}]" if several else name
                if not isinstance(one, dict):
                    yield (key, where), repr(one), f"a table, such as [{key}.{name}]"
                    continue
                rules = _TABLES.get(name) or dict.fromkeys(one, _OPEN_TABLES[name])
                yield from _table_faults((key, where), one, rules)
                if name == "design":
                    yield from _period_faults((key, where, "first"), one)


def _period_faults(
    where: tuple[str, ...], design: dict[str, Any]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    first, last = design.get("first"), design.get("last")
    if (first is None) != (last is None):
        yield where, "one end of a period", "first and last, or neither"
    elif _is_period(first) and _is_period(last) and first > f"{last}-99":
        yield where, f"{first!r} to {last!r}", "a period that ends after it begins"


def listed(value: Any) -> list[Any]:
    """Return the tables of one name: there may be one, or a list of several."""
    return value if isinstance(value, list) else [value]


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
    table, name = ".".join(where[:-1]), where[-1].partition("[")[0]
    header, found = "", 1
    several: Counter[str] = Counter()
    for number, content in enumerate(text.splitlines(), start=1):
        if opened := re.fullmatch(r"\s*(\[{1,2})([\w\s.-]+)\]{1,2}\s*(#.*)?", content):
            header = named = re.sub(r"\s", "", opened[2])
            if opened[1] == "[[":
                several[named] += 1
                header = f"{named}[{several[named]}]"
            if table == header or ".".join(where) in (header, named):
                found = number
        elif header == table and re.match(rf"\s*{re.escape(name)}\s*=", content):
            return number
    return found
