"""What befalls the records and files of a version by hand; of the candidate of one cycle."""

import json
import shutil

import pyarrow as pa
from deltalake import write_deltalake
from mlflow import MlflowClient

from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets_tests.damage import files_of
from fire_risk_assets_tests.homes import open_world

CYCLE = "2025-09-08"
BASELINE, CANDIDATE = 1, 2


def edit(document, **changes):
    document.write_text(json.dumps(json.loads(document.read_text()) | changes))


def documents(settings, pattern):
    found = list((settings.home / "references" / "drawn" / CYCLE).glob(pattern))
    assert found
    return found


def artifact_of(settings, version=CANDIDATE):
    return files_of(open_world(settings), "drawn", version)


def tag(settings, **tags):
    open_world(settings).registry.tag("drawn", CANDIDATE, tags)


def relabel(settings, *, judging):
    """Write the table of reports anew with other areas, of fires that train or that judge."""
    world = open_world(settings)
    reports = world.tables.read(REPORTS)
    stored = world.references.load("drawn", CYCLE, "holdout_set")["snapshot"]["window_from"]
    areas = [
        row["burned_area_ha"] + (1.0 if (row["started_at"].isoformat() >= stored) is judging else 0)
        for row in reports.to_pylist()
    ]
    place = reports.schema.get_field_index("burned_area_ha")
    changed = reports.set_column(place, reports.schema.field(place), pa.array(areas))
    folder = settings.home / "lake" / REPORTS.name
    shutil.rmtree(folder)
    write_deltalake(folder, changed)


def other_params_on_every_record(settings):
    params = {"half_life_weeks": None, "leaf_rows": 11}
    tag(settings, params=json.dumps(params))
    for document in documents(settings, "fit_*.json"):
        if json.loads(document.read_text())["role"] == "candidate":
            edit(document, params=params)


def forget_the_fit(settings, **tags):
    for document in documents(settings, "fit_*.json"):
        document.unlink()
    tag(settings, **tags)


def delete_run(settings):
    run_id = open_world(settings).registry.versions("drawn")[1].run_id
    MlflowClient(settings.tracking_uri).delete_run(run_id)


def delete_version(settings):
    MlflowClient(settings.tracking_uri).delete_model_version("drawn", str(CANDIDATE))
