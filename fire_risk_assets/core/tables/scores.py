"""The scores a verdict rests on: frozen, so that it can be recomputed after everything else."""

import pyarrow as pa

from fire_risk_assets.core.tables.spec import Column, TableSpec, count, instant, number, text

ADJUDICATION_SCORES = TableSpec(
    name="adjudication_scores",
    key=(
        *("model_name", "cycle_id", "production_version", "candidate_version"),
        *("holdout_digest", "row_key"),
    ),
    description="Each holdout row of each judged cycle with the prediction of each model.",
    writer="delta-rs",
    written_by="adjudication_result",
    read_by="incident reports, whoever recomputes a verdict",
    columns=(
        text("model_name", "The model."),
        text("cycle_id", "The cycle."),
        count(
            "production_version", "What it was judged against; null: the baseline.", nullable=True
        ),
        count("candidate_version", "What was judged."),
        text("holdout_digest", "Content digest of the rows of this comparison."),
        text("row_key", "Key of the row: cell, time and report, joined by |."),
        instant("row_time", "The row's own time."),
        Column(
            name="day", type=pa.date32(), description="The cluster: day of the observation, UTC."
        ),
        number("y_true", "Ground truth: 0/1, or hectares."),
        number("candidate", "The candidate's prediction.", source="candidate"),
        number("production", "Production's prediction.", source="production", nullable=True),
        number("baseline", "The naive baseline's prediction.", source="baseline"),
        text("fwi_class", "Danger class of the row.", nullable=True),
        text("zone", "Zone of the cell.", nullable=True),
        Column(name="weekend", type=pa.bool_(), description="Friday to Sunday."),
        text("season", "Season of the row."),
        instant("scored_at", "When it was scored.", source="clock"),
    ),
)
