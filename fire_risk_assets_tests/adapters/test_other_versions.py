"""Tables of a home that another version wrote, with fewer or with other columns."""

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import WRITER, DeltaTables
from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.errors import HomeOfOtherVersion
from fire_risk_assets_tests.ledgers import first, ledger_of


def made(root, table, *, without=(), foreign=()):
    fields = [field for field in table.schema if field.name not in without]
    fields += [pa.field(name, pa.string()) for name in foreign]
    stamp = {"delta.appendOnly": "true", WRITER: "delta-rs"}
    DeltaTable.create(
        root / table.name,
        schema=pa.schema(fields),
        configuration=stamp,
        raise_if_key_not_exists=False,
    )


def test_missing_and_foreign_columns_of_the_ledger_are_named(tmp_path):
    made(tmp_path, REGISTRY_STATUS, without=("actor", "reason"))
    ledger = DeltaLedger(tmp_path)
    for attempt in (ledger.all_rows, lambda: ledger.append(ledger_of(first())[0])):
        with pytest.raises(HomeOfOtherVersion, match="registry_status lacks reason, actor") as told:
            attempt()
        assert "another version" in str(told.value)


def test_a_ledger_of_a_newer_version_is_not_called_edited(tmp_path):
    made(tmp_path, REGISTRY_STATUS, foreign=("mood",))
    ledger = DeltaLedger(tmp_path)
    for attempt in (ledger.all_rows, lambda: ledger.append(ledger_of(first())[0])):
        with pytest.raises(HomeOfOtherVersion, match="has mood, which this version does not know"):
            attempt()


def test_a_data_table_is_read_where_its_columns_suffice_and_never_written(tmp_path):
    made(tmp_path, CELLS, without=("known_at",), foreign=("slope",))
    store = DeltaTables(tmp_path)
    assert store.read(CELLS, columns=["cell_id"]).num_rows == 0
    with pytest.raises(HomeOfOtherVersion, match="cells lacks known_at"):
        store.read(CELLS)
    with pytest.raises(HomeOfOtherVersion, match="lacks known_at and has slope") as told:
        store.append(CELLS, CELLS.schema.empty_table())
    assert "Use the version" in told.value.remedy
