"""The TOML files that users write are read alike, and what is wrong with one is said alike."""

from __future__ import annotations

import pytest

from pvtools import engagement, evaluation, places, safety_index, sources
from pvtools.errors import DataError

READERS = {
    "engagement.toml": engagement.instruments,
    "claims.toml": evaluation.claims,
    "safety_index.toml": safety_index.read,
    "sources.toml": lambda path: sources.register(path.parent),
}


@pytest.fixture(params=READERS)
def own(request, tmp_path):
    """A file of the user's own, as bytes, and how it is read."""
    (tmp_path / "raw").mkdir()
    file = tmp_path / request.param

    def read(content: bytes) -> object:
        file.write_bytes(content)
        return READERS[request.param](file)

    return read, (places.shipped_data() / request.param).read_bytes()


def test_a_file_saved_with_a_byte_order_mark_is_read(own):
    read, shipped = own
    found = read(b"\xef\xbb\xbf" + shipped)
    assert type(found) is type(read(shipped))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[", "text that is not TOML"),
        (b"\xff\xfe[", "a byte that is not UTF-8 at position 0"),
        (b"a = 1\na = 2", "text that is not TOML"),
        (b"a = " + b"9" * 5_000, "text that is not TOML"),
        (b"a = " + b"[" * 5_000 + b"]" * 5_000, "inside each other too often"),
        (b"# \n" * 400_000, "more than 1,000,000 bytes"),
    ],
    ids=["half", "not-utf-8", "doubled", "long-number", "deep", "large"],
)
def test_what_cannot_be_read_is_said_in_one_plain_sentence(own, content, says):
    with pytest.raises(DataError) as told:
        own[0](content)
    (fault,) = told.value.faults
    assert says in str(fault)


def test_a_long_file_is_refused_and_not_read_in_part(own):
    read, shipped = own
    with pytest.raises(DataError, match="more than 1,000,000 bytes"):
        read(shipped + b"#" * 1_000_000)


@pytest.mark.parametrize("name", [name for name in READERS if name != "sources.toml"])
def test_a_folder_or_a_missing_file_is_said_in_one_plain_sentence(tmp_path, name):
    for path, says in ((tmp_path, "a folder"), (tmp_path / name, "No such file")):
        with pytest.raises(DataError, match="no readable file") as told:
            READERS[name](path)
        assert says in str(told.value.faults[0])


def test_a_text_of_a_thousand_letters_is_not_printed_whole(tmp_path):
    file = tmp_path / "claims.toml"
    file.write_text(f'[mine]\nlevel = "{"x" * 1_000}"\n', encoding="utf-8")
    with pytest.raises(DataError) as told:
        evaluation.claims(file)
    assert max(map(len, map(str, told.value.faults))) < 300
