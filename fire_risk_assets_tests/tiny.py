"""A real model that costs next to nothing: constants, judged on a real, small park.

The baseline is a constant far off, so that a candidate (the log-mean) always beats it.
"""

from dataclasses import replace

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import Pipeline

from fire_risk_assets.core.models.burned_area import SPEC
from fire_risk_assets.core.models.search_space import HALF_LIFE, Choice, SearchSpace, Whole
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.window_policy import WindowPolicy


def _recipe(_params, _seed):
    constant = TransformedTargetRegressor(
        DummyRegressor(), func=np.log1p, inverse_func=np.expm1, check_inverse=False
    )
    return Pipeline([("model", constant)])


def _far_off():
    return Pipeline([("model", DummyRegressor(strategy="constant", constant=500.0))])


TINY = replace(
    SPEC,
    name="tiny",
    recipe=_recipe,
    baseline=_far_off,
    search_space=SearchSpace({HALF_LIFE: Choice((None,))}),
    default_params={HALF_LIFE: None},
    features=("temp_c", "fwi"),
    policy=AdjudicationPolicy(aggregate="root_mean", flips=199),
    windows=WindowPolicy(min_rows=20, min_clusters=5),
    for_metric=None,
)


def _drawn(params, seed):
    forest = RandomForestRegressor(5, min_samples_leaf=params["leaf_rows"], random_state=seed)
    logged = TransformedTargetRegressor(
        forest, func=np.log1p, inverse_func=np.expm1, check_inverse=False
    )
    return Pipeline([("model", logged)])


DRAWN = replace(
    TINY,
    name="drawn",
    recipe=_drawn,
    search_space=SearchSpace({HALF_LIFE: Choice((None,)), "leaf_rows": Whole(2, 40)}),
    default_params={HALF_LIFE: None, "leaf_rows": 10},
)
"""Another one, whose predictions depend on its rows, its parameters and its seed."""
