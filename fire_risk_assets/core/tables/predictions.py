"""What production predicted for each cell-day, with everything that explains the figure."""

from fire_risk_assets.core.tables.spec import TableSpec, count, instant, number, text

PREDICTIONS = TableSpec(
    name="predictions",
    key=("model_name", "cell_id", "observed_at", "batch_id"),
    description="What production predicted for each cell-day. A batch is one model version and one"
    " commit: all of its rows are there, or none.",
    written_by="score, predictions",
    read_by="incident reports, prediction quality",
    columns=(
        text("model_name", "The model."),
        text("cell_id", "The place.", source="features"),
        instant("observed_at", "When the weather was observed; the day begins.", source="features"),
        # Hectares have no bound of their own; this one keeps infinity out.
        number(
            "prediction",
            "Hectares a fire would burn, or the probability that one starts within 24 hours of the"
            " observation: what the model's `target` says.",
            source="the model version",
            low=0.0,
            high=1e12,
        ),
        count("model_version", "Version that predicted.", source="MLflow"),
        text("event_id", "Event of registry_status by which that version served."),
        text("artifact_sha256", "Manifest digest of its files, verified before they were loaded."),
        text(
            "features_digest",
            "Content digest of the features it was given for all cells of this UTC day: key and"
            " the model's features, in key order.",
        ),
        instant("as_known", "Nothing learned later was used: neither features nor version."),
        instant("predicted_at", "When it was computed.", source="clock"),
        instant(
            "known_at",
            "Since when the prediction counts as known: predicted_at, in a home that replays the"
            " past as_known.",
        ),
        text(
            "batch_id",
            "Digest of what was asked and what it was made from, or the operator's key; with the"
            " model's name it names the batch.",
        ),
    ),
)
