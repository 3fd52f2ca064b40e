"""The composition root: settings in, adapters bound to ports out.

Imports each adapter in the function that binds it, so that a command pays only for what it uses:
reading the ledger takes neither MLflow nor scikit-learn. No decision and no I/O but making folders.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fire_risk_assets.errors import HomeUnusable, UnknownModel
from fire_risk_assets.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fire_risk_assets.actions.ingest import BorderSettings
    from fire_risk_assets.adapters.home_document import HomeDocument
    from fire_risk_assets.adapters.mlflow_runs import MlflowRun
    from fire_risk_assets.core.border.landed import Landed
    from fire_risk_assets.core.border.source import Source
    from fire_risk_assets.core.models.spec import ModelSpec
    from fire_risk_assets.ports import (
        Clock,
        CrashPoints,
        Lease,
        Ledger,
        References,
        TableStore,
        World,
    )


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
    from fire_risk_assets.adapters.home_document import read_home

    if read_home(settings.home) is None:
        raise HomeUnusable(f"There is no fire-risk home at {settings.home}.")
    return Readers(
        ledger=DeltaLedger(settings.lake),
        references=FileReferences(settings.home / "references"),
    )


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking in a file needs: no MLflow."""

    store: "TableStore"
    lease: "Lease"
    clock: "Clock"
    crash: "CrashPoints"
    settings: "BorderSettings"


def open_intake(settings: Settings) -> Intake:
    """Bind the data tables of an existing home."""
    from fire_risk_assets.adapters.crash_point import CrashPoint
    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.adapters.file_lease import FileLease

    return Intake(
        store=DeltaTables(settings.lake),
        lease=FileLease(settings.locks, patience_s=settings.lease_patience_s),
        clock=clock_of(settings),
        crash=CrashPoint(settings.crash),
        settings=border_settings(settings),
    )


def border_settings(settings: Settings) -> "BorderSettings":
    """Return how offered files are judged."""
    from fire_risk_assets.actions.ingest import BorderSettings

    return BorderSettings(timezone=settings.timezone, **settings.ingest.model_dump())


def offered_file(path: "Path", *, inbox: "Path | None" = None) -> "Source":
    """Return a file as the border reads it; opened when something is first asked of it."""
    from fire_risk_assets.adapters.landing import LandingFile

    return LandingFile(path, inbox=inbox)


def landed_files(
    settings: Settings, remembered: "Mapping[str, Any] | None" = None
) -> "list[Landed]":
    """Return what lies in the landing folder; see `adapters.landing_folder.landed_files`."""
    from fire_risk_assets.adapters.landing_folder import landed_files

    return landed_files(settings.landing_folder, remembered)


def nothing_landed(settings: Settings) -> bool:
    """Tell whether the landing folder is empty; nothing is read."""
    from fire_risk_assets.adapters.landing_folder import is_empty

    return is_empty(settings.landing_folder)


def find_home(settings: Settings) -> "HomeDocument | None":
    """Return the facts of the home, None where there is none yet.

    Raises:
        HomeUnusable, StoreBroken: see `read_home`.
    """
    from fire_risk_assets.adapters.home_document import read_home

    return read_home(settings.home)


def prepare_home(settings: Settings, *, simulate: dict[str, Any] | None = None) -> bool:
    """Make the home when it is missing: folders, tables, MLflow's schema. Once, under a lock.

    Args:
        settings: Where it lies.
        simulate: Facts of the park that will fill a new home, which then replays the past.

    Returns:
        True when the home was made now.

    Raises:
        HomeUnusable, StorageFull, StoreBusy, RegistryUnavailable.
    """
    from fire_risk_assets.adapters.file_lease import FileLease
    from fire_risk_assets.adapters.home_document import HomeDocument, read_home, write_home

    if read_home(settings.home) is not None:
        return False
    with FileLease(settings.locks, patience_s=120.0).hold("bootstrap"):
        if read_home(settings.home) is not None:
            return False
        _prepare_stores(settings)
        document = HomeDocument(
            clock="replay" if simulate else settings.clock,
            simulate=simulate or {},
            location=str(settings.home),
            replay_delay_hours=settings.replay_delay_hours,
        )
        write_home(settings.home, document)
        return True


