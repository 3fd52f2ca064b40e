"""The list of rules: complete, stable, and the same law as the tables' own constraints."""

import re
from datetime import UTC, datetime

import pytest

from fire_risk_assets.core.border.layout import LAYOUTS
from fire_risk_assets.core.border.rules import RANGES, rules_for
from fire_risk_assets.core.border.terms import Terms

TERMS = Terms(now=datetime(2026, 9, 28, tzinfo=UTC))


@pytest.mark.parametrize("kind", LAYOUTS)
def test_every_code_names_one_rule_in_snake_case(kind):
    codes = [rule.code for rule in rules_for(kind, TERMS)]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch("[a-z][a-z0-9_]*", code) for code in codes)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_parse_rules_come_before_range_rules(kind):
    stages = [rule.stage for rule in rules_for(kind, TERMS)]
    assert stages == sorted(stages)


def test_every_number_the_tables_bound_is_bounded_the_same_at_the_border():
    for layout in LAYOUTS.values():
        for column in (column for table in layout.tables for column in table.columns):
            if column.check is not None:
                low, high, _ = RANGES[column.name]
                assert f"{column.name} >= {low} AND {column.name} <= {high}" in column.check


def test_codes_that_others_rely_on_are_still_there():
    codes = {rule.code for kind in LAYOUTS for rule in rules_for(kind, TERMS)}
    assert codes >= {
        "temp_c_not_a_number",
        "rh_pct_out_of_range",
        "observed_at_in_future",
        "started_at_dst_gap",
        "known_at_before_event",
        "burned_area_ha_larger_than_cell",
        "cell_id_not_an_id",
    }
