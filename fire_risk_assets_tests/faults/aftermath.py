"""What must hold after every fault of the storage: the next start completes the cycle, once."""

from fire_risk_assets import wiring
from fire_risk_assets.actions.check_invariants import check_invariants, serving_findings
from fire_risk_assets_tests.homes import SECOND, open_world


class ReachesAt:
    """A crash point where no crash is: there the fault begins."""

    def __init__(self, point, begin):
        self.point, self.begin = point, begin

    def reach(self, point):
        if point == self.point:
            self.begin()


def acknowledged(settings):
    """The rows on record now, and that no reader sees what they do not explain."""
    world = open_world(settings)
    rows = world.ledger.rows("tiny")
    assert world.registry.production_alias("tiny") in {row.production_version for row in rows}
    return rows


def require_promoted(settings, earlier=()):
    """The cycle is decided once, as without a fault, and the home is whole."""
    world = open_world(settings)
    rows = world.ledger.rows("tiny")
    decided = [row for row in rows if row.cycle_id == f"{SECOND:%Y-%m-%d}" and row.kind != "fail"]
    assert [(row.kind, row.reason_code) for row in decided] == [("promote", "better")]
    spec = wiring.model_spec(settings, "tiny")
    assert check_invariants(spec, world, at_rest=True, earlier=earlier) == []
    assert serving_findings("tiny", world) == []
    assert not list(settings.home.rglob("*.partial"))
