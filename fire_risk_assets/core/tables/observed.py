"""What arrives from outside: weather, fire reports, cells, and the record of each batch."""

from fire_risk_assets.core.tables.spec import (
    BATCH_ID,
    KNOWN_AT,
    TableSpec,
    count,
    instant,
    number,
    text,
)

CELL_ID = text("cell_id", "The place: an id, in the park `x-y`, e.g. `7-4`.", source="source file")

_CODE_SOURCE = "station, when it publishes its own codes"

WEATHER = TableSpec(
    name="weather_observations",
    key=("cell_id", "observed_at"),
    description="Weather at a cell at an instant (daily sources: local noon). Append-only.",
    written_by="ingest",
    read_by="features",
    columns=(
        CELL_ID,
        instant("observed_at", "When the weather was observed.", source="source file"),
        number("temp_c", "Air temperature at 2 m.", unit="°C", low=-60.0, high=60.0),
        number("rh_pct", "Relative humidity.", unit="%", low=0.1, high=100.0),
        number("wind_km_h", "Wind speed at 10 m.", unit="km/h", low=0.0, high=250.0),
        number("rain_mm", "Rain of the last 24 hours.", unit="mm", low=0.0, high=500.0),
        number(
            "ffmc",
            "Fine Fuel Moisture Code as observed.",
            source=_CODE_SOURCE,
            low=0.0,
            high=101.0,
            nullable=True,
        ),
        number(
            "dmc",
            "Duff Moisture Code as observed.",
            source=_CODE_SOURCE,
            low=0.0,
            high=1000.0,
            nullable=True,
        ),
        number(
            "dc",
            "Drought Code as observed.",
            source=_CODE_SOURCE,
            low=0.0,
            high=2500.0,
            nullable=True,
        ),
        number(
            "isi",
            "Initial Spread Index as observed.",
            source=_CODE_SOURCE,
            low=0.0,
            high=300.0,
            nullable=True,
        ),
        KNOWN_AT,
        BATCH_ID,
    ),
)

REPORTS = TableSpec(
    name="fire_reports",
    key=("report_id",),
    description="Fires as reported. They arrive days late; a correction repeats the id.",
    written_by="ingest",
    read_by="training_set, holdout_set",
    columns=(
        text("report_id", "The report; a correction repeats it.", source="source file"),
        CELL_ID,
        instant("started_at", "When the fire started.", source="source file"),
        number("burned_area_ha", "Burned area.", unit="ha", low=0.0, high=1_000_000.0),
        KNOWN_AT,
        BATCH_ID,
    ),
)

CELLS = TableSpec(
    name="cells",
    key=("cell_id",),
    description="Where each cell lies.",
    written_by="ingest",
    read_by="features",
    columns=(
        CELL_ID,
        number(
            "latitude",
            "Latitude of the centre, north positive.",
            unit="°",
            low=-90.0,
            high=90.0,
            nullable=True,
        ),
        number(
            "longitude",
            "Longitude of the centre, east positive.",
            unit="°",
            low=-180.0,
            high=180.0,
            nullable=True,
        ),
        text("zone", "Management zone, a slice of the guardrails.", nullable=True),
        KNOWN_AT,
        BATCH_ID,
    ),
)

BATCHES = TableSpec(
    name="batches",
    key=("batch_seq",),
    description="One row for each file offered, for each replay of rows it set aside (`replayed`)"
    " and, without `file_name`, for the features of each batch of weather. Written last: it makes"
    " the rows of its batch visible.",
    writer="delta-rs",
    written_by="ingest, quarantine replay, features",
    read_by="everything that reads data tables",
    columns=(
        count("batch_seq", "1, 2, 3 … without gaps."),
        text(
            "batch_id",
            "Digest of the file and of what it is; of features, of the weather's batch_id and the"
            " feature version.",
        ),
        text(
            "file_name",
            "Name of the file, without its folder; of a replay, of the file its rows came from;"
            " null: features.",
            nullable=True,
        ),
        text(
            "file_sha256",
            "SHA-256 of the same file's bytes, empty when they could not be read; of features, the"
            " batch_id of their weather.",
        ),
        text("tables", "Tables the batch feeds, comma separated."),
        count("read", "Rows of the file (blank lines are no rows); of features, rows built."),
        count("accepted", "Rows accepted, duplicates included; of features, all."),
        count("quarantined", "Rows set aside."),
        count("duplicates", "Accepted rows that were known already and added nothing."),
        text("rejection_code", "Why the whole file was refused, or null.", nullable=True),
        text("rejection_reason", "The same in a sentence.", nullable=True),
        text("reasons", "Quarantine counts by reason code, JSON."),
        text("delta_versions", "Table versions after the batch, JSON; evidence only."),
        instant("recorded_at", "When the batch became visible.", source="clock"),
        text(
            "columns",
            "The header under which its rows were read, JSON list; null: features, a rejected"
            " file, or older than this column.",
            nullable=True,
        ),
        text(
            "replayed",
            "Of a replay, JSON: `batch_seq` of the batch that set its rows aside, `lines` that it"
            " accepted at last, `file_name` and `file_sha256` of the repaired file; else null.",
            nullable=True,
        ),
    ),
)

QUARANTINE = TableSpec(
    name="quarantine",
    key=("file_sha256", "line"),
    description="Rows set aside, with the reason and the raw line. One that fails again when it is"
    " replayed is set aside again under the same key; the newest batch tells.",
    written_by="ingest, quarantine replay",
    read_by="quarantine list, show and replay",
    columns=(
        text("file_sha256", "SHA-256 of the source file."),
        text("file_name", "Name of the source file."),
        count("line", "1-based line (CSV) or row (Parquet) of the source."),
        text("raw", "The line as it came, stored inert; of a replay, that of the repaired file."),
        text("reason_code", "Rule that set it aside."),
        text("reason", "The same in a sentence."),
        KNOWN_AT,
        BATCH_ID,
    ),
)
