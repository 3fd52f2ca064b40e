"""The settings of an adjudication, as one frozen and validated value.

Add a field when the outcome of `adjudicate` shall depend on it. What chooses the holdout rows
(lengths, label lag, embargo) belongs to the snapshot policies, and when cycles run to settings.
The evidence for each default is in docs/decisions.md.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from fire_risk_assets.core.metrics import Aggregation
from fire_risk_assets.errors import InvalidSetting

Rule = Literal["paired", "point"]
AlphaSpending = Literal["per_decision", "per_window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationPolicy:
    """How two models are compared on the same holdout rows; defaults suit both shipped models.

    Raises:
        InvalidSetting: settings outside their domain, all of them in one message.

    >>> AdjudicationPolicy(alpha_spending="per_window", looks=4).decision_alpha
    0.0125
    """

    rule: Rule = "paired"
    """`paired`: the sign-flip test decides. `point`: the lower mean wins, as in the book; about
    half of all equal models are promoted then, and neither guardrails nor the baseline gate."""
    aggregate: Aggregation = "mean"
    """How row losses become the metric in scores, difference and interval (`Metric.aggregation`).
    The test always compares mean losses, which order models alike."""

    alpha: float = 0.05
    """Error rate of the one-sided test, in (0, 0.5)."""
    alpha_spending: AlphaSpending = "per_decision"
    """`per_window` tests at alpha / looks, since a sliding holdout judges rows several times."""
    looks: int = 4
    """In how many deciding cycles a row may judge: planned holdout length / cycle period. A
    model's windows say so, and the three minima too: see `ModelSpec.judging_policy`."""
    flips: int = 1999
    """Random sign flips; p = (1 + #) / (flips + 1)."""
    interval: float = 0.90
    """Level of the two-sided interval of the metric difference, in (0, 1)."""
    bootstrap_draws: int = 999
    """Draws of the clustered bootstrap; draws + 1 is divisible by 20 for exact ranks at 90 %."""

    min_rows: int = 80
    min_clusters: int = 20
    min_positives: int = 0
    """Above 0 for classification only; then `adjudicate` needs `positives`."""

    staleness: bool = True
    staleness_weeks: int = 8
    """Age in weeks from which production counts as stale."""
    staleness_margin: float = 0.02
    """How much worse than production, relative to its score, the interval may still reach."""

    slice_alpha: float = 0.05
    """Family-wise error rate of the guardrails (Holm over all sufficient slices)."""
    slice_min_rows: int = 60
    slice_min_clusters: int = 15
    slice_min_positives: int = 10
    """Applies only when `positives` are given."""

    autocorrelation_warning: float = 0.3
    """Lag-1 autocorrelation of cluster sums above which the verdict warns: at .6 the test
    promotes .15 of equal models instead of .05."""

    def __post_init__(self) -> None:
        faults = [*self._wrong_choices(), *self._wrong_fractions(), *self._wrong_counts()]
        if not faults and 1 / (self.flips + 1) > self.decision_alpha:
            faults.append(
                f"flips {self.flips} allow no p below {1 / (self.flips + 1):.3g}, so alpha "
                f"{self.decision_alpha:.3g} could never be reached"
            )
        if faults:
            raise InvalidSetting("adjudication policy: " + "; ".join(faults))

    @property
    def decision_alpha(self) -> float:
        """Alpha of one decision, after spending."""
        return self.alpha / self.looks if self.alpha_spending == "per_window" else self.alpha

    def digest(self) -> str:
        """Return the sha256 of the canonical JSON of all settings, as 64 hex digits.

        >>> AdjudicationPolicy().digest() == AdjudicationPolicy(alpha=0.05).digest()
        True
        """
        # Inside, because digests of tables need pyarrow and an adjudication does not.
        from fire_risk_assets.core.digest import sha256_of_json

        return sha256_of_json(asdict(self))

    def _wrong_choices(self) -> Iterator[str]:
        for name, choices in (
            ("rule", get_args(Rule)),
            ("aggregate", get_args(Aggregation)),
            ("alpha_spending", get_args(AlphaSpending)),
            ("staleness", (True, False)),
        ):
            if getattr(self, name) not in choices:
                allowed = ", ".join(map(str, choices))
                yield f"{name} is {getattr(self, name)!r}; allowed: {allowed}"

    def _wrong_fractions(self) -> Iterator[str]:
        for name, low, high in (
            ("alpha", 0.0, 0.5),
            ("slice_alpha", 0.0, 0.5),
            ("interval", 0.0, 1.0),
        ):
            if not low < getattr(self, name) < high:
                yield f"{name} is {getattr(self, name)!r}; expected a number in ({low:g}, {high:g})"
        if not 0 <= self.staleness_margin < 1:
            yield f"staleness_margin is {self.staleness_margin!r}; expected a number in [0, 1)"
        if not -1 <= self.autocorrelation_warning <= 1:
            found = self.autocorrelation_warning
            yield f"autocorrelation_warning is {found!r}; expected a number in [-1, 1]"

    def _wrong_counts(self) -> Iterator[str]:
        for name, least in (
            ("looks", 1),
            ("flips", 1),
            ("bootstrap_draws", 19),
            ("min_rows", 1),
            ("min_clusters", 1),
            ("min_positives", 0),
            ("staleness_weeks", 0),
            ("slice_min_rows", 1),
            ("slice_min_clusters", 1),
            ("slice_min_positives", 0),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                yield f"{name} is {value!r}; expected a whole number of at least {least}"
