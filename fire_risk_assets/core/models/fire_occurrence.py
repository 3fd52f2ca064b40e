"""Whether a fire starts in a cell-day: classification, judged on log loss.

Only what is particular to this model; rows, windows, search and fitting are shared by all.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fire_risk_assets.core.features.catalogue import MODEL_FEATURES
from fire_risk_assets.core.models.encoding import feature_encoder
from fire_risk_assets.core.models.search_space import HALF_LIFE, Choice, Real, SearchSpace, Whole
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.window_policy import WindowPolicy

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MIN_POSITIVES = 20

BINS = 48
"""Steps a number is cut into: finer ones cost time and told nothing more."""


def recipe(params: Mapping[str, Any], seed: int) -> "Pipeline":
    """Return boosted trees: shallow, since two fires in a hundred cell-days carry little detail."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import KBinsDiscretizer

    # The trees would find weighted quantiles themselves: as long again as the whole fit.
    bins = KBinsDiscretizer(
        n_bins=BINS,
        encode="ordinal",
        strategy="quantile",
        quantile_method="averaged_inverted_cdf",
        subsample=10_000,
        random_state=seed,
    )
    trees = HistGradientBoostingClassifier(
        learning_rate=params["learning_rate"],
        max_iter=params["trees"],
        max_leaf_nodes=params["leaves"],
        min_samples_leaf=params["leaf_rows"],
        l2_regularization=5.0,
        max_bins=BINS,
        # Stopping early would split off rows at random: days of the validation rows would train.
        early_stopping=False,
        random_state=seed,
    )
    return Pipeline(
        [("features", feature_encoder(MODEL_FEATURES)), ("bins", bins), ("model", trees)]
    )


def climatology() -> "Pipeline":
    """Return the monthly climatology: how often a fire started in such a month.

    A weak penalty keeps a month without any fire from promising that there never is one: its
    failure would cost infinity.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder

    months = OneHotEncoder(
        categories=[[float(month) for month in range(1, 13)]],
        handle_unknown="ignore",
        sparse_output=False,
    )
    return Pipeline(
        [
            ("month", ColumnTransformer([("month", months, ["month"])])),
            ("model", LogisticRegression(C=10.0, max_iter=500)),
        ]
    )


SPEC = ModelSpec(
    name="fire_occurrence",
    rows="cell_days",
    target="a fire starts within 24 hours of the observation (probability)",
    task="classification",
    features=MODEL_FEATURES,
    metric="log_loss",
    reported_metrics=("brier",),
    recipe=recipe,
    baseline=climatology,
    search_space=SearchSpace(
        {
            HALF_LIFE: Choice((26, 104, None)),
            "learning_rate": Real(0.05, 0.15, log=True),
            "trees": Whole(40, 80),
            "leaves": Whole(4, 8),
            "leaf_rows": Whole(50, 400, log=True),
        }
    ),
    default_params={
        HALF_LIFE: None,
        "learning_rate": 0.1,
        "trees": 60,
        "leaves": 6,
        "leaf_rows": 150,
    },
    policy=AdjudicationPolicy(aggregate="mean"),
    windows=WindowPolicy(label_window_hours=24, min_positives=MIN_POSITIVES),
)
