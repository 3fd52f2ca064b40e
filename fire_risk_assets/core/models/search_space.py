"""The words a search space is written in: a choice, a real number, a whole number.

A space is data, so that it can be shown, checked and digested without the library that searches
it. Which parameters a model has belongs to its own file.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fire_risk_assets.errors import InvalidSetting

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

HALF_LIFE = "half_life_weeks"
"""Every model's recency weighting: a row so many weeks older counts half; None weighs none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values: strings, numbers or None."""

    options: tuple[Any, ...]

    def __contains__(self, value: object) -> bool:
        return any(type(value) is type(each) and value == each for each in self.options)

    def distribution(self) -> "BaseDistribution":
        """Return the search library's word for it."""
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(self.options)


@dataclass(frozen=True, slots=True)
class Real:
    """A number in [low, high], even in its logarithm when `log`."""

    low: float
    high: float
    log: bool = False

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float) and math.isfinite(value) and self.low <= value <= self.high

    def distribution(self) -> "BaseDistribution":
        """Return the search library's word for it."""
        from optuna.distributions import FloatDistribution

        return FloatDistribution(self.low, self.high, log=self.log)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in [low, high], even in its logarithm when `log`."""

    low: int
    high: int
    log: bool = False

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        return self.low <= value <= self.high

    def distribution(self) -> "BaseDistribution":
        """Return the search library's word for it."""
        from optuna.distributions import IntDistribution

        return IntDistribution(self.low, self.high, log=self.log)


Parameter = Choice | Real | Whole


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """The parameters of a recipe and where each may lie, in a fixed order.

    Raises:
        InvalidSetting: `half_life_weeks` is missing; data withheld from a model costs more than
            any other choice, so how fast old rows fade is always searched (one option will do).
    """

    parameters: Mapping[str, Parameter]

    def __post_init__(self) -> None:
        if HALF_LIFE not in self.parameters:
            raise InvalidSetting(
                f"The search space has {', '.join(self.parameters) or 'no parameters'}; "
                f"expected {HALF_LIFE} among them."
            )
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters)

    def inside(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters that this space knows and allows; the others are dropped.

        >>> SearchSpace({"half_life_weeks": Choice((26, None))}).inside({"half_life_weeks": 5})
        {}
        """
        return {
            name: params[name]
            for name, parameter in self.parameters.items()
            if name in params and params[name] in parameter
        }

    def with_half_lives(self, weeks: tuple[int | None, ...]) -> "SearchSpace":
        """Return the same space with other half-lives; `(None,)` weighs all rows alike."""
        return SearchSpace({**self.parameters, HALF_LIFE: Choice(weeks)})

    def distributions(self) -> dict[str, "BaseDistribution"]:
        """Return every parameter in the search library's words."""
        return {name: each.distribution() for name, each in self.parameters.items()}
