"""A home at another time."""

from dataclasses import replace

from fire_risk_assets.defs.resources import Home
from fire_risk_assets_tests.clocks import FixedClock


class Later(Home):
    """A home whose clock stands still."""

    def __init__(self, settings, instant):
        super().__init__(settings)
        self._instant = instant

    @property
    def world(self):
        return replace(super().world, clock=FixedClock(self._instant))
