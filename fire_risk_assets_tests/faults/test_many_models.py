"""Eight processes promote many models at once: each model has a ledger and a Production of its own.

They share the tables, the registry's database and the log of one Delta table.
"""

import pytest

from fire_risk_assets import wiring
from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.faults.children import request
from fire_risk_assets_tests.faults.twenty import ADDRESSES, NAMES
from fire_risk_assets_tests.homes import FIRST, copy_home, tiny_settings

pytestmark = pytest.mark.slow
PROCESSES = 8


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("models", "each"), [(5, 2), pytest.param(20, 20, marks=pytest.mark.soak)])
def test_every_model_has_each_decision_once_and_one_production__f16(
    children, fresh_home, tmp_path, models, each
):
    home = copy_home(fresh_home, tmp_path / "home")
    # Everybody begins with another model, so that they meet within a model and between models.
    walks = [[NAMES[(start + step) % models] for step in range(each)] for start in range(PROCESSES)]
    asked = [
        request(
            home,
            FIRST,
            cycle_id=f"p{number}",
            walk=walk,
            lease_patience_s=600.0,
            models=ADDRESSES[:models],
        )
        for number, walk in enumerate(walks)
    ]
    assert children.at_once(*asked) == [0] * PROCESSES
    settings = tiny_settings(home, models=ADDRESSES[:models])
    world = wiring.open_world(settings)
    for name in NAMES[:models]:
        rows = world.ledger.rows(name)
        wanted = sorted(f"p{number}" for number, walk in enumerate(walks) if name in walk)
        assert sorted(row.cycle_id for row in rows) == wanted
        assert [row.seq for row in rows] == list(range(1, len(wanted) + 1))
        assert (rows[0].kind, rows[0].reason_code) == ("promote", "first")
        shown = [v.version for v in world.registry.versions(name) if v.stage == "Production"]
        assert shown == [world.registry.production_alias(name)] == [rows[-1].production_version]
        assert findings(settings, name) == []
