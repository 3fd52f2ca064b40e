"""Files and functions stay small enough to be read at once."""

import ast
import statistics
from pathlib import Path

import pytest

import fire_risk_assets

FILES = sorted(Path(fire_risk_assets.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
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


def test_the_median_file_is_about_80_lines():
    lengths = [len(file.read_text().splitlines()) for file in FILES]
    assert statistics.median(lengths) <= 100
