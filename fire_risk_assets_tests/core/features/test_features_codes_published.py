import csv
from pathlib import Path

import numpy as np
import pytest

from fire_risk_assets.core.features import fire_weather as fw

TABLE = Path(__file__).with_name("van_wagner_pickett_1985.csv")


@pytest.fixture(scope="module")
def published():
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def advance(published, days=slice(None), start=(85.0, 6.0, 15.0), n_cells=1):
    def table(name):
        return np.tile(published[name][days], (n_cells, 1))

    return fw.advance_codes(
        temp=table("temp_c"),
        rh=table("rh_pct"),
        wind=table("wind_km_h"),
        rain=table("rain_mm"),
        latitude=np.full(n_cells, 44.0),
        month=table("month").astype(np.int64),
        start_ffmc=np.full(n_cells, start[0]),
        start_dmc=np.full(n_cells, start[1]),
        start_dc=np.full(n_cells, start[2]),
    )


def test_all_294_published_figures_come_out_as_printed(published):
    codes = advance(published)
    isi = fw.initial_spread_index(published["wind_km_h"], codes.ffmc[0])
    bui = fw.build_up_index(codes.dmc[0], codes.dc[0])
    ours = {"ffmc": codes.ffmc[0], "dmc": codes.dmc[0], "dc": codes.dc[0], "isi": isi, "bui": bui}
    ours["fwi"] = fw.fire_weather_index(isi, bui)
    agreeing = sum(int((np.round(v, 1) == published[name]).sum()) for name, v in ours.items())
    assert agreeing == 294


def test_codes_carried_on_from_any_day_equal_the_uninterrupted_run_bit_for_bit(published):
    whole = advance(published)
    for cut in range(1, 49):
        state = (whole.ffmc[0, cut - 1], whole.dmc[0, cut - 1], whole.dc[0, cut - 1])
        rest = advance(published, slice(cut, None), state, n_cells=3)
        for name in ("ffmc", "dmc", "dc"):
            assert np.array_equal(getattr(rest, name)[2], getattr(whole, name)[0, cut:])


def test_indices_equal_those_of_xclim():
    from xclim.indices import fire

    rng = np.random.default_rng(0)
    ffmc, wind = rng.uniform(0, 101, 2000), rng.uniform(0, 120, 2000)
    dmc, dc = rng.uniform(0, 400, 2000), rng.uniform(0, 1500, 2000)
    dmc[:3], dc[:3] = (0, 0, 5), (0, 5, 0)
    isi, bui = fw.initial_spread_index(wind, ffmc), fw.build_up_index(dmc, dc)
    np.testing.assert_allclose(isi, fire.initial_spread_index(wind, ffmc), rtol=1e-14)
    np.testing.assert_allclose(bui, fire.build_up_index(dmc, dc), rtol=1e-14, atol=1e-12)
    fwi = fw.fire_weather_index(isi, bui)
    np.testing.assert_allclose(fwi, fire.fire_weather_index(isi, bui), rtol=1e-12)
