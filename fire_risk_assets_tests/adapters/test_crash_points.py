"""The points that can be armed are those the protocol passes, no more and no fewer."""

import re
from pathlib import Path

import fire_risk_assets
from fire_risk_assets.adapters.crash_point import POINTS


def test_every_point_the_code_passes_can_be_armed_and_no_other():
    sources = Path(fire_risk_assets.__file__).parent.rglob("*.py")
    passed = {
        point
        for source in sources
        for point in re.findall(r"reach\(\"([A-Z_]+:[a-z]+)\"\)", source.read_text())
    }
    assert passed == set(POINTS)
