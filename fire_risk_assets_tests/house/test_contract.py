"""Every named fault and bad input is tried by some test."""

import pytest

from fire_risk_assets_tests.contract import BAD_INPUTS, FAULTS, NOT_YET, numbers_in


def test_every_named_fault_and_bad_input_is_tried(request):
    if request.config.args_source != request.config.ArgsSource.TESTPATHS:
        pytest.skip("only some of the tests were collected")
    tried = set().union(*(numbers_in(each.name) for each in request.session.items))
    assert {*FAULTS, *BAD_INPUTS} - tried == set(NOT_YET)
