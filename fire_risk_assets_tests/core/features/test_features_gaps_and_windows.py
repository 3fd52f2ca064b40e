from datetime import timedelta

import numpy as np
import pytest

from fire_risk_assets.core.features.fire_weather import advance_codes
from fire_risk_assets_tests.core.features.weather_stream import (
    LATITUDE,
    NOON,
    features_of,
    observation,
)

OBSERVED = (91.5, 82.0, 410.0, 9.9)


def by_day(rows):
    made = features_of(rows).to_pylist()
    return {(row["observed_at"] - NOON) / timedelta(days=1): row for row in made}


@pytest.mark.parametrize(
    ("missing", "policy"),
    [(0, "carried"), (1, "filled"), (3, "filled"), (4, "restarted"), (29, "restarted"),
     (30, "start")],
)  # fmt: skip
def test_the_row_after_a_gap_says_how_it_was_crossed(missing, policy):
    rows = by_day([observation(0), observation(1), observation(2 + missing)])
    assert rows[0]["gap_policy"] == "start"
    assert rows[2 + missing]["gap_policy"] == policy


def test_a_short_gap_is_crossed_with_the_last_weather_and_no_rain():
    gap = by_day([observation(0), observation(1, temp=28.0, rain=9.0), observation(4)])
    bridge = [observation(day, temp=28.0) for day in (2, 3)]
    full = by_day([observation(0), observation(1, temp=28.0, rain=9.0), *bridge, observation(4)])
    assert set(gap) == {0, 1, 4}
    for code in ("ffmc", "dmc", "dc", "isi", "bui", "fwi"):
        assert gap[4][code] == full[4][code]


def test_after_a_long_gap_codes_start_from_the_standard_values():
    rows = by_day([observation(0, temp=35.0), observation(7), observation(40)])
    alone = by_day([observation(7)])
    assert rows[7]["ffmc"] == alone[7]["ffmc"]
    assert rows[7]["dc"] == alone[7]["dc"]


def test_observed_codes_are_taken_as_they_are_and_carried_on_from():
    rows = by_day([observation(0), observation(1, codes=OBSERVED), observation(2)])
    assert tuple(rows[1][code] for code in ("ffmc", "dmc", "dc", "isi")) == OBSERVED
    assert [rows[day]["codes_source"] for day in (0, 1, 2)] == ["computed", "observed", "computed"]
    one = {name: np.array([[value]]) for name, value in
           {"temp": 20.0, "rh": 40.0, "wind": 12.0, "rain": 0.0, "month": 3}.items()}  # fmt: skip
    start = {f"start_{n}": np.array([v]) for n, v in zip(("ffmc", "dmc", "dc"), OBSERVED[:3],
             strict=True)}  # fmt: skip
    assert rows[2]["dc"] == advance_codes(**one, **start, latitude=np.array([LATITUDE])).dc[0, 0]


def test_several_observations_of_a_day_are_rows_of_their_own_and_the_last_is_carried_on():
    hot = {"temp": 35.0, "rh": 15.0}
    rows = by_day([observation(0), observation(1), observation(1, minute=1, **hot), observation(2)])
    without = by_day([observation(0), observation(1, minute=1, **hot), observation(2)])
    minute = 1 / 1440
    assert rows[1 + minute]["dmc"] == without[1 + minute]["dmc"] > rows[1]["dmc"]
    assert rows[2]["dmc"] == without[2]["dmc"]
    assert rows[2]["temp_mean_7d_c"] == pytest.approx((20.0 + 35.0 + 20.0) / 3)


def test_windows_hold_the_last_days_and_the_row_itself():
    stream = [observation(d, temp=float(d), rh=50.0 - d, rain=6.0 * (d == 2)) for d in range(12)]
    row = by_day(stream)[11]
    assert row["temp_mean_7d_c"] == np.mean(range(5, 12))
    assert (row["temp_max_7d_c"], row["rh_min_7d_pct"]) == (11.0, 39.0)
    assert (row["rain_sum_7d_mm"], row["rain_sum_30d_mm"]) == (0.0, 6.0)
    assert row["days_since_rain"] == 9
    rows = by_day(stream)
    assert row["fwi_lag_1d"] == rows[10]["fwi"]
    assert row["fwi_max_7d"] == max(rows[day]["fwi"] for day in range(5, 12))
    assert row["fwi_mean_7d"] == pytest.approx(np.mean([rows[d]["fwi"] for d in range(5, 12)]))


def test_days_since_rain_end_at_thirty():
    rows = by_day([observation(day) for day in range(45)])
    assert [rows[day]["days_since_rain"] for day in (0, 29, 30, 44)] == [0, 29, 30, 30]


def test_rows_with_observed_codes_never_load_xclim():
    import subprocess
    import sys

    script = (
        "import sys; sys.path[:0] = [{here!r}]\n"
        "from weather_stream import features_of, observation\n"
        "rows = [observation(d, minute=m, codes={codes!r}) for d in (0, 1, 9) for m in (0, 1)]\n"
        "assert features_of(rows).num_rows == 6\n"
        "assert not [m for m in ('xclim', 'numba', 'xarray') if m in sys.modules]\n"
    ).format(here=__file__.rpartition("/")[0], codes=OBSERVED)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
