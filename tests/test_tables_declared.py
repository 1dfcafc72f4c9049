"""A source is declared once, beside its reader, and everything else is derived from that."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tomllib
from collections import Counter

import pandera.pandas as pa
import pytest

from pvtools import places, sources
from pvtools.sources.declared import WORDS
from pvtools.tables import Tables, contracts, formats
from pvtools.tables.releases import Rule
from pvtools.tables.shipped import SHAPES

REGISTER = places.shipped_data() / "sources.toml"


def test_every_source_of_the_register_is_declared_once_and_no_other():
    declared = Counter(one.key for reader in formats.READERS for one in reader.DECLARED)
    assert set(declared) == set(sources.register()) - set(SHAPES)
    assert set(declared.values()) == {1}


def test_the_register_repeats_nothing_that_a_reader_declares_and_says_what_none_does():
    entries = tomllib.loads(REGISTER.read_text(encoding="utf-8"))
    assert {(key, name) for key, entry in entries.items() for name in WORDS if name in entry} == {
        (key, name) for key in SHAPES for name in ("gains", "cannot_bear")
    }


@pytest.mark.parametrize("key", formats.DECLARED)
def test_what_is_declared_is_complete(key):
    one, entry = formats.DECLARED[key], sources.find(key)
    assert all(layout.title and layout.columns for layout in one.layouts)
    assert one.gains.endswith(".")
    assert one.cannot_bear
    assert all(sentence.endswith(".") and "  " not in sentence for sentence in one.cannot_bear)
    assert (entry.gains, entry.cannot_bear) == (one.gains, one.cannot_bear)
    assert entry.columns == one.columns


@pytest.mark.parametrize("key", formats.BY_SOURCE)
def test_a_source_whose_files_are_filed_has_reader_contract_and_rule(key):
    one = formats.BY_SOURCE[key]
    assert callable(one.tidy)
    contract = one.contract(contracts)
    assert isinstance(contract, pa.DataFrameSchema)
    assert isinstance(one.rule, Rule)
    made = one.rule.prepare is not Rule.prepare  # the rule adds what the tidy table lacks
    named = {one.rule.when, *one.rule.cell, *one.rule.kinds, *filter(None, [one.rule.count])}
    assert one.rule.when in contract.columns
    assert made or named <= set(contract.columns)


def test_a_source_of_which_no_file_is_filed_says_how_it_is_read():
    for key in set(formats.DECLARED) - set(formats.BY_SOURCE):
        assert sources.find(key).by_hand, key
        if key != "boroughs":  # it comes with pvtools
            assert all("{file}" in layout.instead for layout in formats.DECLARED[key].layouts), key


def test_the_widest_layout_that_fits_decides_whatever_the_order_of_the_list(monkeypatch, tmp_path):
    file = tmp_path / "f.csv"
    file.write_text("majortext,minortext,wardname,wardcode,boroughname,202401\nA,B,C,D,E,1\n")
    monkeypatch.setattr(formats, "FORMATS", formats.FORMATS[::-1])
    assert formats.recognise(file) == "mps_recorded_crime_ward"


def test_a_reader_imports_no_contract_that_is_not_asked_for():
    names = {reader.__name__ for reader in formats.READERS}
    code = (
        f"import sys, importlib\nfor name in {sorted(names)}: importlib.import_module(name)\n"
        "print('pandera' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_the_main_tables_are_made_of_the_sources_that_name_them():
    named = {one.table for one in formats.BY_SOURCE.values()} - {""}
    assert named == {field.name for field in dataclasses.fields(Tables)} - {"held"}
