"""Losses planted by hand, past every writer of ours, and what the doctor says of them."""

import shutil
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from mlflow import MlflowClient

from fire_risk_assets import wiring
from fire_risk_assets.actions.diagnose import diagnose
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets_tests import damage
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
    return damage.files_of(open_world(settings), "tiny", number)


def flip_a_byte(settings, number):
    damage.flip_a_byte(files_of(settings, number))


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
