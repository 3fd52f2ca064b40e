"""What must hold after every fault: the next start completes the cycle, once."""

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


def findings(settings, model="tiny", earlier=()):
    """Everything that is wrong with a model of a home at rest; `earlier` were its rows before."""
    world = open_world(settings)
    spec = wiring.model_spec(settings, model)
    found = check_invariants(spec, world, at_rest=True, earlier=earlier)
    return found + serving_findings(model, world)


def require_promoted(settings, earlier=()):
    """The cycle is decided once, as without a fault, and the home is whole; returns its row."""
    rows = acknowledged(settings)
    # The first row is the baseline's.
    (decided,) = [row for row in rows[1:] if row.kind != "fail"]
    assert decided.cycle_id == f"{SECOND:%Y-%m-%d}"
    assert (decided.kind, decided.reason_code) == ("promote", "better")
    versions = open_world(settings).registry.versions("tiny")
    shown = [each.version for each in versions if each.stage == "Production"]
    assert shown == [decided.candidate_version] == [rows[-1].production_version]
    assert findings(settings, earlier=earlier) == []
    assert not list(settings.home.rglob("*.partial"))
    return decided
