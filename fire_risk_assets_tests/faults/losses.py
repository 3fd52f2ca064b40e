"""Losses planted by hand, past every writer of ours, and what the doctor says of them."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from mlflow import MlflowClient

from fire_risk_assets import wiring
from fire_risk_assets.actions.diagnose import diagnose
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets_tests.clocks import FixedClock
from fire_risk_assets_tests.homes import open_world


def diagnosed(settings, *, later=timedelta(0), **asked):
    """The diagnosis of a home, now or at a later time."""
    world = open_world(settings)
    world = replace(world, clock=FixedClock(world.clock.now() + later))
    return diagnose(wiring.model_specs(settings), world, overdue={}, **asked)


def told(settings, **asked):
    """(code, what was found) of each finding; every one has the remedy of its number."""
    found = diagnosed(settings, **asked).findings
    assert all(each.remedy == Invariant(each.code).remedy for each in found)
    return [(each.code, each.found) for each in found]


def codes(settings, **asked):
    return [code for code, _ in told(settings, **asked)]


def client_of(settings):
    return MlflowClient(settings.tracking_uri)


def version_of(settings, number):
    versions = open_world(settings).registry.versions("tiny")
    return next(each for each in versions if each.version == number)


def files_of(settings, number):
    """The folder with the files of a version."""
    source = version_of(settings, number).source
    model = client_of(settings).get_logged_model(source.rpartition("/")[2])
    return Path(model.artifact_location.removeprefix("file://"))


def flip_a_byte(settings, number):
    file = files_of(settings, number) / "model.skops"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def rewrite(settings, name, change):
    """Put other rows in the place of a table's, as nobody of ours can."""
    place = settings.lake / name
    rows = change(pq.read_table([unquote(uri) for uri in DeltaTable(place).file_uris()]))
    shutil.rmtree(place)
    write_deltalake(place, rows)


def replaced(rows, column, change):
    """The rows with one column changed value by value."""
    place = rows.schema.get_field_index(column)
    field = rows.schema.field(place)
    values = pa.array([change(value) for value in rows[column].to_pylist()], field.type)
    return rows.set_column(place, field, values)


def wipe_aliases_and_stages(settings):
    """What the registry shows of who serves is gone, as after a restore of the wrong tables."""
    with sqlite3.connect(settings.home / "mlflow" / "mlflow.db") as store:
        store.execute("DELETE FROM registered_model_aliases")
        store.execute("UPDATE model_versions SET current_stage = 'None'")


def rewrite_every_file(lake):
    """Compaction, VACUUM RETAIN 0 HOURS and a clean-up of the log, of every table."""
    for place in lake.iterdir():
        table = DeltaTable(place)
        table.optimize.compact()
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        table.create_checkpoint()
        table.cleanup_metadata()
