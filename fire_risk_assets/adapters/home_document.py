"""`home.json`: what a home is, written once when it is made."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from fire_risk_assets.adapters.atomic_file import write_whole
from fire_risk_assets.errors import HomeUnusable, StoreBroken

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeDocument:
    """Facts of a home that settings must not change afterwards.

    Attributes:
        clock: `replay` in a home whose cycles decide at as_of plus a delay.
        simulate: Seed, start, until and drift of the park that fills it, or {}.
        location: Where it was made; MLflow's store names its folder absolutely.
        replay_delay_hours: How long after its as_of a cycle of a replaying home decides.
    """

    clock: Literal["system", "replay"]
    simulate: dict[str, Any] = field(default_factory=dict)
    location: str = ""
    replay_delay_hours: int = 6
    format: int = FORMAT


def read_home(home: Path) -> HomeDocument | None:
    """Return the document of a home, None where there is none.

    Raises:
        StoreBroken: the document cannot be read.
        HomeUnusable: it was made by a newer version.
    """
    try:
        found = HomeDocument(**json.loads((home / "home.json").read_text()))
    except FileNotFoundError:
        return None
    except NotADirectoryError as cause:
        raise HomeUnusable(f"{home} is a file, not a folder.") from cause
    except PermissionError as cause:
        raise HomeUnusable(f"{home} cannot be read: permission denied.") from cause
    except (OSError, ValueError, TypeError) as cause:
        raise StoreBroken(f"{home / 'home.json'} cannot be read: {cause}.") from cause
    if found.format > FORMAT:
        raise HomeUnusable(
            f"{home} has format {found.format}, this version reads up to {FORMAT}.",
            remedy="Upgrade fire_risk_assets.",
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


def write_home(home: Path, document: HomeDocument) -> None:
    """Write the document of a new home, whole or not at all.

    Raises:
        StorageFull, HomeUnusable.
    """
    write_whole(home / "home.json", json.dumps(asdict(document), indent=1))
