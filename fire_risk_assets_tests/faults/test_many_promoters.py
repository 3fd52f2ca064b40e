"""Eight promoters of one model at once, killed at random, while somebody reads what serves."""

import random
import signal
import sqlite3
import threading
from contextlib import closing, suppress
from datetime import timedelta
from itertools import zip_longest

import pytest

from fire_risk_assets_tests.faults.aftermath import findings
from fire_risk_assets_tests.faults.child_server import ASK_AGAIN
from fire_risk_assets_tests.faults.children import request
from fire_risk_assets_tests.faults.points import POINTS
from fire_risk_assets_tests.homes import SECOND, copy_home, open_world, run_cycle, tiny_settings

pytestmark = pytest.mark.slow
CYCLES, OPERATORS = 6, 2
"""In each round so many cycles and forced promotions start at once."""
KILLED = 0.25
TRIES = 10
_PRODUCTION = "SELECT version FROM registered_model_aliases WHERE alias = 'production'"


class Reader(threading.Thread):
    """Asks for the alias over and over, and for the ledger whenever it has moved.

    Attributes:
        least: How often it asks at least.
        reads: How often it has asked.
        seen: The versions in the order in which they were seen.
        unjustified: Versions no row of the ledger had made serve by then.
    """

    def __init__(self, settings, least):
        super().__init__(daemon=True)
        self.least = least
        self.database = settings.home / "mlflow" / "mlflow.db"
        self.ledger = open_world(settings).ledger
        self.reads, self.seen, self.unjustified = 0, [], []
        self.enough = threading.Event()
        self.ended_well = False

    def run(self):
        """Read until told that it is enough."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            # The pause leaves the database to the promoters.
            while not self.enough.wait(0.002) or self.reads < self.least:
                with suppress(sqlite3.OperationalError):
                    ((alias,),) = database.execute(_PRODUCTION).fetchall()
                    self.reads += 1
                    self._look(alias)
        self.ended_well = True

    def _look(self, alias):
        if self.seen and self.seen[-1] == alias:
            return
        self.seen.append(alias)
        if alias not in {row.production_version for row in self.ledger.rows("tiny")}:
            self.unjustified.append(alias)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("rounds", "reads"), [(6, 2_000), pytest.param(25, 10_000, marks=pytest.mark.soak)]
)
def test_nothing_is_lost_doubled_or_shown_before_its_row__f15(
    children, baseline_home, tmp_path, rounds, reads
):
    home = copy_home(baseline_home, tmp_path / "home")
    settings = tiny_settings(home)
    world, draw = open_world(settings), random.Random(0)  # noqa: S311  (a test draws, no secret)
    reader = Reader(settings, reads)
    reader.start()
    for number in range(rounds):
        versions = [version.version for version in world.registry.versions("tiny")]
        _round(children, home, number, versions, draw)
    # Completes what the last round left undone.
    run_cycle(settings, SECOND + timedelta(hours=rounds))
    reader.enough.set()
    reader.join()
    assert reader.ended_well, "the reader died"
    rows = world.ledger.rows("tiny")
    decided = [row.cycle_id for row in rows if row.kind != "fail" and row.cycle_id.startswith("r")]
    assert sorted(decided) == sorted(
        f"r{n}-{each}" for n in range(rounds) for each in range(CYCLES)
    )
    assert findings(settings) == []
    assert reader.reads >= reads
    assert reader.unjustified == []
    assert reader.seen[-1] == rows[-1].production_version
    assert len(reader.seen) > rounds // 2
    _require_no_flap(reader.seen, [row.production_version for row in rows])


def _round(children, home, number, versions, draw):
    """Start everything at once, some of it to be killed; cycles again until each is decided."""
    crashes = [
        draw.choice(POINTS) if draw.random() < KILLED else None for _ in range(CYCLES + OPERATORS)
    ]
    cycles = [{"cycle_id": f"r{number}-{each}"} for each in range(CYCLES)]
    moves = [{"promote": draw.choice(versions)} for _ in range(OPERATORS)]
    as_of = SECOND + timedelta(hours=number)
    for _ in range(TRIES):
        if not cycles:
            return
        asked = [
            request(home, as_of, crash=at, lease_patience_s=300.0, **what)
            for what, at in zip_longest(cycles + moves, crashes)
        ]
        statuses = children.at_once(*asked)
        # A candidate may be missing because somebody moved the pointer after it was planned.
        assert set(statuses) <= {0, ASK_AGAIN, -signal.SIGKILL}
        cycles = [what for what, status in zip(cycles, statuses, strict=False) if status]
        moves, crashes = [], []
    raise AssertionError(f"never decided: {cycles}, {statuses}")


def _require_no_flap(seen, moves):
    """Every version seen comes later in the ledger than the one seen before it."""
    place = 0
    for version in seen:
        assert version in moves[place:], f"{version} was shown after what follows it"
        place += moves[place:].index(version)
