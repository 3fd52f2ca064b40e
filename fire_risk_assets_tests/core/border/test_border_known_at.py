"""When a row counts as known: its own word, then its report date, then the policy."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from fire_risk_assets.core.border.examine import examine
from fire_risk_assets.core.border.layout import LAYOUTS
from fire_risk_assets.core.border.rules import rules_for
from fire_risk_assets.core.border.terms import ALWAYS, KnownAt, Terms
from fire_risk_assets.errors import InvalidSetting

NOW = datetime(2026, 9, 28, tzinfo=UTC)


def _known(kind: str, policy: str, **cells: str) -> object:
    terms = Terms(now=NOW, known_at=KnownAt.parse(policy))
    good = {
        "reports": {
            "report_id": "r",
            "cell_id": "7-4",
            "started_at": "2026-09-01",
            "burned_area_ha": "1",
        },
        "cells": {"cell_id": "7-4", "latitude": "", "longitude": "", "zone": ""},
    }[kind]
    raw = pa.table({name: [cell] for name, cell in (good | cells).items()})
    raw = raw.append_column("line", pa.array([2], pa.int64()))
    found = examine(raw, layout=LAYOUTS[kind], rules=rules_for(kind, terms), terms=terms)
    return found.good["known_at"].to_pylist()


def test_the_policy_decides_where_the_row_says_nothing():
    assert _known("reports", "now") == [NOW]
    assert _known("reports", "observed+3") == [datetime(2026, 9, 4, tzinfo=UTC)]
    assert _known("reports", "now", known_at="", reported_at="") == [NOW]


def test_a_report_date_wins_over_the_policy_and_known_at_over_both():
    assert _known("reports", "now", reported_at="2026-09-02") == [datetime(2026, 9, 2, tzinfo=UTC)]
    own = {"known_at": "2026-09-03", "reported_at": "2026-09-02"}
    assert _known("reports", "now", **own) == [datetime(2026, 9, 3, tzinfo=UTC)]


def test_nothing_is_known_before_it_happens_or_after_now():
    assert _known("reports", "now", known_at="2026-08-31") == []
    assert _known("reports", "observed+60") == []
    assert _known("cells", "now", known_at="2027-01-01") == []


def test_cells_of_a_historical_import_were_always_there():
    assert _known("cells", "observed+0") == [ALWAYS]


@pytest.mark.parametrize("text", ["", "observed", "observed+-1", "observed+1.5", "yesterday"])
def test_another_policy_is_refused(text):
    with pytest.raises(InvalidSetting):
        KnownAt.parse(text)
    assert KnownAt.parse("observed+0").delay == timedelta(0)
