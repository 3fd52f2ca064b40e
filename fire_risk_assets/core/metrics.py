"""Metrics with two faces: a loss per row, and the score that summarises the losses.

The paired test needs the loss of each row, the ledger one number; a metric offers both and they
agree. Add a metric here when a model shall be judged on it: it must be a mean of row losses, or
a monotone function of one. Ranking measures (`average_precision`, `roc_auc`) are no such mean:
they are reported, never judged on. Models and thresholds stay out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from fire_risk_assets.core.arrays import Vector, as_flags, as_vector, require_same_length
from fire_risk_assets.errors import InvalidScores, UnknownMetric

Aggregation = Literal["mean", "root_mean"]
Direction = Literal["ASC", "DESC"]
Domain = Literal["real", "above_minus_one", "probability"]


def aggregate_losses(losses: ArrayLike, aggregation: Aggregation) -> float:
    """Summarise losses of shape (n_rows,), lower is better, into one score.

    `mean` is the mean, `root_mean` its square root (of losses that are squares, >= 0). The sum
    is correctly rounded (`math.fsum`), so that the order of rows leaves no trace in the score.

    Raises:
        InvalidScores: no rows, or a negative mean under a root.

    >>> aggregate_losses([0.0, 8.0], "mean"), aggregate_losses([0.0, 8.0], "root_mean")
    (4.0, 2.0)
    """
    vector = as_vector(losses, "losses")
    if not vector.size:
        raise InvalidScores("losses has 0 rows; expected at least 1")
    mean = math.fsum(vector.tolist()) / vector.size
    if aggregation == "mean":
        return mean
    if mean < 0:
        raise InvalidScores(f"mean loss is {mean:g}; a root needs squared losses, >= 0")
    return math.sqrt(mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One way to judge a model; `per_row` and `score` belong together.

    `direction` is that of the score as registries state it: ASC lower is better, DESC higher.
    Row losses are lower-is-better in either case. The minimum of every loss here is 0, reached
    by a perfect prediction.
    """

    name: str
    direction: Direction
    aggregation: Aggregation
    """How row losses become the score; an adjudication policy takes it as its `aggregate`."""
    domain: Domain
    """What a prediction may be: any real number, a number above -1, a probability."""
    loss: Callable[[Vector, Vector], Vector]
    """The formula, without validation: (y_true, prediction) -> losses, all of shape (n_rows,)."""

    def per_row(self, y_true: ArrayLike, prediction: ArrayLike) -> Vector:
        """Return the loss of each row, shape (n_rows,), lower is better.

        `y_true` and `prediction` have shape (n_rows,). Domain: `rmsle` needs both above -1,
        `log_loss` and `brier` need y_true in {0, 1} and prediction in [0, 1].

        Raises:
            InvalidScores: NaN, an infinity, different shapes, or a number outside the domain.

        >>> metric_named("mae").per_row([1.0, 5.0], [2.0, 2.0])
        array([1., 3.])
        """
        truth = _truth(y_true, self.domain)
        predicted = as_vector(prediction, "prediction")
        require_same_length({"y_true": truth, "prediction": predicted})
        _require_domain(predicted, "prediction", self.domain)
        with np.errstate(over="ignore"):
            return as_vector(self.loss(truth, predicted), f"{self.name} per row")

    def aggregate(self, losses: ArrayLike) -> float:
        """Return the score of row losses, shape (n_rows,); see `aggregate_losses`.

        >>> metric_named("rmse").aggregate([1.0, 7.0])
        2.0
        """
        return aggregate_losses(losses, self.aggregation)

    def score(self, y_true: ArrayLike, prediction: ArrayLike) -> float:
        """Return the metric; equals `aggregate(per_row(y_true, prediction))`.

        >>> round(metric_named("rmsle").score([0.0, 10.0], [0.0, 0.0]), 4)
        1.6956
        """
        return self.aggregate(self.per_row(y_true, prediction))


def _squared_error(y_true: Vector, prediction: Vector) -> Vector:
    return np.square(prediction - y_true)


def _absolute_error(y_true: Vector, prediction: Vector) -> Vector:
    return np.abs(prediction - y_true)


def _squared_log_error(y_true: Vector, prediction: Vector) -> Vector:
    return np.square(np.log1p(prediction) - np.log1p(y_true))


