"""The composition root: settings in, adapters bound to ports out.

Imports each adapter in the function that binds it, so that a command pays only for what it uses:
reading the ledger takes neither MLflow nor scikit-learn. The only work done here is to make a home.
What brings data in is bound in `landing.py`, what works on it in `engine.py`; what the
site is made of in `site.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fire_risk_assets.core.leases import BOOTSTRAP
from fire_risk_assets.errors import HomeUnusable
from fire_risk_assets.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from fire_risk_assets.adapters.home_document import HomeDocument
    from fire_risk_assets.adapters.lake import Place
    from fire_risk_assets.adapters.mlflow_runs import MlflowRun
    from fire_risk_assets.core.models.spec import ModelSpec
    from fire_risk_assets.ports import Clock, Lease, Ledger, Processes, References, World


@dataclass(frozen=True, slots=True)
class Readers:
    """What reading commands need: no MLflow, no scikit-learn, no pandas."""

    ledger: "Ledger"
    references: "References"


def open_readers(settings: Settings) -> Readers:
    """Bind the ledger and the references of an existing home.

    Raises:
        HomeUnusable: there is no home there.
    """
    from fire_risk_assets.adapters.delta_ledger import DeltaLedger
    from fire_risk_assets.adapters.file_references import FileReferences
    from fire_risk_assets.adapters.home_document import require_home

    require_home(settings.home)
    return Readers(
        ledger=DeltaLedger(lake_of(settings)),
        references=FileReferences(settings.home / "references"),
    )


def find_home(settings: Settings) -> "HomeDocument | None":
    """Return the facts of the home, None where there is none yet.

    Raises:
        HomeUnusable, StoreBroken: see `read_home`.
    """
    from fire_risk_assets.adapters.home_document import read_home

    return read_home(settings.home)


def planned_home(settings: Settings, *, simulate: dict[str, Any] | None = None) -> "HomeDocument":
    """Return the facts of the home `prepare_home` would make; nothing is written.

    Raises:
        HomeUnusable: no home can be made there.
    """
    from fire_risk_assets.adapters import home_document as documents

    documents.require_unused(settings.home)
    return documents.HomeDocument(
        clock="replay" if simulate else settings.clock,
        simulate=simulate or {},
        location=str(settings.home),
        replay_delay_hours=settings.replay_delay_hours,
        lake=settings.lake_uri or "",
    )


def prepare_home(settings: Settings, *, simulate: dict[str, Any] | None = None) -> bool:
    """Make the home when it is missing: folders, tables, MLflow's schema. Once, under a lock.

    A start that fails takes back what it made; what a killed one left, the next one completes.

    Args:
        settings: Where it lies.
        simulate: Facts of the park that will fill a new home, which then replays the past.

    Returns:
        True when the home was made now.

    Raises:
        HomeUnusable: it cannot be made there, or what lies there is a copy of one.
        StorageFull, StoreBusy, RegistryUnavailable.
    """
    from fire_risk_assets.adapters import home_document as documents
    from fire_risk_assets.adapters.first_start import contents_taken_back, folders_taken_back

    if (document := documents.read_home(settings.home)) is not None:
        documents.require_in_place(settings.home, document)
        return False
    planned = planned_home(settings, simulate=simulate)
    kept = [settings.locks] if settings.locks.exists() else []
    with (
        folders_taken_back(settings.home, settings.locks),
        lease_of(settings).hold(BOOTSTRAP, patience_s=120.0),
    ):
        if documents.read_home(settings.home) is not None:
            return False
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contents_taken_back(settings.home, kept):
            _prepare_stores(settings, planned)
            documents.write_home(settings.home, planned)
        return True


def _prepare_stores(settings: Settings, planned: "HomeDocument") -> None:
    from fire_risk_assets.adapters.mlflow_store import prepare_mlflow
    from fire_risk_assets.core.border.landed import KINDS
    from fire_risk_assets.core.tables import every_table
    from fire_risk_assets.core.tables.observed import BATCHES
    from fire_risk_assets.wiring.engine import tables_of

    landing = (f"landing/{kind}" for kind in KINDS)
    lake = ("lake",) if settings.lake_uri is None else ()
    folders = (*lake, "mlflow", "dagster", "references", *landing)
    for folder in (settings.home, *(settings.home / name for name in folders)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tables = tables_of(settings, planned)
    if settings.lake_uri is not None and tables.newest(BATCHES, "recorded_at") is not None:
        raise HomeUnusable(
            f"{settings.lake_uri} holds the tables of another home, or of one that lost its"
            " home.json.",
            remedy="Name another prefix, or restore the home it belongs to from a backup.",
        )
    for table in every_table():
        tables.prepare(table)
    prepare_mlflow(settings.tracking_uri, settings.home / "mlflow" / "artifacts")


def require_writable(settings: Settings) -> None:
    """Make sure that this user may write to the home; see `home_document.require_writable`."""
    from fire_risk_assets.adapters.home_document import require_writable

    require_writable(settings.home)


def require_database(file: "Path", *, what: str, remedy: str) -> None:
    """Make sure that a SQLite file of the home is a database; see `adapters.sqlite_files`."""
    from fire_risk_assets.adapters.sqlite_files import require_database

    require_database(file, what=what, remedy=remedy)


def write_in_home(settings: Settings, path: "Path", text: str) -> None:
    """Write a small file of the home whole or not at all; see `atomic_file.write_whole`."""
    from fire_risk_assets.adapters.atomic_file import write_whole

    write_whole(path, text, home=settings.home)


def clock_of(settings: Settings) -> "Clock":
    """Return the one clock; whether a home replays the past was fixed when it was made."""
    from fire_risk_assets.adapters.home_document import read_home
    from fire_risk_assets.adapters.system_clock import ReplayClock, SystemClock

    home = read_home(settings.home)
    if home is not None and home.clock == "replay":
        return ReplayClock(delay=timedelta(hours=home.replay_delay_hours))
    return SystemClock()


def lease_of(settings: Settings) -> "Lease":
    """Return the leases of a home, which need not be one yet."""
    if settings.lease_uri is not None:
        from fire_risk_assets.adapters.postgres_lease import PostgresLease

        # Whoever writes to the same lake waits for the others.
        scope = settings.lake_uri or str(settings.lake)
        return PostgresLease(settings.lease_uri, scope, patience_s=settings.lease_patience_s)
    from fire_risk_assets.adapters.file_lease import FileLease

    return FileLease(settings.locks, patience_s=settings.lease_patience_s)


def lake_of(settings: Settings) -> "Place":
    """Return where the tables of a home are, or will be.

    Raises:
        HomeUnusable: it was made with its tables elsewhere.
    """
    from fire_risk_assets.adapters.home_document import read_home, require_same_lake
    from fire_risk_assets.adapters.lake import ObjectFolder

    require_same_lake(settings.home, read_home(settings.home), settings.lake_uri or "")
    if settings.lake_uri is None:
        return settings.lake
    return ObjectFolder.of(settings.lake_uri, settings.lake_access)


def processes() -> "Processes":
    """Return the processes of this host; no home is needed."""
    from fire_risk_assets.adapters.host_processes import HostProcesses

    return HostProcesses()


def open_world(settings: Settings, *, start_spark: Callable[[], Any] | None = None) -> "World":
    """Bind every adapter; `prepare_home` must have run once.

    Args:
        settings: Where and how.
        start_spark: See `engine.engine_of`.
    """
    from fire_risk_assets.adapters.crash_point import CrashPoint
    from fire_risk_assets.adapters.evidence import EvidencePages
    from fire_risk_assets.adapters.mlflow_facts import limit_patience
    from fire_risk_assets.adapters.mlflow_registry import MlflowRegistry
    from fire_risk_assets.adapters.model_vault import ModelVault
    from fire_risk_assets.adapters.provenance import HostProvenance
    from fire_risk_assets.ports import World
    from fire_risk_assets.wiring.engine import engine_of

    require_changeable(settings)
    limit_patience(retries=settings.registry.retries, timeout_s=settings.registry.timeout_s)
    readers = open_readers(settings)
    tables, engine = engine_of(settings, start_spark)
    return World(
        clock=clock_of(settings),
        tables=tables,
        engine=engine,
        ledger=readers.ledger,
        registry=MlflowRegistry(settings.tracking_uri),
        vault=ModelVault(settings.tracking_uri),
        evidence=EvidencePages(),
        lease=lease_of(settings),
        references=readers.references,
        processes=processes(),
        provenance=HostProvenance(settings.home / "provenance"),
        crash=CrashPoint(settings.crash),
    )


def require_changeable(settings: Settings) -> None:
    """Make sure that the home lies where it was made and its MLflow database is one.

    Raises:
        HomeUnusable, StoreBroken, StoreBusy.
    """
    from fire_risk_assets.adapters.home_document import require_home, require_in_place
    from fire_risk_assets.adapters.mlflow_store import require_store

    require_in_place(settings.home, require_home(settings.home))
    require_store(settings.tracking_uri)


def open_run(settings: Settings, run_id: str, world: "World") -> "MlflowRun":
    """Bind the tracker of one MLflow run."""
    from fire_risk_assets.adapters.mlflow_runs import MlflowRun

    return MlflowRun(settings.tracking_uri, run_id, world.vault, world.clock)


def end_dead_runs(settings: Settings, run_id: str) -> None:
    """End the MLflow runs of a dead run; see `adapters.mlflow_endings.end_dead_runs`."""
    from fire_risk_assets.adapters.mlflow_endings import end_dead_runs

    end_dead_runs(settings.tracking_uri, run_id)


def model_specs(settings: Settings) -> "dict[str, ModelSpec]":
    """Return the configured models by name; see `settings.models.model_specs`."""
    from fire_risk_assets.settings.models import model_specs

    return model_specs(settings)


def model_spec(settings: Settings, name: str) -> "ModelSpec":
    """Return one configured model; see `settings.models.model_spec`."""
    from fire_risk_assets.settings.models import model_spec

    return model_spec(settings, name)
