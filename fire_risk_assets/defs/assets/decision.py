"""From rows to a decision: the candidate, the verdict on it, and the pointer to what serves."""

from typing import Any

import dagster as dg

from fire_risk_assets.defs.assets.chain import Chain, passed_on, resumed
from fire_risk_assets.defs.assets.chain_metadata import candidate_metadata, verdict_metadata
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.metadata import row_metadata
from fire_risk_assets.defs.resources import CycleResource, Home
from fire_risk_assets.defs.tracking import TrackingRun

TRAINING = "training"
"""Pool of the runs that fit models. Unlimited unless `dagster.yaml` or an operator limits it."""


def candidate_model_of(chain: Chain) -> dg.AssetsDefinition:
    """Return the step that trains, proves and registers (TRAIN, LOADS, REGISTER)."""
    name = chain.spec.name

    @dg.asset(
        **chain.arguments(
            "candidate_model",
            f"A {chain.spec.task} pipeline fitted on the training set, stored, proven to load in"
            " a process of its own, and registered. On an empty ledger the naive baseline too.",
            "scikitlearn",
            "mlflow",
        ),
        ins={each: dg.AssetIn(key=chain.key(each)) for each in ("training_set", "holdout_set")},
        pool=TRAINING,
    )
    def candidate_model(
        training_set: Any,  # noqa: ANN401  (a RowSet; its module is imported when a step runs)
        holdout_set: Any,  # noqa: ANN401  (a RowSet)
        home: dg.ResourceParam[Home],
        cycle: CycleResource,
        mlflow: dg.ResourceParam[TrackingRun],
    ) -> dg.MaterializeResult[Any]:
        from fire_risk_assets.actions.train_candidate import train_candidate
        from fire_risk_assets.wiring import open_run

        with as_failures():
            world, settings, spec = home.world, home.settings, home.spec(name)
            plan = resumed(home, cycle, chain)
            if plan.decided_event:
                return passed_on(home, cycle.key.cycle_id, chain, "candidate_model")
            trained = train_candidate(
                spec,
                plan,
                training_set,
                holdout_set,
                trials=settings.training.trials,
                world=world,
                run=open_run(settings, mlflow.run_id, world),
            )
            return dg.MaterializeResult(
                value=trained, metadata=candidate_metadata(trained, settings)
            )

    return candidate_model


def adjudication_result_of(chain: Chain) -> dg.AssetsDefinition:
    """Return the step that compares (JUDGE) and shows its evidence."""
    name = chain.spec.name

    @dg.asset(
        **chain.arguments(
            "adjudication_result",
            "The verdict: candidate and production score the same holdout rows, and"
            f" {chain.spec.metric} decides in a paired test by day. Differences are losses of"
            " the candidate minus those of production: below zero is better, whichever way the"
            " metric points.",
            "scikitlearn",
        ),
        ins={"candidate_model": dg.AssetIn(key=chain.key("candidate_model"))},
        deps=[chain.key("holdout_set")],
    )
    def adjudication_result(
        candidate_model: Any,  # noqa: ANN401  (a Trained)
        home: dg.ResourceParam[Home],
        cycle: CycleResource,
        mlflow: dg.ResourceParam[TrackingRun],
    ) -> dg.MaterializeResult[Any]:
        from fire_risk_assets.actions.adjudicate_cycle import adjudicate_cycle
        from fire_risk_assets.wiring import open_run

        with as_failures():
            world, settings, spec = home.world, home.settings, home.spec(name)
            plan = resumed(home, cycle, chain)
            if plan.decided_event:
                return passed_on(home, cycle.key.cycle_id, chain, "adjudication_result")
            run = open_run(settings, mlflow.run_id, world)
            found = adjudicate_cycle(spec, plan, candidate_model, world=world, run=run)
            return dg.MaterializeResult(
                value=found.judgement,
                metadata=verdict_metadata(found.judgement, found.shown, settings, mlflow.run_id),
            )

    return adjudication_result


def production_model_pointer_of(chain: Chain) -> dg.AssetsDefinition:
    """Return the step that records and projects (LEASE, COMMIT to VERIFY)."""
    name = chain.spec.name

    @dg.asset(
        **chain.arguments(
            "production_model_pointer",
            "Which version serves: the verdict recorded as one row of registry_status, then alias"
            " and stage of the MLflow registry brought into line with it.",
            "mlflow",
            "deltalake",
        ),
        ins={
            each: dg.AssetIn(key=chain.key(each))
            for each in ("candidate_model", "adjudication_result")
        },
    )
    def production_model_pointer(
        candidate_model: Any,  # noqa: ANN401  (a Trained)
        adjudication_result: Any,  # noqa: ANN401  (a Judgement)
        home: dg.ResourceParam[Home],
        cycle: CycleResource,
        mlflow: dg.ResourceParam[TrackingRun],
    ) -> dg.MaterializeResult[Any]:
        from fire_risk_assets.actions.decide_cycle import decide_cycle, recorded_decision
        from fire_risk_assets.wiring import open_run

        with as_failures():
            world = home.world
            plan = resumed(home, cycle, chain)
            if plan.decided_event:
                decision = recorded_decision(plan, world)
            else:
                decision = decide_cycle(
                    home.spec(name),
                    plan,
                    candidate_model,
                    adjudication_result,
                    world=world,
                    run=open_run(home.settings, mlflow.run_id, world),
                )
            return dg.MaterializeResult(
                value=decision.row,
                metadata=row_metadata(decision.row, home.settings)
                | {"MLflow shows it": decision.consistent},
            )

    return production_model_pointer
