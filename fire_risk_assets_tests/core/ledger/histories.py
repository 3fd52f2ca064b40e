"""Who served when, told twice: as events for the ledger, and as a list nobody folds.

The list is kept by hand while the events are drawn: at each instant, the version that serves from
then on. It knows neither rows nor kinds.
"""

import random
from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from fire_risk_assets.core.ledger.events import row_for
from fire_risk_assets_tests.ledgers import event

BEGIN = datetime(2020, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUIET = ("keep", "undecided", "refuse", "fail", "repair")
CODES = {
    "keep": "not_better",
    "undecided": "too_few_rows",
    "refuse": "leak",
    "fail": "TRAIN",
    "repair": "drift",
    "promote": "better",
    "rollback": "operator",
    "adopt": "drift",
}


class History:
    """A model's past, drawn with a seed.

    Attributes:
        rows: The ledger.
        instants, served: From each instant on, in order, the version that served; of several at
            one instant the one that was told last.
    """

    def __init__(self, seed, events, model_name="burned_area"):
        self.rows, self.instants, self.served = [], [], []
        draw, now = random.Random(seed), BEGIN  # noqa: S311
        newest, once = 0, []
        for number in range(events):
            # A third of all events share their instant with the one before.
            now += draw.choice((0, 1, 1)) * draw.randint(1, 400) * HOUR
            moves = draw.random() < 0.3 or (number > 6 and not once)
            kind = draw.choice(("promote", "promote", "rollback", "adopt")) if moves else None
            if number < 5 or kind is None:
                self._quiet(draw, number, now, model_name)
                continue
            if kind == "promote" or not once:
                newest += 1
                kind, version = "promote", newest
            else:
                version = draw.choice(once)
            once.append(version)
            self._told(kind, version, number, now, model_name)
            self.instants.append(now)
            self.served.append(version)

    def at(self, instant):
        """The version that served at an instant, None before the first."""
        place = bisect_right(self.instants, instant)
        return self.served[place - 1] if place else None

    def _quiet(self, draw, number, now, model_name):
        self._told(draw.choice(QUIET), None, number, now, model_name)

    def _told(self, kind, version, number, now, model_name):
        told = event(
            kind,
            CODES[kind],
            f"c{number}",
            model_name=model_name,
            request=f"{kind}:{number}",
            moves_to=version,
        )
        self.rows.append(row_for(told, self.rows, now=now))


def asked_instants(history, count, seed):
    """So many instants: random ones, and those at, just before and just after every event."""
    draw = random.Random(seed)  # noqa: S311
    begin, end = BEGIN - 1000 * HOUR, history.rows[-1].decided_at + 1000 * HOUR
    span = int((end - begin) / timedelta(microseconds=1))
    edges = [
        row.decided_at + timedelta(microseconds=by) for row in history.rows for by in (-1, 0, 1)
    ]
    drawn = count - len(edges)
    assert drawn > 0
    return edges + [begin + timedelta(microseconds=draw.randrange(span)) for _ in range(drawn)]
