"""`home.json`: what a home is, written once when it is made."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from fire_risk_assets.adapters.atomic_file import write_whole
from fire_risk_assets.adapters.write_errors import read_only
from fire_risk_assets.core.stored import from_document
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import HomeOfOtherVersion, HomeUnusable, StoreBroken

Clock = Literal["system", "replay"]
CLOCKS: tuple[Clock, ...] = get_args(Clock)
FORMAT = 2
"""2: the hash of a ledger row leaves out nulls, so that the ledger may gain columns."""
OURS = frozenset(
    {
        *("home.json", "lake", "mlflow", "dagster", "references", "provenance", "landing", "locks"),
        *("logs", "fire-risk.log", "fire_risk.toml", "landing_looks.json", "site", "incidents"),
    }
)
"""What may lie in a folder that is to become a home: parts of one, data landed in advance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeDocument:
    """Facts of a home that settings must not change afterwards.

    Attributes:
        clock: `replay` in a home whose cycles decide at as_of plus a delay.
        simulate: Seed, start, until and drift of the park that fills it, or {}.
        location: Where it was made; MLflow's store names its folder absolutely.
        replay_delay_hours: How long after its as_of a cycle of a replaying home decides.
        lake: Where its tables are when not in it.
    """

    clock: Clock
    simulate: dict[str, Any] = field(default_factory=dict)
    location: str = ""
    replay_delay_hours: int = 6
    lake: str = ""
    format: int = FORMAT

    @property
    def about(self) -> tuple[str, ...]:
        """What a reader of its decisions must know, in sentences."""
        said = []
        if self.clock == "replay":
            said.append(
                "This home replays the past: a cycle counts as decided"
                f" {self.replay_delay_hours} hours after the instant it stands at."
            )
        if "until" in (park := self.simulate):
            drift = f", concept change from {park['drift_from']}" if park.get("drift_from") else ""
            said.append(
                f"Its data are a simulated park: {park.get('start')} to {park.get('until')}, seed"
                f" {park.get('seed')}{drift}."
            )
        return tuple(said)


def read_home(home: Path) -> HomeDocument | None:
    """Return the document of a home, None where there is none.

    Raises:
        StoreBroken: the document cannot be read, or is missing where there are data.
        HomeUnusable: it was made by a newer version.
        HomeOfOtherVersion: it was made by an older version, whose ledger this one cannot verify.
    """
    try:
        stored = json.loads((home / "home.json").read_text())
        _require_format(home, stored)
        return _facts(stored)
    except FileNotFoundError:
        _require_no_data(home)
        return None
    except NotADirectoryError as cause:
        file = next((path for path in (home, *home.parents) if path.is_file()), home)
        within = "" if file == home else f", so {home} cannot be a home"
        raise HomeUnusable(
            f"{file} is a file, not a folder{within}.",
            remedy="Point FIRE_RISK_HOME or --home at a folder.",
        ) from cause
    except PermissionError as cause:
        raise HomeUnusable(f"{home} cannot be read: permission denied.") from cause
    except (OSError, ValueError, StoreBroken) as cause:
        raise StoreBroken(as_sentence(f"{home / 'home.json'} cannot be read: {cause}")) from cause


def _facts(stored: Mapping[str, Any]) -> HomeDocument:
    found = from_document(HomeDocument, stored)
    if found.clock not in CLOCKS:
        raise StoreBroken(f"clock is {found.clock!r:.80}; expected one of {', '.join(CLOCKS)}.")
    return found


def _require_no_data(home: Path) -> None:
    """A home that lost its document must not be taken for a new one, which a park would fill."""
    # What a killed first start has left are tables without files.
    if next((home / "lake").glob("*/*.parquet"), None) is not None:
        raise StoreBroken(
            f"{home} holds data, and its home.json is missing: its clock is not known.",
            remedy="Restore home.json from a backup; or make a new home with --home and take the"
            " same files in again.",
        )


def _require_format(home: Path, stored: object) -> None:
    """Asked before the fields are, since a home of another format may have others."""
    made = stored.get("format", FORMAT) if isinstance(stored, dict) else FORMAT
    if not isinstance(made, int):
        raise StoreBroken(f"format is {made!r:.80}, no number.")
    said = f"{home} has format {made}, this version reads format {FORMAT}."
    if made > FORMAT:
        raise HomeUnusable(said, remedy="Upgrade fire_risk_assets.")
    if made < FORMAT:
        raise HomeOfOtherVersion(f"{said} An older version made it.")


def require_home(home: Path) -> HomeDocument:
    """Return the document of a home that must be there.

    Raises:
        HomeUnusable: there is none, or as `read_home`.
        StoreBroken: see `read_home`.
    """
    found = read_home(home)
    if found is None:
        raise HomeUnusable(
            f"There is no fire-risk home at {home}.",
            remedy="Point FIRE_RISK_HOME or --home at one, or make one there: `fire-risk run`.",
        )
    return found


def require_in_place(home: Path, document: HomeDocument) -> None:
    """Refuse to change a copy: its models would be written into the original.

    Raises:
        HomeUnusable: the home lies elsewhere than where it was made.
    """
    if document.location and Path(document.location).resolve() != home.resolve():
        raise HomeUnusable(
            f"{home} is a copy of the home {document.location}, or was moved from there.",
            remedy="Use the home where it was made; reading commands work on a copy.",
        )


def require_same_lake(home: Path, document: HomeDocument | None, lake: str) -> None:
    """Refuse to look for a home's tables where they are not: it would seem to have lost them.

    Raises:
        HomeUnusable: the home was made with another lake.
    """
    if document is not None and document.lake != lake:
        raise HomeUnusable(
            f"The tables of {home} are in {document.lake or home / 'lake'}, and lake_uri says"
            f" {lake or 'nothing'}.",
            remedy="Set lake_uri (FIRE_RISK_LAKE_URI) to where they are, or make a new home.",
        )


def require_writable(home: Path) -> None:
    """Look before a database does: what SQLite says of a read-only folder names no reason.

    Raises:
        HomeReadOnly: this user may not write there.
    """
    if home.is_dir() and not os.access(home, os.W_OK):
        raise read_only(home, "no right to write")


def require_unused(home: Path) -> None:
    """Refuse to make a home among other things.

    Raises:
        HomeUnusable: the folder is a file, cannot be read or written, or holds what is none of
            ours.
    """
    there = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise HomeUnusable(
            f"No home can be made at {home}: this user may not write to {there}.",
            remedy="Point FIRE_RISK_HOME or --home at a folder this user may write to.",
        )
    if there != home:
        return
    others = sorted(
        path.name
        for path in home.iterdir()
        if path.name not in OURS and not path.name.startswith(".")
    )
    if others:
        raise HomeUnusable(
            f"{home} holds other things ({', '.join(others[:3])}{', …' if others[3:] else ''}); a"
            " home is made in a folder of its own.",
            remedy="Point FIRE_RISK_HOME or --home at a new or empty folder.",
        )


def write_home(home: Path, document: HomeDocument) -> None:
    """Write the document of a new home, whole or not at all.

    Raises:
        StorageFull, HomeUnusable.
    """
    write_whole(home / "home.json", json.dumps(asdict(document), indent=1), home=home)
