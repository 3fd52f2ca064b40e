"""Every named fault and bad input is tried by some test."""

import pytest

from fire_risk_assets_tests.contract import BAD_INPUTS, FAULTS, NOT_YET, numbers_in


def test_every_named_fault_and_bad_input_is_tried(request):
    config = request.config
    whole = {(config.rootpath / each).resolve() for each in config.getini("testpaths")}
    if {(config.invocation_params.dir / each).resolve() for each in config.args} != whole:
        pytest.skip("only some of the tests were collected")
    tried = set().union(*(numbers_in(each.name) for each in request.session.items))
    assert {*FAULTS, *BAD_INPUTS} - tried == set(NOT_YET)
