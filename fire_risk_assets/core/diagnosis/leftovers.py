"""What attempts left behind and no row names: runs and candidates, told when they are old."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from fire_risk_assets.core.diagnosis.kept import named_versions
from fire_risk_assets.core.ledger.fold import decision_of
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import RegisteredVersion, TrackedRun

OLD = timedelta(days=7)
"""A younger one may belong to an attempt under way, or to one that is still repeated."""


def left_candidates(
    rows: Sequence[LedgerRow], versions: Mapping[int, RegisteredVersion], *, now: datetime
) -> list[str]:
    """Return the old versions of cycles that no row decided, and doubles of those it did.

    A version without a cycle was registered by somebody himself, and is his.
    """
    named = named_versions(rows)
    decided = {cycle for cycle in _cycles(versions) if decision_of(rows, cycle) is not None}
    first: dict[tuple[str, str], int] = {}
    findings = []
    for version in sorted(versions):
        tags, made_at = versions[version].tags, versions[version].made_at
        if not (cycle_id := tags.get("cycle_id")):
            continue
        # Of several of one cycle and role, which a lost reply leaves, the lowest is the one used.
        used = first.setdefault((cycle_id, tags.get("role", "")), version)
        explained = version in named or (cycle_id in decided and used == version)
        if explained or made_at is None or now - made_at < OLD:
            continue
        why = (
            f"whose {tags.get('role', 'candidate')} is version {used}"
            if cycle_id in decided
            else "which has no decision"
        )
        findings.append(
            Invariant.CANDIDATE_USED.broken(
                f"version {version} was left over by cycle {cycle_id}, {why}"
            )
        )
    return findings


def left_runs(
    runs: Iterable[TrackedRun],
    *,
    named: Collection[str],
    dagster_runs: Collection[str],
    now: datetime,
) -> list[str]:
    """Return the old runs that were never ended, or that nothing names.

    Args:
        runs: Of the tracker, without nested ones.
        named: Run ids that versions or rows name.
        dagster_runs: Ids of Dagster runs that rows name.
        now: The present.
    """
    findings = []
    for run in runs:
        if now - run.begun_at < OLD:
            continue
        if not run.ended:
            why = "was never ended"
        elif run.run_id not in named and run.dagster_run_id not in dagster_runs:
            why = "belongs to no version and to no row"
        else:
            continue
        findings.append(
            Invariant.RUN_USED.broken(
                f"MLflow run {run.run_id} ({run.name}) of {run.begun_at:%Y-%m-%d} {why}"
            )
        )
    return findings


def _cycles(versions: Mapping[int, RegisteredVersion]) -> set[str]:
    return {cycle for each in versions.values() if (cycle := each.tags.get("cycle_id"))}
