"""The tiny model with a step nobody has reviewed: saving it is refused, whoever tries again."""

from dataclasses import replace

from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from fire_risk_assets_tests.tiny import TINY


def passed_on(values):
    """A function outside the list of trusted types."""
    return values


def _recipe(params, seed):
    steps = TINY.recipe(params, seed).steps
    return Pipeline([("unknown", FunctionTransformer(passed_on)), *steps])


SPEC = replace(TINY, recipe=_recipe)
