"""Twenty models that differ by name alone: `benchmarks.many_models:M07`."""

from dataclasses import replace

from fire_risk_assets.core.models.burned_area import SPEC
from fire_risk_assets.core.models.spec import ModelSpec

COUNT = 20
NAMES = tuple(f"m{number:02}" for number in range(COUNT))
ADDRESSES = tuple(f"{__name__}:{name.upper()}" for name in NAMES)


def __getattr__(name: str) -> ModelSpec:
    """Return the model of a constant's name."""
    if name.lower() not in NAMES:
        raise AttributeError(name)
    return replace(SPEC, name=name.lower())
