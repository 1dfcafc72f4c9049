"""What answers are called: the labels of yes, no and no answer, and how an answer is compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

#: Scales whose labels say which answers are favourable: the yes of each, and its no.
SCALES = (
    ({"yes", "y", "true"}, {"no", "n", "false"}),
    ({"excellent", "good", "good/excellent", "excellent/good", "very good"},
     {"fair", "poor", "very poor"}),
    ({"strongly agree", "agree", "tend to agree"},
     {"neither agree nor disagree", "neither", "tend to disagree", "disagree",
      "strongly disagree"}),
    ({"very well informed", "fairly well informed"},
     {"not very well informed", "not well informed", "not at all informed"}),
    ({"completely satisfied", "very satisfied", "fairly satisfied", "satisfied"},
     {"neither satisfied nor dissatisfied", "fairly dissatisfied", "very dissatisfied",
      "completely dissatisfied", "dissatisfied"}),
)  # fmt: skip

#: What stands for no answer, in words.
NO_ANSWER = {
    "na", "n/a", "n.a.", "#n/a", "nan", "<na>", "null", "#null!", "sysmis",
    "system missing", "blank", "empty", "missing", "no data",
    "dk", "d/k", "dk/na", "don't know", "do not know", "doesn't know", "not sure", "unsure",
    "no idea", "can't say", "cannot say", "can't remember", "cannot remember", "can't recall",
    "no opinion", "no view", "unknown", "not known", "nk", "n/k",
    "refused", "refusal", "refuse", "refused to answer", "ref", "declined", "declined to answer",
    "prefer not to say", "prefer not to answer", "prefer not to state", "prefer not to disclose",
    "would prefer not to say", "rather not say", "would rather not say", "rather not answer",
    "don't wish to answer", "do not wish to answer", "don't wish to say", "do not wish to say",
    "don't want to answer", "do not want to answer", "don't want to say", "did not say",
    "didn't say", "did not answer", "didn't answer", "did not know", "didn't know",
    "no answer", "no answer given", "none given", "not given", "no response", "non-response",
    "no reply", "not answered", "unanswered", "not stated", "none stated", "not provided",
    "not disclosed", "undisclosed", "not specified", "unspecified", "not recorded", "not obtained",
    "not collected", "not available", "not asked", "question not asked", "was not asked",
    "wasn't asked", "not applicable", "item not applicable", "inapplicable", "does not apply",
    "doesn't apply", "skip", "skipped", "information not available", "information refused",
}  # fmt: skip

#: Codes that archives keep for no answer. Those below 0 hold unless the scale itself has answers
#: below 0; those above 10 unless it has other answers above 10. (7, 8 and 9, and 96, must be
#: asked about: they are as often answers.)
CODES = (
    {-1, -7, -8, -9}
    | {sign * int(digit * length) for sign in (1, -1) for length in (2, 3, 4) for digit in "6789"}
    | {sign * (10**length - less) for sign in (1, -1) for length in (2, 3, 4) for less in (1, 2, 3)}
)
LONGEST_SCALE = 10

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
#: Marks of no answer: blanks, dashes, dots, question marks, strokes; and the
#: lettered gaps of statistical packages (".a").
_NOTHING = re.compile(r"[-.…?/_:;~\s]*|\.[a-z_]")
_CODE = re.compile(r"([+-]?\d+)([.,]0*)?")
_PREFIX = re.compile(r"[(\[]?(?P<code>[+-]?\d+)([)\].:=]+\s*|\s*[-:=]\s*|\s+)(?P<label>[^\W\d].*)")
_REMARK = re.compile(r"(?<=\w)\s*(\([^()]*\)|\[[^\[\]]*\])$")

Key = int | str


def tidy(text: str) -> str:
    """Return a text in one way of writing: case, accents, dashes, blanks and remarks aside.

    Examples
    --------
    >>> tidy("  Très –  Bon (prompted) ")
    'tres - bon'
    """
    parts = unicodedata.normalize("NFKD", text.translate(_DASHES))
    plain = "".join(c for c in parts if not unicodedata.combining(c) and not _unseen(c))
    return re.sub(r"\s+", " ", _REMARK.sub("", plain.strip())).casefold().strip()


def key(text: str) -> Key:
    """Return what an answer is compared by: a whole number for a code, letters for a label.

    Examples
    --------
    >>> key("01"), key("-9.0"), key("Don’t know."), key("> 5") == key("5")
    (1, -9, 'dontknow', False)
    """
    plain = tidy(text)
    if code := _CODE.fullmatch(plain):
        return int(code[1])
    return re.sub(r"[^\w<>+%&=]|_", "", plain)


def keys(text: str) -> tuple[Key, ...]:
    """Return all an answer can be known by: itself; of "1 - Good" also its label and its code.

    Examples
    --------
    >>> keys("1. Good"), keys("16-24")
    (('1good', 'good', 1), ('1624',))
    """
    found = _PREFIX.fullmatch(tidy(text))
    if not found:
        return (key(text),)
    return key(text), key(found["label"]), int(found["code"])


def is_nothing(text: str) -> bool:
    """Say whether a text stands for no answer, in words or by a mark such as a dash.

    Examples
    --------
    >>> [is_nothing(text) for text in ("—", "8. Don't know", "Don't know / Refused", "None")]
    [True, True, True, False]
    """
    if _NOTHING.fullmatch(text.translate(_DASHES).strip().casefold()):
        return True
    if any(one in _NOTHING_KEYS for one in keys(text)):
        return True
    parts = re.split(r"[/,;]|\bor\b", tidy(text))
    return len(parts) > 1 and all(key(part) in _NOTHING_KEYS for part in parts)


def nothing_codes(codes: Collection[int]) -> set[int]:
    """Return which of a column's codes can only stand for no answer.

    Examples
    --------
    >>> sorted(nothing_codes({1, 2, 5, 99, -9})), sorted(nothing_codes({18, 35, 99, -9}))
    ([-9, 99], [-9])
    """
    others = set(codes) - CODES
    below, above = min(others, default=0) < 0, max(others, default=0) > LONGEST_SCALE
    return {code for code in set(codes) & CODES if not (below if code < 0 else above)}


def scale_of(answer: Key) -> tuple[set[Key], set[Key]] | None:
    """Return the yes and no labels of the scale that a label is known from, or nothing."""
    return next((scale for scale in _SCALES if answer in scale[0] | scale[1]), None)


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()


_NOTHING_KEYS = {key(text) for text in NO_ANSWER}
_SCALES = [tuple({key(text) for text in side} for side in scale) for scale in SCALES]
