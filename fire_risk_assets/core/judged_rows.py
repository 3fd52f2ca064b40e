"""The rows both models are judged on: losses, clusters and classes, validated together.

Add a column here when a rule or a guardrail needs it of every row. Thresholds belong to the
policy, the choice of the rows to the snapshots.
"""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from fire_risk_assets.core.arrays import Flags, Vector, as_flags, as_vector, require_same_length
from fire_risk_assets.core.clustering import Clusters, cluster_rows
from fire_risk_assets.core.metrics import Aggregation
from fire_risk_assets.errors import InvalidScores


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedRows:
    """Validated rows of a holdout; losses of shape (n_rows,), lower is better."""

    reference: Vector
    """Losses of what the candidate must beat: production, or the baseline when none serves."""
    candidate: Vector
    baseline: Vector | None
    clusters: Clusters
    positives: Flags | None
    nothing_serves: bool

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.candidate.size)

    @property
    def positive_count(self) -> int | None:
        """Number of positives; None when rows have no class."""
        return None if self.positives is None else int(self.positives.sum())


def judged_rows(
    *,
    production_losses: ArrayLike | None,
    candidate_losses: ArrayLike,
    clusters: ArrayLike,
    baseline_losses: ArrayLike | None = None,
    positives: ArrayLike | None = None,
    aggregate: Aggregation = "mean",
) -> JudgedRows:
    """Return the rows of a holdout; arguments as for `adjudicate`, each of shape (n_rows,).

    Raises:
        InvalidScores: NaN, infinities, different shapes, missing cluster labels, negative losses
            under a root, or neither production nor baseline losses.

    >>> judged_rows(production_losses=[2.0], candidate_losses=[1.0], clusters=["monday"]).count
    1
    """
    given = {
        "production_losses": production_losses,
        "candidate_losses": candidate_losses,
        "baseline_losses": baseline_losses,
    }
    losses = {name: as_vector(each, name) for name, each in given.items() if each is not None}
    flags = None if positives is None else as_flags(positives, "positives")
    rows = cluster_rows(clusters)
    require_same_length(
        {**losses, "clusters": rows.codes, **({} if flags is None else {"positives": flags})}
    )
    for name, each in losses.items():
        if aggregate == "root_mean" and each.size and each.min() < 0:
            raise InvalidScores(f"{name} contains {each.min():g}; root_mean needs losses >= 0")
    baseline = losses.get("baseline_losses")
    reference = losses.get("production_losses", baseline)
    if reference is None:
        raise InvalidScores(
            "production_losses and baseline_losses are both None; an empty ledger needs the "
            "baseline's losses on the same rows"
        )
    return JudgedRows(
        reference=reference,
        candidate=losses["candidate_losses"],
        baseline=baseline,
        clusters=rows,
        positives=flags,
        nothing_serves=production_losses is None,
    )
