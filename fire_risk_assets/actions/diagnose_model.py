"""What one model lost: its ledger, versions, runs and files; a part of `diagnose`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fire_risk_assets.actions.attempts import is_running, marks_of
from fire_risk_assets.actions.check_files import changed_files
from fire_risk_assets.actions.check_invariants import alias_findings, documented_findings
from fire_risk_assets.actions.plan_cycle import PLAN
from fire_risk_assets.actions.status import history
from fire_risk_assets.core.diagnosis.finding import Finding, findings_of
from fire_risk_assets.core.diagnosis.kept import (
    file_findings,
    named_versions,
    run_findings,
    version_findings,
)
from fire_risk_assets.core.diagnosis.leftovers import left_candidates
from fire_risk_assets.core.diagnosis.projected import projection_findings
from fire_risk_assets.core.diagnosis.verified import AT_MOST, served_newest_first
from fire_risk_assets.core.ledger.fold import is_cycle_decision, serving
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.lineage import recorded_digests
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.projection import Shown
from fire_risk_assets.core.references import RegisteredVersion
from fire_risk_assets.core.wording import are, counted
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.ports import World


@dataclass(slots=True, kw_only=True)
class Looked:
    """A model as it was found.

    Attributes:
        spec: None for one that is on record and configured no more.
        shown: What MLflow shows.
        versions: Those MLflow has, by number.
        rows: The ledger, read after MLflow: what that shows had its row before.
        said: What is wrong with the ledger by itself.
        gone_runs: Runs that are deleted, of those that versions and rows name.
    """

    name: str
    spec: ModelSpec | None
    shown: Shown
    versions: Mapping[int, RegisteredVersion]
    rows: Sequence[LedgerRow]
    said: Sequence[str]
    gone_runs: set[str] = field(default_factory=set)

    @property
    def serves(self) -> int | None:
        """The version that serves by the ledger."""
        now = serving(self.rows)
        return now.production_version if now else None


def looked_at(specs: Mapping[str, ModelSpec], world: World) -> dict[str, Looked]:
    """Return every configured model and every one on record, by name."""
    names = sorted({*specs, *world.ledger.all_rows()})
    return {name: _look(name, specs.get(name), world) for name in names}


def _look(name: str, spec: ModelSpec | None, world: World) -> Looked:
    versions = {each.version: each for each in world.registry.versions(name)}
    shown = Shown(
        alias=world.registry.production_alias(name),
        stages={number: each.stage for number, each in versions.items()},
    )
    rows, said = history(name, world.ledger, world.references)
    return Looked(name=name, spec=spec, shown=shown, versions=versions, rows=rows, said=said)


def found_of_model(looked: Looked, world: World) -> list[Finding]:
    """Return what ledger and registry tell of one model."""
    rows, versions = looked.rows, looked.versions
    said = [
        *looked.said,
        *alias_findings(looked.shown, rows),
        *projection_findings(looked.shown, rows),
        *version_findings(rows, versions),
        *run_findings(rows, versions, looked.gone_runs),
        *left_candidates(rows, versions, now=world.clock.now()),
        *_documents(looked, world),
    ]
    return findings_of(looked.name, said)


def _documents(looked: Looked, world: World) -> list[str]:
    """Return what the documents of the cycles tell, or which of them cannot be read."""
    try:
        newest = documented_findings(looked.rows, world)
        return [*newest, *_undocumented(looked, world), *_deaths(looked.name, world)]
    except StoreBroken as fact:
        return [Invariant.CYCLE_DOCUMENTED.broken(str(fact))]


def _undocumented(looked: Looked, world: World) -> list[str]:
    """Return that plans of older cycles are missing: one finding, since folders get lost whole."""
    planned = {cycle for cycle, name in world.references.find(looked.name, PLAN) if name == PLAN}
    decided = [row.cycle_id for row in looked.rows if is_cycle_decision(row)]
    gone = [cycle for cycle in decided[:-1] if cycle not in planned]
    if not gone:
        return []
    said = f"references/{looked.name}/{gone[0]}/{PLAN}.json is missing"
    more = f", and so {are(len(gone) - 1)} those of {counted(len(gone) - 1, 'more cycle')}"
    return [Invariant.CYCLE_DOCUMENTED.broken(said + (more if len(gone) > 1 else ""))]


def _deaths(model_name: str, world: World) -> list[str]:
    return [
        Invariant.DEATH_RECORDED.broken(
            f"an attempt of cycle {mark.cycle_id} died and has no row (Dagster run"
            f" {mark.attempt.run_id})"
        )
        for mark in marks_of(model_name, world.references)
        if not is_running(model_name, mark, world)
    ]


def file_findings_of(
    findings: list[Finding], models: Mapping[str, Looked], world: World
) -> set[str]:
    """Tell which versions lack files; returns the addresses of those that do.

    Of versions that rows name or a cycle registered: what somebody registered himself is his.
    """
    ours = {name: _ours(each) for name, each in models.items()}
    sources = [version.source for versions in ours.values() for version in versions.values()]
    missing = world.vault.missing(sources)
    for name, versions in ours.items():
        findings += findings_of(name, file_findings(versions, missing))
    return set(missing)


def _ours(looked: Looked) -> dict[int, RegisteredVersion]:
    named = named_versions(looked.rows)
    return {
        number: version
        for number, version in looked.versions.items()
        if number in named or "sha256" in version.tags
    }


def verify_files(
    findings: list[Finding],
    models: Mapping[str, Looked],
    missing: set[str],
    world: World,
    *,
    full: bool,
    told: Callable[[str], None],
) -> int:
    """Hash the files of versions that served, or of all of them; returns how many."""
    count = 0
    for name, looked in models.items():
        numbers = served_newest_first(looked.rows)[:AT_MOST]
        if full:
            numbers = list(dict.fromkeys([*numbers, *sorted(_ours(looked), reverse=True)]))
            told(f"Hashing {len(numbers)} versions of {name}")
        for number in numbers:
            version = looked.versions.get(number)
            # What is gone is told already.
            if version is None or version.source in missing:
                continue
            said = changed_files(
                version, _recorded(looked, version), world, serves=number == looked.serves
            )
            findings += findings_of(name, said)
            count += 1
    return count


def _recorded(looked: Looked, version: RegisteredVersion) -> str | None:
    """Return the hash on record: of the ledger, else of the tag, which anybody may edit."""
    if version.version == looked.serves:
        now = serving(looked.rows)
        return now.artifact_sha256 if now else None
    recorded = recorded_digests(looked.rows, version.version)
    # Two hashes of one version are told by the chain of evidence (I7); neither is the right one.
    return min(recorded) if recorded else version.tags.get("sha256")
