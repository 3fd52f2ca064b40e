"""The catalogue page is the specs, and the specs leave nothing undescribed."""

import pytest

from fire_risk_assets.core.tables import every_table
from fire_risk_assets_tests.core.tables.catalogue_page import PAGE, catalogue

COLUMNS = [
    pytest.param(table, column, id=f"{table.name}.{column.name}")
    for table in every_table()
    for column in table.columns
]


def test_the_page_is_what_the_specs_say():
    assert PAGE.read_text(encoding="utf-8") == catalogue(), (
        "write docs/catalogue.md anew:"
        " .venv/bin/python -m fire_risk_assets_tests.core.tables.catalogue_page"
    )


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_says_what_it_is_in_a_sentence(table, column):
    assert column.description.endswith("."), table.name
    assert len(column.description.split()) > 1, table.name


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_whose_name_ends_in_a_unit_carries_it(table, column):
    endings = {"_c": "°C", "_pct": "%", "_km_h": "km/h", "_mm": "mm", "_ha": "ha", "_days": "d"}
    for ending, unit in endings.items():
        if column.name.endswith(ending):
            assert column.unit == unit, table.name


@pytest.mark.parametrize("table", every_table(), ids=lambda table: table.name)
def test_every_table_says_who_writes_and_who_reads_it(table):
    assert table.description.endswith(".")
    assert table.written_by
    assert table.read_by
    assert set(table.key) <= {column.name for column in table.columns}
