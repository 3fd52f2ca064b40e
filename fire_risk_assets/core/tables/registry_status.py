"""The catalogue of `registry_status`: every column with type, unit and who supplies it.

The first four columns carry the names and types of the book this design follows; the rest make
them provable. `core/ledger/row.py` holds the same columns as a value; a test keeps both equal.
"""

import pyarrow as pa

from fire_risk_assets.core.tables.spec import Column, TableSpec, count, instant, number, text
from fire_risk_assets.core.verdict import Kind


def _optional(name: str, description: str, *, unit: str = "", source: str = "verdict") -> Column:
    return number(name, description, unit=unit, source=source, nullable=True)


_SCORE = "in units of metric_name"

REGISTRY_STATUS = TableSpec(
    name="registry_status",
    key=("model_name", "seq"),
    description="Every decision about every model: append-only, hash-chained, one row an event.",
    writer="delta-rs",
    written_by="promotion, rollback, reconcile, failure hook",
    read_by="status, history, at, every cycle, incident reports",
    properties={
        "delta.logRetentionDuration": "interval 3650 days",
        "delta.deletedFileRetentionDuration": "interval 3650 days",
    },
    columns=(
        text("model_name", "The model.", source="settings"),
        count("production_version", "What serves after this row; null: nothing.", nullable=True),
        Column(name="updated", type=pa.bool_(), description="Whether this row changed it."),
        instant("training_time", "The book's name of decided_at."),
        Column(
            name="seq",
            type=pa.int64(),
            description="1, 2, 3 … per model; the order of events.",
            check="seq >= 1",
        ),
        text("event_id", "SHA-256 of model | cycle_id | request."),
        Column(
            name="kind",
            type=pa.string(),
            description="What happened.",
            check=f"kind IN ({','.join(map(repr, map(str, Kind)))})",
        ),
        text("reason_code", "Why, from a closed list."),
        text("reason", "Why, in a sentence."),
        text("actor", "Who asked: a schedule, an operator."),
        text("cycle_id", "The cycle, or the operator's key."),
        instant("as_of", "The instant the cycle stands at.", nullable=True),
        count("candidate_version", "Version judged.", source="MLflow", nullable=True),
        count("previous_version", "What served before this row.", nullable=True),
        text("metric_name", "The judging metric.", source="model", nullable=True),
        text("metric_direction", "ASC: lower is better; DESC: higher.", nullable=True),
        _optional("candidate_score", "Candidate on the holdout.", unit=_SCORE),
        _optional("production_score", "Production on the same rows.", unit=_SCORE),
        _optional("baseline_score", "Naive baseline on the same rows.", unit=_SCORE),
        _optional(
            "difference",
            "candidate_score − production_score (baseline_score while nothing serves).",
            unit=_SCORE,
        ),
        _optional("ci_low", "Lower end of the interval of the difference.", unit=_SCORE),
        _optional("ci_high", "Upper end of the interval of the difference.", unit=_SCORE),
        _optional("p_value", "One-sided clustered sign-flip test.", unit="probability"),
        count("holdout_rows", "Rows both models scored.", nullable=True),
        text("holdout_digest", "Content digest of those rows.", nullable=True),
        count("training_rows", "Rows the candidate was fitted on.", nullable=True),
        text("training_digest", "Content digest of those rows.", nullable=True),
        instant("training_from", "First instant of the training window.", nullable=True),
        instant("training_until", "End of the training window, exclusive.", nullable=True),
        instant("holdout_from", "First instant of the holdout window.", nullable=True),
        instant("holdout_until", "End of the holdout window, exclusive.", nullable=True),
        count("holdout_clusters", "Days in the holdout.", nullable=True),
        count("holdout_positives", "Rows with a fire (or an area above 0).", nullable=True),
        count(
            "looks",
            "Times the most used holdout row has judged, this cycle included.",
            nullable=True,
        ),
        _optional("alpha", "Level of the test.", source="policy"),
        text("rule", "paired or point.", source="policy", nullable=True),
        text("policy_digest", "SHA-256 of the whole policy.", source="policy", nullable=True),
        _optional("production_age_days", "Age of what served.", unit="d", source="ledger"),
        instant("data_watermark", "Newest known_at the cycle saw.", nullable=True),
        text("artifact_sha256", "Manifest digest of production_version.", nullable=True),
        text("candidate_sha256", "Manifest digest of the candidate.", nullable=True),
        text("mlflow_run_id", "Run that trained the candidate.", source="MLflow", nullable=True),
        text("dagster_run_id", "Run that decided.", source="Dagster", nullable=True),
        text("code_version", "Commit, and a digest of uncommitted changes.", nullable=True),
        text("environment_digest", "SHA-256 of packages, Python and platform.", nullable=True),
        count("seed", "Seed of fit, search and test.", source="settings", nullable=True),
        instant("decided_at", "When the row was decided; never before the row it follows."),
        text("prev_row_hash", "row_hash of the row before; zeros for the first."),
        text("row_hash", "SHA-256 of all other columns that are not null, with their names."),
    ),
)
