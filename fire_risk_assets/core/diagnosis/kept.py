"""What the rows of a model name, and what MLflow must therefore still have."""

from collections.abc import Collection, Mapping, Sequence

from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import RegisteredVersion

Rows = Sequence[LedgerRow]
Versions = Mapping[int, RegisteredVersion]


def named_versions(rows: Rows) -> dict[int, int]:
    """Return every version a row names, with the `seq` of the first that does."""
    named: dict[int, int] = {}
    for row in rows:
        for version in (row.candidate_version, row.production_version):
            if version is not None:
                named.setdefault(version, row.seq)
    return named


def version_findings(rows: Rows, versions: Versions) -> list[str]:
    """Return which versions the rows name and the registry has no more."""
    now = serving(rows)
    serves = now.production_version if now else None
    return [
        Invariant.VERSION_KEPT.broken(
            f"version {version}{_which_serves(version, serves)}, of row seq {seq}, is deleted from"
            " MLflow"
        )
        for version, seq in sorted(named_versions(rows).items())
        if version not in versions
    ]


def run_findings(rows: Rows, versions: Versions, gone: Collection[str]) -> list[str]:
    """Return which runs of versions, and of cycles where nothing was fitted, are gone.

    Args:
        rows: Of the model.
        versions: Those the registry has.
        gone: Run ids that were asked for and are deleted.
    """
    now = serving(rows)
    serves = now.production_version if now else None
    lost = [version for version in versions.values() if version.run_id in gone]
    findings = [
        (Invariant.SERVING_RUN if each.version == serves else Invariant.RUN_KEPT).broken(
            f"MLflow run {each.run_id} of version {each.version}"
            f"{_which_serves(each.version, serves, ', ')} is deleted"
        )
        for each in lost
    ]
    told = {each.run_id for each in lost}
    findings += [
        Invariant.RUN_KEPT.broken(
            f"MLflow run {row.mlflow_run_id} of cycle {row.cycle_id} (row seq {row.seq}) is deleted"
        )
        for row in rows
        if row.mlflow_run_id in gone and row.mlflow_run_id not in told
    ]
    return findings


def wanted_runs(rows: Rows, versions: Versions) -> set[str]:
    """Return the runs that must be there: those of versions, and those that rows name."""
    wanted = {each.run_id for each in versions.values()}
    wanted |= {row.mlflow_run_id for row in rows if row.mlflow_run_id}
    return wanted - {""}


def file_findings(versions: Versions, missing: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which versions lack files that are needed to load them.

    Args:
        versions: By number.
        missing: Names of missing files by the address of the artifact.
    """
    return [
        Invariant.FILES_KEPT.broken(
            f"of the files of version {version.version}, {', '.join(missing[version.source])}"
            f" {'is' if len(missing[version.source]) == 1 else 'are'} missing"
        )
        for version in versions.values()
        if version.source in missing
    ]


def _which_serves(version: int, serves: int | None, end: str = "") -> str:
    return f", which serves{end.rstrip()}" if version == serves else ""
