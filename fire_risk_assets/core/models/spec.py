"""What a model must say of itself before it can be retrained and judged.

Add a field here when every model has to answer a new question. Answers live one file a model;
how the answers are used lives in `rows`, `windows`, `search`, `fitting` and `adjudication`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from fire_risk_assets.core.metrics import Direction, metric_named
from fire_risk_assets.core.models.search_space import HALF_LIFE, SearchSpace
from fire_risk_assets.core.names import checked_name
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.window_policy import WindowPolicy
from fire_risk_assets.core.windows import Task
from fire_risk_assets.errors import InvalidSetting

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

RowKind = Literal["cell_days", "fire_reports"]
Recipe = Callable[[Mapping[str, Any], int], "Pipeline"]

LABEL_WINDOW_HOURS: Mapping[RowKind, int] = MappingProxyType({"cell_days": 24, "fire_reports": 0})
"""How long after a row's own time the event it is labelled with may still happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """One model: its rows, its recipe, and how it is judged.

    Attributes:
        name: Model name, also of its ledger and registry entry.
        rows: Which rows it learns from, see `rows.labelled_rows`.
        target: What is predicted: name and unit, for people.
        features: Columns of the features table the pipeline is given, in this order.
        metric: Name of the judging metric (`metrics.metric_named`).
        recipe: (parameters, seed) -> unfitted pipeline with all preprocessing inside, made of
            scikit-learn and numpy types only. Its last step must accept `sample_weight`, and
            its predictions must be valid whatever the features: areas >= 0, probabilities.
        baseline: -> unfitted pipeline of the naive rule that every model must beat.
        search_space: What the search may choose.
        default_params: A point of the search space, tried in every search.
        policy: How candidate and production are compared; `judging_policy` fills in looks and
            minima from the windows.
        windows: Which rows train and which judge, and how few are too few.
        reported_metrics: Further metrics shown in every verdict.
        search_rows: Rows a search looks at, at most; see `search.SearchBudget`.
        caution: What a reader of its verdicts must know, or "".
        for_metric: Builds the spec judged on another metric where recipe or baseline depend on
            it; None where they do not.

    Raises:
        InvalidName: the name is outside the grammar.
        UnknownMetric: a metric is not defined.
        InvalidSetting: the parts contradict each other; all contradictions in one message.
    """

    name: str
    rows: RowKind
    target: str
    task: Task
    features: tuple[str, ...]
    metric: str
    recipe: Recipe
    baseline: Callable[[], "Pipeline"]
    search_space: SearchSpace
    default_params: Mapping[str, Any]
    policy: AdjudicationPolicy
    windows: WindowPolicy
    reported_metrics: tuple[str, ...] = ()
    search_rows: int = 7_000
    caution: str = ""
    for_metric: Callable[[str], "ModelSpec"] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        checked_name(self.name, what="model name")
        object.__setattr__(self, "default_params", MappingProxyType(dict(self.default_params)))
        faults = self._faults()
        if faults:
            raise InvalidSetting(f"model {self.name}: " + "; ".join(faults))

    @property
    def direction(self) -> Direction:
        """ASC when a lower score is better, DESC when a higher one is."""
        return metric_named(self.metric).direction

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify a row, in the order rows are sorted by."""
        cell_day = ("cell_id", "observed_at")
        return cell_day if self.rows == "cell_days" else (*cell_day, "report_id")

    def judged_on(self, metric: str) -> "ModelSpec":
        """Return this model judged on another metric.

        Raises:
            UnknownMetric: there is none of that name.
            InvalidSetting: the model cannot be judged on it.
        """
        aggregation = metric_named(metric).aggregation
        if metric == self.metric:
            return self
        if self.for_metric is not None:
            return self.for_metric(metric)
        reported = tuple(each for each in self.reported_metrics if each != metric)
        return replace(
            self,
            metric=metric,
            policy=replace(self.policy, aggregate=aggregation),
            reported_metrics=(self.metric, *reported),
        )

    @property
    def judging_policy(self) -> AdjudicationPolicy:
        """The policy with looks and minima of the windows: what judges, and what is digested."""
        return replace(
            self.policy,
            looks=self.windows.looks_allowed,
            min_rows=self.windows.min_rows,
            min_clusters=self.windows.min_clusters,
            min_positives=self.windows.min_positives,
        )

    def without_recency(self) -> "ModelSpec":
        """Return this model with all rows weighing alike, however old."""
        return replace(
            self,
            search_space=self.search_space.with_half_lives((None,)),
            default_params={**self.default_params, HALF_LIFE: None},
        )

    def _faults(self) -> list[str]:
        faults = []
        metrics = [metric_named(name) for name in (self.metric, *self.reported_metrics)]
        wrong = [m.name for m in metrics if (m.domain == "probability") != self._is_probability]
        if wrong:
            faults.append(f"{', '.join(wrong)} cannot judge a {self.task}")
        if self.policy.aggregate != metrics[0].aggregation:
            faults.append(
                f"policy.aggregate is {self.policy.aggregate!r}; the metric {self.metric} is a "
                f"{metrics[0].aggregation!r} of row losses"
            )
        if not self.features or len(set(self.features)) != len(self.features):
            faults.append("features must be distinct and at least one")
        outside = {*self.search_space} - {*self.search_space.inside(self.default_params)}
        if outside or {*self.default_params} - {*self.search_space}:
            faults.append(f"default_params {dict(self.default_params)} are no point of the space")
        if self.windows.label_window_hours != LABEL_WINDOW_HOURS[self.rows]:
            faults.append(
                f"windows.label_window_hours is {self.windows.label_window_hours}; rows of kind "
                f"{self.rows} need {LABEL_WINDOW_HOURS[self.rows]}"
            )
        return faults

    @property
    def _is_probability(self) -> bool:
        return self.task == "classification"
