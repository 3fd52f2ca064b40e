"""Where a cycle of the actions can be killed, and the number the contract has for it."""

from fire_risk_assets.adapters.crash_point import PROMOTION, sides
from fire_risk_assets_tests.contract import FAULTS

POINTS = sides(*(step for step in PROMOTION if step != "REPORT"))
"""REPORT is Dagster's: it is tried where runs are, in `defs/test_failed_attempts.py`."""


def numbered(point):
    """Return the id of a case, `F3-TRAIN:before`; a step the contract lacks is a KeyError."""
    step = point.partition(":")[0]
    numbers = {what: number for number, what in FAULTS.items()}
    return f"{numbers[f'SIGKILL at {step}, before and after']}-{point}"
