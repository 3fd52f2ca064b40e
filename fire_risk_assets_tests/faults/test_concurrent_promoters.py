"""Several promoters of one model at once: one decision a cycle, whoever comes first."""

from itertools import pairwise

import pytest

from fire_risk_assets_tests.faults.aftermath import acknowledged, findings
from fire_risk_assets_tests.faults.children import request
from fire_risk_assets_tests.homes import SECOND, THIRD

pytestmark = pytest.mark.slow


def test_four_starts_of_one_cycle_make_one_decision__f14(children, home, settings):
    assert children.at_once(*[request(home, SECOND)] * 4) == [0, 0, 0, 0]
    assert [row.kind for row in acknowledged(settings)] == ["promote", "promote"]
    assert findings(settings) == []


def test_four_cycles_at_once_are_each_decided_against_the_head_they_follow(
    children, home, settings
):
    requests = [
        request(home, as_of, cycle_id=f"{as_of:%Y-%m-%d}{suffix}")
        for as_of in (SECOND, THIRD)
        for suffix in ("", "-again")
    ]
    assert children.at_once(*requests) == [0, 0, 0, 0]
    story = acknowledged(settings)
    decided = [row for row in story if row.cycle_id in {r["cycle_id"] for r in requests}]
    assert len(decided) == 4
    promoted = [row for row in decided if row.kind == "promote"]
    assert promoted
    for earlier, later in pairwise(story):
        assert later.previous_version == earlier.production_version
    assert findings(settings) == []
