"""How references travel from asset to asset: as JSON documents by model, cycle and asset name.

Never frames, fitted models or pickles: two runs of one asset would overwrite each other's, and a
later reader could not tell which rows or which version he holds. Add a type to `handed_over` when
a new asset of the chain hands something on.
"""

from functools import cache
from typing import Any

import dagster as dg


@cache
def handed_over() -> dict[str, Any]:
    """Return the type of what each asset of the chain hands over, by asset name."""
    from fire_risk_assets.actions.build_snapshots import RowSet
    from fire_risk_assets.actions.judgement import Judgement
    from fire_risk_assets.actions.train_candidate import Trained
    from fire_risk_assets.core.ledger.row import LedgerRow

    return {
        "training_set": RowSet,
        "holdout_set": RowSet,
        "candidate_model": Trained,
        "adjudication_result": Judgement,
        "production_model_pointer": LedgerRow,
    }


def empty_reference(name: str) -> Any:  # noqa: ANN401
    """Return the reference of an asset that had nothing to do and stored nothing before."""
    kinds = handed_over()
    empty: dict[str, dict[str, Any]] = {
        "RowSet": {"snapshot": {}, "stop": None, "counts": {}},
        "Trained": {},
        "Judgement": {
            "verdict": {},
            "judged_seq": 0,
            "moves_to": None,
            "moves_to_sha256": None,
            "evidence": {},
        },
    }
    return kinds[name](**empty[kinds[name].__name__])


class ReferenceIOManager(dg.IOManager):
    """Stores and loads the references of one cycle."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:  # noqa: ANN401
        """Store a reference; an asset that hands nothing on stores nothing."""
        if obj is None:
            return
        model, name = context.asset_key.path
        cycle_id = context.resources.cycle.key.cycle_id
        context.resources.home.world.references.save(model, cycle_id, name, obj.to_json())
        context.add_output_metadata({"reference": f"references/{model}/{cycle_id}/{name}.json"})

    def load_input(self, context: dg.InputContext) -> Any:  # noqa: ANN401
        """Return the reference of the asset above, of the same cycle.

        Raises:
            dg.Failure: it was never stored.
        """
        model, name = context.asset_key.path
        cycle_id = context.resources.cycle.key.cycle_id
        document = context.resources.home.world.references.load(model, cycle_id, name)
        if document is None:
            raise dg.Failure(
                f"{name} of cycle {cycle_id} of {model} was never made: materialise it first.",
                allow_retries=False,
            )
        return handed_over()[name].from_json(document)


@dg.io_manager(
    required_resource_keys={"home", "cycle"},
    description="References as JSON documents by model, cycle and asset name. No pickles.",
)
def reference_io_manager(_context: dg.InitResourceContext) -> ReferenceIOManager:
    """Return the manager; the home and the cycle are resources of the run."""
    return ReferenceIOManager()
