"""Twenty models that differ in their names alone: `T00` to `T19`, called t00 to t19."""

from dataclasses import replace

from fire_risk_assets_tests.tiny import TINY

NAMES = tuple(f"t{number:02d}" for number in range(20))
ADDRESSES = tuple(f"{__name__}:{name.upper()}" for name in NAMES)

globals().update({name.upper(): replace(TINY, name=name) for name in NAMES})
