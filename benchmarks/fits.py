"""The fits all contestants share, so that what is compared is what lies around them.

`shipped`: the search and the boosted trees of `fire_occurrence` as they ship. `forest`: fifty
grown trees, as a first notebook would have them; a model of its own, for the cycle to run it too.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.fitting import fit, predict
from fire_risk_assets.core.models.encoding import feature_encoder
from fire_risk_assets.core.models.fire_occurrence import SPEC
from fire_risk_assets.core.models.search_space import HALF_LIFE, Choice, SearchSpace
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.search import search

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


SHIPPED_TRIALS = 5
"""The default of `training.trials`; said again, since importing the settings would be timed too."""


def fifty_trees(params: Mapping[str, Any], seed: int) -> "Pipeline":
    """Return a random forest with the library's defaults but for the number of trees."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import Pipeline

    forest = RandomForestClassifier(n_estimators=50, random_state=seed)
    return Pipeline([("features", feature_encoder(SPEC.features)), ("model", forest)])


FOREST = replace(
    SPEC,
    name="forest",
    recipe=fifty_trees,
    search_space=SearchSpace({HALF_LIFE: Choice((None,))}),
    default_params={HALF_LIFE: None},
)

FITS: Mapping[str, tuple[ModelSpec, int]] = {
    "shipped": (SPEC, SHIPPED_TRIALS),
    "forest": (FOREST, 0),
}
"""By name: the model and how many trials its search makes."""


def fitted(
    which: str, training: pd.DataFrame, *, start_from: Mapping[str, Any] | None = None
) -> "Pipeline":
    """Return the pipeline after search and fit, exactly as a cycle makes it."""
    spec, trials = FITS[which]
    found = search(spec, training, trials=trials, seed=0, start_from=start_from)
    return fit(spec, training, found.params, 0)


def scored(which: str, pipeline: "Pipeline", holdout: pd.DataFrame) -> float:
    """Return the log loss on the holdout; lower is better."""
    from sklearn.metrics import log_loss

    chances: Vector = predict(FITS[which][0], pipeline, holdout)
    return float(log_loss(holdout["target"], chances, labels=[0, 1]))


def cut(rows: pd.DataFrame, *, weeks: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return training and holdout rows: the last weeks judge, a day of embargo between."""
    border = rows["day"].max() - pd.Timedelta(days=7 * weeks - 1)
    return rows[rows["day"] < border - pd.Timedelta(days=1)], rows[rows["day"] >= border]
