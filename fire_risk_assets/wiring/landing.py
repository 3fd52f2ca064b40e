"""What brings data in: the data tables without MLflow, the landing folder, the simulated park.

Also what was set aside on the way in, since it is the same tables that a replay writes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring import clock_of, lake_of, lease_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fire_risk_assets.actions.ingest import BorderSettings
    from fire_risk_assets.core.border.landed import Landed
    from fire_risk_assets.core.border.source import Source
    from fire_risk_assets.core.park.settings import ParkSettings
    from fire_risk_assets.ports import Clock, CrashPoints, Lease, TableStore


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

    return Intake(
        store=DeltaTables(lake_of(settings)),
        lease=lease_of(settings),
        clock=clock_of(settings),
        crash=CrashPoint(settings.crash),
        settings=border_settings(settings),
    )


def open_quarantine(settings: Settings, *, change: bool = False) -> Intake:
    """Bind the data tables of a home that must be there, and in its place to be changed.

    Raises:
        HomeUnusable: there is none, or it is a copy that would be changed.
        StoreBroken: its document is none.
    """
    from fire_risk_assets.adapters.home_document import require_home, require_in_place

    home = require_home(settings.home)
    if change:
        require_in_place(settings.home, home)
    return open_intake(settings)


def write_new(path: "Path", text: str) -> None:
    """Write a file of the user's own that is not there yet; see `adapters.atomic_file`."""
    from fire_risk_assets.adapters.atomic_file import write_new

    write_new(path, text)


def border_settings(settings: Settings) -> "BorderSettings":
    """Return how offered files are judged."""
    from fire_risk_assets.actions.ingest import BorderSettings

    return BorderSettings(timezone=settings.timezone, **settings.ingest.model_dump())


def offered_file(path: "Path", *, inbox: "Path | None" = None) -> "Source":
    """Return a file as the border reads it; opened when something is first asked of it."""
    from fire_risk_assets.adapters.landing import LandingFile

    return LandingFile(path, inbox=inbox)


def landed_files(settings: Settings, *, remember: bool = False) -> "list[Landed]":
    """Return what lies in the landing folder; see `adapters.landing_folder.landed_files`.

    Args:
        settings: Where the folder and the memory of it are.
        remember: Keep what was read now in the home, which must be there.
    """
    from fire_risk_assets.adapters.landing_folder import landed_files
    from fire_risk_assets.adapters.landing_memory import LandingMemory

    memory = LandingMemory(settings.home)
    before = memory.looks()
    found = landed_files(settings.landing_folder, before)
    if remember:
        memory.keep(found, before=before)
    return found


def looked_again(files: "Sequence[Landed]") -> "list[Landed]":
    """Return the files as they look a moment later; see `adapters.landing_folder.looked_again`."""
    from fire_risk_assets.adapters.landing_folder import looked_again

    return looked_again(files)


def misplaced(settings: Settings) -> list[str]:
    """Return the names of what lies in the landing folder, but in none of its sub-folders."""
    from fire_risk_assets.adapters.landing_folder import misplaced

    return misplaced(settings.landing_folder)


def nothing_landed(settings: Settings) -> bool:
    """Tell whether the landing folder is empty; nothing is read."""
    from fire_risk_assets.adapters.landing_folder import is_empty

    return is_empty(settings.landing_folder)


def write_park(
    park: "ParkSettings", folder: "Path", *, missing: bool = False, dry_run: bool = False
) -> "dict[str, dict[str, Any]]":
    """Write a park's files, or with `missing` only when one is; see `adapters.park_files`."""
    from fire_risk_assets.adapters.park_files import park_files, write_park

    if missing and all(path.exists() for path in park_files(park, folder).values()):
        return {}
    return write_park(park, folder, dry_run=dry_run)
