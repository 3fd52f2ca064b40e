"""What attempts of a cycle have registered so far, looked up by the tags of the versions."""

from collections.abc import Sequence

from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import RegisteredVersion
from fire_risk_assets.core.windows import Window
from fire_risk_assets.ports import World


def registered(model_name: str, cycle_id: str, role: str, world: World) -> RegisteredVersion | None:
    """Return the version of a cycle and role; of several (a lost reply) the lowest wins."""
    for version in world.registry.versions(model_name):
        if version.tags.get("cycle_id") == cycle_id and version.tags.get("role") == role:
            return version
    return None


def registered_windows(
    model_name: str, cycle_id: str, ledger_rows: Sequence[LedgerRow], world: World
) -> list[Window]:
    """Return the training windows an earlier attempt of the cycle fitted, the candidate's first.

    A baseline is judged only while nothing serves, and its window counts no longer than that.

    Raises:
        RegistryUnavailable: MLflow does not answer.
    """
    roles = ("candidate", "baseline") if serving(ledger_rows) is None else ("candidate",)
    found = (registered(model_name, cycle_id, role, world) for role in roles)
    return [
        (parse_instant(each.tags["training_from"]), parse_instant(each.tags["training_until"]))
        for each in found
        if each is not None
    ]
