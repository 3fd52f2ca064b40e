"""What a run says of files that lie in the landing folder and were not taken in."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fire_risk_assets.core.border.landed import Landed
    from fire_risk_assets.ports import TableStore
    from fire_risk_assets.settings import Settings


def left_lying(settings: "Settings", store: "TableStore") -> dict[str, list[str]]:
    """Return the names of what lies there untaken, by why.

    Args:
        settings: Where the folder is.
        store: The record of what was decided.

    Returns:
        `refused`: refused now or before, `waiting`: still being written or landed meanwhile,
        `misplaced`: in none of the sub-folders.
    """
    from fire_risk_assets.actions.find_owed_data import undecided_files
    from fire_risk_assets.wiring.landing import landed_files, misplaced

    landed = landed_files(settings)
    return {
        "refused": refused_names(landed, store),
        "waiting": [_name(file) for file in undecided_files(landed, store)],
        "misplaced": misplaced(settings),
    }


def refused_names(landed: "Sequence[Landed]", store: "TableStore") -> list[str]:
    """Return the names of the files that were refused and still lie there."""
    from fire_risk_assets.actions.find_owed_data import refused_files

    return [_name(file) for file in refused_files(landed, store)]


def lying_blocks(lying: dict[str, list[str]], refused_before: Sequence[str]) -> Iterable[str]:
    """Return a sentence a reason; what was refused just now is told as an error of this run.

    Args:
        lying: See `left_lying`.
        refused_before: `refused_names` when the run began.
    """
    from fire_risk_assets.core.border.landed import misplaced_sentence

    old = [name for name in lying["refused"] if name in refused_before]
    if old:
        yield f"Refused before and still in the landing folder: {_shown(old)}."
    if lying["waiting"]:
        yield (
            f"Left alone for now: {_shown(lying['waiting'])}; still being written, or landed during"
            " this run. The next run looks again."
        )
    if lying["misplaced"]:
        yield misplaced_sentence(lying["misplaced"])


def _name(file: "Landed") -> str:
    return f"{file.kind}/{file.name}"


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if names[5:] else "")
