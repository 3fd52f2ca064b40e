"""Losses of two models on the same rows: heavy tails, days of unequal size. Lower is better.

Each stream takes a generator and the day of each row, shape (n_rows,), and returns the losses of
production and of the candidate, both of that shape.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.random import Generator
from scipy.special import expit
from scipy.stats import norm

Losses = np.ndarray
Pair = tuple[Losses, Losses]
Stream = Callable[[Generator, np.ndarray], Pair]

DAYS = 26
LARGEST_HA = 1500.0
SPREAD = 1.3
"""Of the logarithm of the area of a fire of known signal, as in the simulated park."""


def unequal_days(generator: Generator, rows: int, days: int = DAYS) -> np.ndarray:
    """Return a day for each row, as fires come: very unequal, and every day has a row."""
    shares = generator.dirichlet(np.full(days, 1.5))
    return np.concatenate([np.arange(days), generator.choice(days, rows - days, p=shares)])


def by_day(generator: Generator, days: np.ndarray, sd: float) -> np.ndarray:
    """Return one normal draw a day, given to each of its rows."""
    return generator.normal(0.0, sd, days.max() + 1)[days]


def lognormal_losses(generator: Generator, days: np.ndarray) -> Losses:
    """Losses with a heavy tail, and a level of this model on this day."""
    return np.exp(by_day(generator, days, 0.5)) * generator.lognormal(0.0, 2.0, days.size)


def squared_log(generator: Generator, days: np.ndarray) -> Pair:
    """Two models that miss the same truth by as much, squared errors of logarithms."""
    truth = generator.normal(0.0, 1.3, days.size)

    def losses() -> Losses:
        miss = by_day(generator, days, 0.4) + generator.normal(0.0, 0.5, days.size)
        return np.square(truth - miss)

    return losses(), losses()


def lognormal(generator: Generator, days: np.ndarray) -> Pair:
    """Two exchangeable models with heavy-tailed losses."""
    return lognormal_losses(generator, days), lognormal_losses(generator, days)


def squared_lognormal(generator: Generator, days: np.ndarray) -> Pair:
    """The same squared: one row can carry most of the sum."""
    production, candidate = lognormal(generator, days)
    return np.square(production), np.square(candidate)


def better_by(gain: float, than: Stream) -> Stream:
    """Return a stream whose candidate's expected loss is lower by this share."""

    def stream(generator: Generator, days: np.ndarray) -> Pair:
        production, candidate = than(generator, days)
        return production, (1.0 - gain) * candidate

    return stream


def areas(generator: Generator, signal: np.ndarray) -> np.ndarray:
    """Return burned areas in hectares, about half of them zero, larger where the signal is."""
    burned = generator.random(signal.size) < _burning(signal)
    logarithm = _mean_logarithm(signal) + generator.normal(0.0, SPREAD, signal.size)
    return np.where(burned, np.minimum(np.exp(logarithm), LARGEST_HA), 0.0)


def _burning(signal: np.ndarray) -> np.ndarray:
    return expit(0.08 + signal)


def _mean_logarithm(signal: np.ndarray) -> np.ndarray:
    return 2.0 + 0.75 * signal


LOSSES: dict[str, Callable[[np.ndarray, np.ndarray], Losses]] = {
    "squared hectares": lambda truth, said: np.square(truth - said),
    "absolute hectares": lambda truth, said: np.abs(truth - said),
    "squared logarithm": lambda truth, said: np.square(np.log1p(truth) - np.log1p(said)),
}


def two_levels(loss: str, *, swapped: bool = False) -> Stream:
    """Return two constants of equal risk, the candidate the lower one (or the higher one)."""
    low, high = equal_risk_levels(loss)
    if swapped:
        low, high = high, low
    of = LOSSES[loss]

    def stream(generator: Generator, days: np.ndarray) -> Pair:
        truth = areas(generator, by_day(generator, days, 0.6) + generator.normal(0, 1, days.size))
        return of(truth, np.full(days.size, high)), of(truth, np.full(days.size, low))

    return stream


@cache
def equal_risk_levels(loss: str, *, worse_by: float = 0.05) -> tuple[float, float]:
    """Return two constants in hectares, one on either side of the best one, of equal risk.

    The lower one is the first whose risk is at most that share above the best one's.
    """
    generator = np.random.default_rng(97)
    truth = areas(generator, generator.normal(0.0, np.sqrt(1.36), 200_000))
    grid = np.expm1(np.linspace(0.0, np.log1p(100.0), 400))
    risk = np.array([LOSSES[loss](truth, level).mean() for level in grid])
    low = np.flatnonzero(risk <= risk.min() * (1.0 + worse_by))[0]
    high = np.flatnonzero(risk <= risk[low])[-1]
    return float(grid[low]), float(grid[high])


def signal_found(loss: str) -> Stream:
    """Return a candidate that knows the signal against the constant that is best without it."""
    of = LOSSES[loss]

    def stream(generator: Generator, days: np.ndarray) -> Pair:
        signal = by_day(generator, days, 0.6) + generator.normal(0.0, 1.0, days.size)
        truth = areas(generator, signal)
        without = _best_constant(loss)
        return of(truth, np.full(days.size, without)), of(truth, _best_knowing(loss, signal))

    return stream


def _best_constant(loss: str) -> float:
    low, high = equal_risk_levels(loss, worse_by=1e-4)
    return (low + high) / 2.0


def _best_knowing(loss: str, signal: np.ndarray) -> np.ndarray:
    burning, mean_log = _burning(signal), _mean_logarithm(signal)
    if loss == "squared hectares":
        return burning * np.exp(mean_log + SPREAD**2 / 2.0)
    if loss == "absolute hectares":
        # The median of all fires: zero where fewer than half burn.
        share = np.clip((burning - 0.5) / burning, 1e-9, None)
        return np.where(burning > 0.5, np.exp(mean_log + SPREAD * norm.ppf(share)), 0.0)
    return np.expm1(burning * np.log1p(np.exp(mean_log)))
