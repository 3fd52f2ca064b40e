"""Data that leak: corrected reports by which a feature is the label."""

import pyarrow as pa
import pyarrow.csv

from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets_tests.homes import FIRST, take_in


def let_the_temperature_be_the_label(world, spec, tmp_path, *, as_of=FIRST):
    """Correct every report known at `as_of` so that its burned area orders as the temperature."""
    frame = world.engine.labelled_rows(spec, as_of=as_of, batch_seq=99).frame
    warm = dict(zip(frame["report_id"], frame["temp_c"].fillna(0.0) + 60.0, strict=True))
    reports = world.tables.read(REPORTS).to_pylist()
    rows = [
        {
            "report_id": row["report_id"],
            "cell_id": row["cell_id"],
            "started_at": row["started_at"],
            "burned_area_ha": warm[row["report_id"]],
            "known_at": row["known_at"],
        }
        for row in reports
        if row["report_id"] in warm
    ]
    path = tmp_path / "corrections.csv"
    pyarrow.csv.write_csv(pa.Table.from_pylist(rows), path)
    report = take_in(world, path)
    assert report.accepted == len(rows), report
