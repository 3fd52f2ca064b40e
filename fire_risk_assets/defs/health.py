"""The doctor in Dagster: what schedules and runs add to a diagnosis, the check, its job.

What is looked at and what is wrong is said by `actions/diagnose.py`; the command line asks here
too, since the ticks that were promised are known to Dagster alone.
"""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import dagster as dg

from fire_risk_assets.core.diagnosis.overdue import Overdue
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.defs.checks import HEALTH, SAMPLE
from fire_risk_assets.defs.dead_runs import left_runs
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.instance import READY, open_instance
from fire_risk_assets.defs.jobs import schedule_name
from fire_risk_assets.defs.owed import owed, switched_on, under_way
from fire_risk_assets.defs.partitions import cycle_partitions, keys_between
from fire_risk_assets.defs.resources import GRACE, Home
from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring import model_specs

if TYPE_CHECKING:
    from fire_risk_assets.actions.diagnose import Diagnosis


def diagnose_home(
    home: Home,
    instance: dg.DagsterInstance | None,
    *,
    full: bool = False,
    told: Callable[[str], None] = lambda _: None,
) -> "Diagnosis":
    """Look at a home and at what its Dagster promised; see `actions.diagnose`."""
    from fire_risk_assets.actions.diagnose import diagnose

    specs = model_specs(home.settings)
    return diagnose(
        specs,
        home.world,
        overdue={} if instance is None else {n: overdue(home, n, instance) for n in specs},
        left_by_dagster=() if instance is None else left_runs(instance, home),
        full=full,
        told=told,
    )


def diagnose_settings(
    settings: Settings, *, full: bool, told: Callable[[str], None]
) -> "Diagnosis":
    """Do the same for the command line; without a Dagster instance none is made."""
    home = Home(settings)
    if not (settings.dagster_home / READY).exists():
        return diagnose_home(home, None, full=full, told=told)
    with open_instance(settings) as instance:
        return diagnose_home(home, instance, full=full, told=told)


def overdue(home: Home, model_name: str, instance: dg.DagsterInstance) -> Overdue:
    """Return which ticks since the schedule was switched on have no decision and no run."""
    since = switched_on(instance, schedule_name(model_name))
    if since is None:
        return Overdue()
    until = home.world.clock.now() - GRACE
    expected = keys_between(cycle_partitions(home.settings.cycles), since, until)
    found = owed(home, model_name, expected, instance)
    busy = under_way(instance, model_name)
    missing = [key for key in expected if key not in found.decided and key not in busy]
    due = set(found.due)
    return Overdue(
        due=tuple(key for key in missing if key in due),
        given_up=tuple(key for key in missing if key not in due),
    )


def health_check() -> dg.AssetChecksDefinition:
    """Return the check of the home as a whole: the doctor, in Dagster."""

    @dg.asset_check(
        name=HEALTH.name,
        asset=REGISTRY_STATUS.name,
        blocking=False,
        description="Nothing of the home is lost: rows, versions, runs, files, tables, snapshots of"
        " what served, cycles the schedules promised; no leftovers older than a week. The same as"
        " `fire-risk doctor`, which can repair what is safe to repair.",
    )
    def check(
        context: dg.AssetCheckExecutionContext, home: dg.ResourceParam[Home]
    ) -> dg.AssetCheckResult:
        with as_failures():
            return _result(diagnose_home(home, context.instance, told=context.log.info))

    return check


def _result(found: "Diagnosis") -> dg.AssetCheckResult:
    metadata: dict[str, Any] = {
        **{name.replace("_", " "): count for name, count in found.checked.items()},
        "findings": len(found.findings),
        **({"not looked at": "; ".join(found.unexamined)} if found.unexamined else {}),
    }
    if found.healthy:
        return dg.AssetCheckResult(passed=True, metadata=metadata)
    remedies = {each.code: each.remedy for each in found.findings}
    counts = Counter(each.code for each in found.findings)
    return dg.AssetCheckResult(
        passed=False,
        severity=dg.AssetCheckSeverity.ERROR,
        description=str(found.findings[0]),
        metadata={
            **metadata,
            "counts": dict(sorted(counts.items())),
            "sample": "; ".join(map(str, found.findings[:SAMPLE])),
            "recovery": " ".join(f"{code}: {told}" for code, told in remedies.items()),
        },
    )
