"""The cells of the park and what stands fast about them.

The grid is that of the UCI forest-fires data (Montesinho, Portugal): x and y from 1 to 9. Add a
standing difference between cells here; what changes from day to day stays out.
"""

from dataclasses import dataclass

import numpy as np

from fire_risk_assets.core.park.calendar import Floats
from fire_risk_assets.core.park.settings import ALL_CELLS
from fire_risk_assets.core.park.streams import stream

SIDE = 9
CENTRE = (41.85, -6.75)
"""Latitude and longitude of cell 5-5, degrees."""

SPACING = (0.027, 0.036)
"""Degrees of latitude and longitude between neighbours: 3 km each way at this latitude."""

CORRELATION_LENGTH = 6.0
"""Spatial fields correlate as exp(−distance / 6), in cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """Cells in key order, each array of shape (cells,).

    x grows eastwards, y northwards. `elevation`, `human_pressure` and `fuel` have mean 0 and
    standard deviation 1 over the whole park; `habit` is what else makes a cell burn more or less
    often than its neighbours. `mixing` (cells, all cells) turns independent normals into a field
    correlated in space.
    """

    cell_id: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    zone: tuple[str, ...]
    elevation: Floats
    human_pressure: Floats
    fuel: Floats
    habit: Floats
    mixing: Floats

    def field(self, normals: Floats) -> Floats:
        """Return fields of unit variance, correlated in space.

        Args:
            normals: Independent standard normals, shape (days, all cells).

        Returns:
            Shape (days, cells).
        """
        # einsum and not @: a BLAS product may differ in the last bit with the number of threads.
        return np.einsum("dk,ck->dc", normals, self.mixing)


def geography(*, seed: int, cells: int = ALL_CELLS) -> Geography:
    """Return the first `cells` cells of the park of `seed`.

    Places, zones and human pressure are the same in every park; elevation, fuel and habit differ
    with the seed, so that nothing learnt on one seed holds by the accident of its terrain.
    """
    x, y = (axis.ravel() for axis in np.mgrid[1 : SIDE + 1, 1 : SIDE + 1].astype(np.float64))
    distance = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    mixing = np.linalg.cholesky(np.exp(-distance / CORRELATION_LENGTH))

    def own_field(purpose: str) -> Floats:
        return standardised(mixing @ stream(seed=seed, purpose=purpose).standard_normal(ALL_CELLS))

    pressure = standardised(human_pressure(x, y))
    habit = stream(seed=seed, purpose="cell habit").standard_normal(ALL_CELLS)
    return Geography(
        cell_id=tuple(f"{int(a)}-{int(b)}" for a, b in zip(x, y, strict=True))[:cells],
        latitude=np.round(CENTRE[0] + SPACING[0] * (y - 5.0), 4)[:cells],
        longitude=np.round(CENTRE[1] + SPACING[1] * (x - 5.0), 4)[:cells],
        zone=tuple(zone(a, b) for a, b in zip(x, y, strict=True))[:cells],
        elevation=own_field("elevation")[:cells],
        human_pressure=pressure[:cells],
        fuel=own_field("fuel")[:cells],
        habit=habit[:cells],
        mixing=mixing[:cells],
    )


def human_pressure(x: Floats, y: Floats) -> Floats:
    """Return the pressure of villages near (4, 4) and (7, 5) and of the road along y = 4."""
    village = np.exp(-((x - 4.0) ** 2 + (y - 4.0) ** 2) / 4.0)
    hamlet = 0.8 * np.exp(-((x - 7.0) ** 2 + (y - 5.0) ** 2) / 3.0)
    road = 0.4 * np.exp(-((y - 4.0) ** 2) / 2.0)
    return village + hamlet + road


def zone(x: float, y: float) -> str:
    """Return the named part of the park: the north, or a third of what lies south of it."""
    if y >= 7:
        return "north"
    if x <= 3:
        return "west"
    return "centre" if x <= 6 else "east"


def standardised(values: Floats) -> Floats:
    """Return `values` with mean 0 and standard deviation 1."""
    return (values - values.mean()) / values.std()
