"""Every number of the contract is tried by some test, bad files in every format they have."""

import re
from pathlib import Path

import pytest

from fire_risk_assets.adapters.crash_point import POINTS
from fire_risk_assets_tests.contract import (
    BAD_INPUTS,
    FAULTS,
    NO_FILES,
    NO_SUCH,
    NOT_YET,
    SECURITY,
    format_of,
    numbers_in,
)


@pytest.fixture
def names(request):
    """Of all tests, unless only some were asked for."""
    config = request.config
    whole = {(config.rootpath / each).resolve() for each in config.getini("testpaths")}
    if {(config.invocation_params.dir / each).resolve() for each in config.args} != whole:
        pytest.skip("only some of the tests were collected")
    return [each.name for each in request.session.items]


def test_every_named_fault_bad_input_and_point_of_security_is_tried(names):
    tried = set().union(*(numbers_in(name) for name in names))
    assert {*FAULTS, *BAD_INPUTS, *SECURITY} - tried == set(NOT_YET)


def test_every_point_where_a_process_can_be_killed_is_tried(names):
    tried = {point for name in names for point in re.findall(r"[A-Z_]+:(?:before|after)", name)}
    assert tried == set(POINTS)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_bad_file_is_tried_in_each_format_that_can_hold_it(names, form):
    tried = set().union(*(numbers_in(name) for name in names if format_of(name) == form))
    untried = BAD_INPUTS.keys() - tried - set(NO_FILES)
    assert untried - set(NOT_YET) == NO_SUCH[form].keys()


def test_the_page_on_security_says_how_each_point_is_met():
    page = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (S\d+) \|", page, re.MULTILINE) == list(SECURITY)
