"""The Dagster instance of a home: runs, events and schedules of UI and command line alike.

It lies in `<home>/dagster` on SQLite. Its first opening migrates a fresh database, which several
processes at once break for good: once, under the bootstrap lease. Postgres is a matter of that
folder's `dagster.yaml`, which is written once and then belongs to the operator; one that lies there
already is kept (`profiles/production/`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from fire_risk_assets.core.causes import chain_of
from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.leases import BOOTSTRAP_DAGSTER
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import HomeUnusable, InstanceUnavailable
from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring import (
    lease_of,
    prepare_home,
    require_database,
    require_writable,
    write_in_home,
)

CONFIG = """\
# Written once when the home was made; yours to change afterwards.
telemetry:
  enabled: false
nux:
  enabled: false
# One run at a time: cycles of one machine would share its cores anyway, and order is kept.
concurrency:
  runs:
    max_concurrent_runs: 1
# Runs whose process died are ended by the reconcile sensors and by the next `fire-risk cycle`: run
# monitoring cannot look at processes that the command line started.
run_monitoring:
  enabled: false
# A cycle is repeated by the missed-cycle sensor or by hand, with its failure on record.
run_retries:
  enabled: false
"""
MODULE = "fire_risk_assets.definitions"
LOCATION = "fire_risk_assets"
"""Name of the code location, the same for the UI, the daemon and runs of the command line: run
histories and the state of schedules hang on it."""

WORKSPACE = f"""\
load_from:
  - python_module:
      module_name: {MODULE}
      location_name: {LOCATION}
"""
READY = "instance.ready"
DATABASES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
"""On SQLite; whoever put the instance elsewhere has none of them."""


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Return the instance of a home, making home and instance when they are missing.

    Raises:
        HomeUnusable, StoreBusy, StorageFull, StorageFailing, RegistryUnavailable: as
            `prepare_home`.
        InstanceUnavailable: what `dagster.yaml` names does not answer, or cannot be used.
        StoreBroken: one of its databases is none.
    """
    prepare_home(settings)
    require_writable(settings)
    folder = settings.dagster_home
    if not (folder / READY).exists():
        with lease_of(settings).hold(BOOTSTRAP_DAGSTER, patience_s=120.0):
            if not (folder / READY).exists():
                _prepare(settings)
    for name in DATABASES:
        if (file := folder / name).exists():
            require_database(
                file,
                what="Dagster's database",
                remedy=f"Restore it from a backup, or move {folder} away: the next command makes a"
                " new one. Runs, events and switches of schedules and sensors are then gone; what"
                " was decided is in the ledger.",
            )
    with _instance_facts(folder):
        return dg.DagsterInstance.from_config(str(folder))


def _prepare(settings: Settings) -> None:
    folder = settings.dagster_home
    for name, text in (("dagster.yaml", CONFIG), ("workspace.yaml", WORKSPACE)):
        if not (folder / name).exists():
            write_in_home(settings, folder / name, text)
    try:
        with (
            _instance_facts(folder),
            dg.DagsterInstance.from_config(str(folder)) as instance,
        ):
            # Each question creates and stamps one of the three databases.
            instance.get_runs(limit=1)
            instance.all_asset_keys()
            instance.all_instigator_state()
        (folder / READY).touch()
    except OSError as cause:
        told = f"{folder} cannot be written"
        fact = disk_fact(cause, told) or HomeUnusable(f"{told}: {cause.strerror or cause}.")
        raise fact from cause


@contextmanager
def _instance_facts(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as cause:
        # By name: dagster_postgres is only there where a home asks for it.
        of_postgres = type(cause).__module__.startswith("dagster_postgres")
        if not of_postgres and not isinstance(cause, dg.DagsterError):
            raise
        raise InstanceUnavailable(
            f"The Dagster instance in {folder} cannot be opened: {_words(cause)}."
        ) from cause


def _words(cause: Exception) -> str:
    said = str(list(chain_of(cause))[-1])
    if isinstance(cause, dg.DagsterInvalidConfigError):
        # Its own text begins with the schema.
        said = "; ".join(each.message.partition("Stack Trace")[0] for each in cause.errors)
    return " ".join(redacted(said).split())[:300]
