"""The two row sets of a cycle: what the candidate is fitted on, and what judges it.

Both are references that can be rebuilt for ever; the rows stay in the tables.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from fire_risk_assets.defs.assets.chain import Chain, passed_on, resumed
from fire_risk_assets.defs.assets.chain_checks import (
    DISJOINT,
    HOLDOUT_LARGE_ENOUGH,
    LABELS_FRESH,
    ROWS_SOUND,
    check_disjoint,
    check_labels_fresh,
    check_size,
    check_sound,
)
from fire_risk_assets.defs.assets.chain_metadata import rows_metadata
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.resources import CycleResource, Home
from fire_risk_assets.defs.tracking import TrackingRun


def training_set_of(chain: Chain, data: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the first asset of a cycle: it opens the attempt, reconciles, checks the order."""
    name = chain.spec.name
    labels_fresh = LABELS_FRESH.of(chain.key("training_set"))

    @dg.asset(
        **chain.arguments(
            "training_set",
            f"Rows the candidate for {chain.spec.target} is fitted on, as known at the cycle's"
            " as_of: labelled rows before the holdout, minus an embargo. A reference, no rows.",
            "deltalake",
        ),
        deps=data,
        check_specs=[labels_fresh],
    )
    # No return annotation: with checks, Dagster takes a MaterializeResult for "no value".
    def training_set(  # type: ignore[no-untyped-def]  # noqa: ANN202
        context: dg.AssetExecutionContext,
        home: dg.ResourceParam[Home],
        cycle: CycleResource,
        mlflow: dg.ResourceParam[TrackingRun],
    ):
        from fire_risk_assets.actions import build_snapshots as snapshots
        from fire_risk_assets.actions.open_cycle import open_cycle

        with as_failures():
            key, world = cycle.key, home.world
            opened = open_cycle(
                name,
                key.cycle_id,
                key.as_of,
                actor=key.actor,
                run_id=cycle.run_id,
                seed=home.settings.training.seed,
                world=world,
                begun=lambda: context.log.info("MLflow run %s", mlflow.run_id),
                lineage=home.lineage.get(name, {}),
            )
            if opened.features:
                context.log.info("Features that were owed: %s", opened.features)
            plan = opened.plan
            if plan.decided_event or plan.stop:
                return passed_on(
                    home,
                    cycle.key.cycle_id,
                    chain,
                    "training_set",
                    stop=plan.stop,
                    checks=[labels_fresh],
                )
            spec = home.spec(name)
            cut = snapshots.cut_of_cycle(spec, plan, world.ledger.rows(name), world)
            rows = snapshots.training_set(plan, cut)
            return dg.MaterializeResult(
                value=rows,
                metadata=rows_metadata(rows),
                check_results=[check_labels_fresh(labels_fresh, rows, spec)],
            )

    return training_set


def holdout_set_of(chain: Chain, data: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the rows that judge; unsound rows stop the cycle before anything is fitted."""
    name = chain.spec.name
    checks = [
        DISJOINT.of(chain.key("holdout_set")),
        HOLDOUT_LARGE_ENOUGH.of(chain.key("holdout_set")),
        ROWS_SOUND.of(chain.key("holdout_set")),
    ]

    @dg.asset(
        **chain.arguments(
            "holdout_set",
            "Rows candidate and production are both judged on: the newest whose labels are final,"
            " after the training rows of both models. A reference, no rows.",
            "deltalake",
        ),
        ins={"training_set": dg.AssetIn(key=chain.key("training_set"))},
        deps=data,
        check_specs=checks,
    )
    def holdout_set(  # type: ignore[no-untyped-def]  # noqa: ANN202  (as above)
        training_set: Any,  # noqa: ANN401  (a RowSet)
        home: dg.ResourceParam[Home],
        cycle: CycleResource,
    ):
        from fire_risk_assets.actions import build_snapshots as snapshots

        with as_failures():
            world, spec = home.world, home.spec(name)
            plan = resumed(home, cycle, chain)
            if plan.decided_event or plan.stop:
                return passed_on(
                    home, cycle.key.cycle_id, chain, "holdout_set", stop=plan.stop, checks=checks
                )
            ledger_rows = world.ledger.rows(name)
            cut = snapshots.cut_holdout_for(spec, plan, training_set, ledger_rows, world)
            rows = snapshots.holdout_set(plan, cut)
            return dg.MaterializeResult(
                value=rows,
                metadata=rows_metadata(rows),
                check_results=[
                    check_disjoint(checks[0], cut),
                    check_size(checks[1], rows, spec),
                    check_sound(checks[2], spec, cut),
                ],
            )

    return holdout_set
