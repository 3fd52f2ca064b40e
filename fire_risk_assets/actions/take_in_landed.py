"""Take in what lies in the landing folder: every file that is written and was never decided."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fire_risk_assets.actions.find_owed_data import undecided_files
from fire_risk_assets.actions.ingest_record import UNDECIDED
from fire_risk_assets.actions.ingest_report import IngestReport
from fire_risk_assets.core.border.landed import KINDS, Landed, LandedKind, at_rest
from fire_risk_assets.ports import TableStore


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the landed files.

    Attributes:
        reports: Kind and report of each file decided now.
        left: Files left alone for now: they are still being written.
    """

    reports: tuple[tuple[LandedKind, IngestReport], ...]
    left: tuple[Landed, ...]


def take_in_landed(
    landed: Sequence[Landed],
    *,
    store: TableStore,
    look_again: Callable[[Sequence[Landed]], Sequence[Landed]],
    offer: Callable[[Landed], IngestReport],
) -> TakenIn:
    """Offer the files to the border in their order: cells, weather, then reports.

    Args:
        landed: What lies there.
        store: Where it is on record which files were decided.
        look_again: Returns files as they look a moment later.
        offer: Takes one file in.

    Raises:
        FireRiskError: as `ingest`; files decided before it stay decided.
    """
    owed = undecided_files(landed, store)
    before = {str(file.path): [file.look] for file in owed}
    seen = look_again(owed)
    left = [file for file in seen if not at_rest(file, before)]
    if any(file.kind == KINDS[0] for file in left):
        # Rows of cells that are just being described would be set aside for good.
        return TakenIn((), tuple(seen))
    reports = []
    for file in seen:
        if at_rest(file, before):
            report = offer(file)
            if report.rejection_code in UNDECIDED:
                left.append(file)
            else:
                reports.append((file.kind, report))
    return TakenIn(tuple(reports), tuple(left))
