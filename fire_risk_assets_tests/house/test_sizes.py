"""Files and functions stay small enough to be read at once."""

import ast
import statistics
from pathlib import Path

import pytest

import fire_risk_assets

ROOT = Path(fire_risk_assets.__file__).parents[1]
ROOMS = ("fire_risk_assets", "fire_risk_assets_tests", "benchmarks")
FILES = {room: sorted((ROOT / room).rglob("*.py")) for room in ROOMS}
EVERY_FILE = [file for room in ROOMS for file in FILES[room]]


@pytest.mark.parametrize("file", EVERY_FILE, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_over_300_lines_and_no_function_over_60(file):
    source = file.read_text()
    assert len(source.splitlines()) <= 300
    long = [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= 60
    ]
    assert long == []


@pytest.mark.parametrize("room", ROOMS)
def test_half_of_the_files_have_at_most_100_lines(room):
    lengths = [len(file.read_text().splitlines()) for file in FILES[room]]
    assert statistics.median(lengths) <= 100