def _negative_log_likelihood(y_true: Vector, prediction: Vector) -> Vector:
    # A certainty that fails would cost infinity and rule the whole holdout alone; the cap of
    # 36.04 is that of scikit-learn's log_loss.
    epsilon = float(np.finfo(np.float64).eps)
    p = np.clip(prediction, epsilon, 1 - epsilon)
    return np.asarray(-np.log(np.where(y_true == 1, p, 1 - p)), dtype=np.float64)


def _truth(y_true: ArrayLike, domain: Domain) -> Vector:
    if domain == "probability":
        return as_flags(y_true, "y_true").astype(np.float64)
    truth = as_vector(y_true, "y_true")
    _require_domain(truth, "y_true", domain)
    return truth


def _require_domain(values: Vector, name: str, domain: Domain) -> None:
    if not values.size or domain == "real":
        return
    low, high = float(values.min()), float(values.max())
    if domain == "above_minus_one" and low <= -1:
        raise InvalidScores(f"{name} contains {low:g}; log(1 + x) needs numbers above -1")
    if domain == "probability" and (low < 0 or high > 1):
        found = low if low < 0 else high
        raise InvalidScores(f"{name} contains {found:g}; expected probabilities in [0, 1]")


_METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            name="rmsle",
            direction="ASC",
            aggregation="root_mean",
            domain="above_minus_one",
            loss=_squared_log_error,
        ),
        Metric(
            name="rmse",
            direction="ASC",
            aggregation="root_mean",
            domain="real",
            loss=_squared_error,
        ),
        Metric(
            name="mae",
            direction="ASC",
            aggregation="mean",
            domain="real",
            loss=_absolute_error,
        ),
        Metric(
            name="log_loss",
            direction="ASC",
            aggregation="mean",
            domain="probability",
            loss=_negative_log_likelihood,
        ),
        Metric(
            name="brier",
            direction="ASC",
            aggregation="mean",
            domain="probability",
            loss=_squared_error,
        ),
    )
}
METRIC_NAMES: tuple[str, ...] = tuple(_METRICS)


def metric_named(name: str) -> Metric:
    """Return the metric of that name, one of `METRIC_NAMES`.

    - `rmsle`: sqrt(mean((log(1 + p) - log(1 + y))^2)), of areas in hectares
    - `rmse`: sqrt(mean((p - y)^2)), in units of y
    - `mae`: mean(|p - y|), in units of y
    - `log_loss`: mean(-log p(observed class)), in nats (Good, 1952)
    - `brier`: mean((p - y)^2) of probabilities (Brier, 1950)

    Raises:
        UnknownMetric: there is none of that name; the message lists the allowed ones.

    >>> metric_named("brier").direction
    'ASC'
    """
    if name not in _METRICS:
        raise UnknownMetric(f"metric {name!r} is unknown; allowed: {', '.join(_METRICS)}")
    return _METRICS[name]


def average_precision(y_true: ArrayLike, prediction: ArrayLike) -> float | None:
    """Return the area under the precision-recall steps, higher is better, maximum 1.

    Arguments as for `log_loss`, shape (n_rows,). None when only one class is present: the
    measure is undefined there, and a report must not fail for it.

    >>> average_precision([0, 1, 1], [0.1, 0.4, 0.8])
    1.0
    """
    pair = _ranking_input(y_true, prediction)
    if pair is None:
        return None
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(*pair))


def roc_auc(y_true: ArrayLike, prediction: ArrayLike) -> float | None:
    """Return the probability that a positive outranks a negative, higher is better, maximum 1.

    Arguments as for `log_loss`, shape (n_rows,). None when only one class is present.

    >>> roc_auc([0, 1, 0, 1], [0.1, 0.4, 0.5, 0.8])
    0.75
    """
    pair = _ranking_input(y_true, prediction)
    if pair is None:
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(*pair))


def _ranking_input(y_true: ArrayLike, prediction: ArrayLike) -> tuple[Vector, Vector] | None:
    truth, predicted = _truth(y_true, "probability"), as_vector(prediction, "prediction")
    require_same_length({"y_true": truth, "prediction": predicted})
    _require_domain(predicted, "prediction", "probability")
    return (truth, predicted) if np.unique(truth).size == 2 else None