def _prepare_stores(settings: Settings) -> None:
    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.adapters.mlflow_store import prepare_mlflow
    from fire_risk_assets.core.tables import every_table

    folders = ("lake", "mlflow", "dagster", "references", "landing")
    for folder in (settings.home, *(settings.home / name for name in folders)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tables = DeltaTables(settings.lake)
    for table in every_table():
        tables.prepare(table)
    prepare_mlflow(settings.tracking_uri, settings.home / "mlflow" / "artifacts")


def clock_of(settings: Settings) -> "Clock":
    """Return the one clock; whether a home replays the past was fixed when it was made."""
    from fire_risk_assets.adapters.home_document import read_home
    from fire_risk_assets.adapters.system_clock import ReplayClock, SystemClock

    home = read_home(settings.home)
    if home is not None and home.clock == "replay":
        return ReplayClock(delay=timedelta(hours=home.replay_delay_hours))
    return SystemClock()


def open_world(settings: Settings) -> "World":
    """Bind every adapter; `prepare_home` must have run once."""
    from fire_risk_assets.adapters.crash_point import CrashPoint
    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.adapters.evidence import EvidencePages
    from fire_risk_assets.adapters.file_lease import FileLease
    from fire_risk_assets.adapters.host_processes import HostProcesses
    from fire_risk_assets.adapters.local_engine import LocalEngine
    from fire_risk_assets.adapters.mlflow_facts import limit_patience
    from fire_risk_assets.adapters.mlflow_registry import MlflowRegistry
    from fire_risk_assets.adapters.model_vault import ModelVault
    from fire_risk_assets.adapters.provenance import HostProvenance
    from fire_risk_assets.ports import World

    require_changeable(settings)
    limit_patience(retries=settings.registry.retries, timeout_s=settings.registry.timeout_s)
    readers = open_readers(settings)
    tables = DeltaTables(settings.lake)
    return World(
        clock=clock_of(settings),
        tables=tables,
        engine=LocalEngine(tables, settings.default_latitude),
        ledger=readers.ledger,
        registry=MlflowRegistry(settings.tracking_uri),
        vault=ModelVault(settings.tracking_uri),
        evidence=EvidencePages(),
        lease=FileLease(settings.locks, patience_s=settings.lease_patience_s),
        references=readers.references,
        processes=HostProcesses(),
        provenance=HostProvenance(),
        crash=CrashPoint(settings.crash),
    )


def require_changeable(settings: Settings) -> None:
    """Make sure that the home lies where it was made and its MLflow database is one.

    Raises:
        HomeUnusable, StoreBroken, StoreBusy.
    """
    from fire_risk_assets.adapters.home_document import read_home, require_in_place
    from fire_risk_assets.adapters.mlflow_store import require_store

    document = read_home(settings.home)
    if document is None:
        raise HomeUnusable(f"There is no fire-risk home at {settings.home}.")
    require_in_place(settings.home, document)
    require_store(settings.tracking_uri)


def open_run(settings: Settings, run_id: str, world: "World") -> "MlflowRun":
    """Bind the tracker of one MLflow run."""
    from fire_risk_assets.adapters.mlflow_runs import MlflowRun

    return MlflowRun(settings.tracking_uri, run_id, world.vault, world.clock)


def model_specs(settings: Settings) -> "dict[str, ModelSpec]":
    """Return the configured models by name, with the settings' overrides applied.

    Raises:
        UnknownModel: a name is not a model, or an override names a model not configured.
    """
    from fire_risk_assets.core.models import resolve_model

    specs = {}
    for address in settings.models:
        spec = resolve_model(address)
        if spec.name in settings.metric:
            spec = spec.judged_on(settings.metric[spec.name])
        specs[spec.name] = _overridden(spec, settings)
    if unknown := set(settings.metric) - set(specs):
        raise UnknownModel(f"[metric] names {sorted(unknown)}; configured are {sorted(specs)}.")
    return specs


def model_spec(settings: Settings, name: str) -> "ModelSpec":
    """Return one configured model.

    Raises:
        UnknownModel: it is not configured.
    """
    specs = model_specs(settings)
    if name not in specs:
        raise UnknownModel(
            f"No model {name[:80]!r} is configured; there are {sorted(specs)}.",
            remedy="Add it to `models` in fire_risk.toml, or correct the name.",
        )
    return specs[name]


def _overridden(spec: "ModelSpec", settings: Settings) -> "ModelSpec":
    windows = {
        name: value for name, value in settings.windows.model_dump().items() if value is not None
    }
    policy = {
        name: value
        for name, value in settings.adjudication.model_dump().items()
        if value is not None
    }
    if not settings.training.recency:
        spec = spec.without_recency()
    return replace(
        spec,
        windows=replace(spec.windows, cycle_days=settings.cycles.days, **windows),
        policy=replace(spec.policy, **policy),
    )
