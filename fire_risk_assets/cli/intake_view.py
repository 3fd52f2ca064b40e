"""What `ingest` and `quarantine replay` ask of what they are offered, say of it, and end in."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fire_risk_assets.cli.commands import at_fault
from fire_risk_assets.cli.exit_codes import DONE, REFUSED
from fire_risk_assets.cli.render import Block, Grid
from fire_risk_assets.errors import UsageError

if TYPE_CHECKING:
    from fire_risk_assets.actions.ingest import IngestReport
    from fire_risk_assets.cli.commands import Invocation


def require_offer(file: Path, known_at: str | None) -> None:
    """Make sure that there is something to offer, before a home is made or opened for it.

    Raises:
        UsageError: there is no such file, or `known_at` is no policy.
    """
    from fire_risk_assets.core.border.terms import KnownAt

    # A broken link is there: the border says what it is.
    if not file.exists() and not file.is_symlink():
        raise UsageError(f"There is no file {str(file)!r}.", remedy="Correct the path.")
    if known_at is not None:
        with at_fault("--known-at"):
            KnownAt.parse(known_at)


def answer_taken(
    call: "Invocation",
    report: "IngestReport",
    *,
    what: str,
    again: str,
    dry_run: bool,
    **beside: Any,  # noqa: ANN401  (JSON values)
) -> int:
    """Answer what became of a file, and return the exit code: 1 when no row of it can be used.

    Args:
        call: The call.
        report: What became of the file.
        what: What was offered.
        again: What to say when it was decided before.
        dry_run: Nothing was written.
        beside: What the document says beside the report.
    """
    if dry_run:
        call.output.remark("Dry run: nothing was written.")
    call.output.answer({**asdict(report), **beside}, lambda: _blocks(report, call, what, again))
    if report.rejected:
        return REFUSED
    if report.accepted == 0:
        call.output.remark(
            f"fire-risk: No row of {report.file_name} can be used: all {report.read:,} were set"
            " aside."
        )
        return REFUSED
    return DONE


def _blocks(report: "IngestReport", call: "Invocation", what: str, again: str) -> Iterator[Block]:
    if report.rejected:
        why = f"({report.rejection_code}): {report.rejection_reason}"
        yield f"{report.file_name} was rejected {why}"
        yield call.typed(report.remedy or "Nothing of it was written.")
        return
    yield (
        f"{what}: {report.read:,} rows read, {report.accepted:,} accepted"
        f" ({report.duplicates:,} known already), {report.quarantined:,} set aside."
        + (f" {again}" if report.repeated else "")
    )
    for title, counts in (("set aside", report.reasons), ("changed", report.normalised)):
        if counts:
            rows = sorted(counts.items(), key=lambda item: -item[1])
            yield Grid(title=f"Rows {title}", columns=("why", "rows"), rows=rows)


def taken_before(report: "IngestReport", asked: str, known_at: str | None) -> str:
    """Say when a repeated file was taken in, when its rows are known, what was not done.

    Args:
        report: The record of its content.
        asked: Its name now.
        known_at: What was asked for now.
    """
    said = "" if report.file_name == asked else f"{asked} has the same content. "
    said += f"It was taken in before, as batch {report.batch_seq}"
    if report.recorded_at is not None:
        said += f" on {report.recorded_at:%Y-%m-%d %H:%M} UTC"
    first, last = report.known_from, report.known_until
    if first is not None and last is not None:
        until = "" if last == first else f" to {last:%Y-%m-%d %H:%M}"
        said += f"; its rows are known at {first:%Y-%m-%d %H:%M}{until} UTC"
    said += "; nothing changed."
    if known_at is not None:
        said += f" --known-at {known_at} was not applied: known rows stay known as they were."
    return said
