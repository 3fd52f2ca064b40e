"""Planted bugs stay plantable: their text stands in the product once, their tests exist."""

from pathlib import Path

import pytest

import fire_risk_assets
from fire_risk_assets_tests.mutants.planted import PLANTED

PACKAGE = Path(fire_risk_assets.__file__).parent


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name.replace(" ", "_"))
def test_a_planted_bug_fits_the_product_and_names_tests_that_exist(bug):
    assert (PACKAGE / bug.file).read_text().count(bug.text) == 1
    for node in bug.tests:
        file, _, name = node.partition("::")
        assert name in (PACKAGE.parent / file).read_text()
