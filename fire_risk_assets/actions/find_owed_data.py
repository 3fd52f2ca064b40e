"""Which data work is owed: landed files never decided, weather without features."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fire_risk_assets.actions.batches import of_files
from fire_risk_assets.actions.build_features import weather_without_features
from fire_risk_assets.actions.ingest_record import NAME_REFUSALS
from fire_risk_assets.core.border.landed import Decided, Landed, is_decided
from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.ports import TableStore


def data_is_owed(landed: Sequence[Landed], store: TableStore) -> bool:
    """Tell whether a landed file was never decided, or weather has no features yet."""
    return bool(undecided_files(landed, store) or weather_without_features(store))


def features_are_owed(store: TableStore) -> bool:
    """Tell whether weather that was taken in has no features yet."""
    return bool(weather_without_features(store))


def undecided_files(landed: Sequence[Landed], store: TableStore) -> list[Landed]:
    """Return the files that were never decided as what they are, in their order."""
    decided = decided_files(store) if landed else set()
    return [file for file in landed if not is_decided(file, decided)]


def refused_files(landed: Sequence[Landed], store: TableStore) -> list[Landed]:
    """Return the files that were refused and still lie there, in their order."""
    rows = _offers(store) if landed else []
    decided = _decided(rows)
    accepted = _decided(row for row in rows if row["rejection_code"] is None)
    return [file for file in landed if is_decided(file, decided) and not is_decided(file, accepted)]


def decided_files(store: TableStore) -> set[Decided]:
    """Return what was accepted or refused, by content (or name) and by table."""
    return _decided(_offers(store))


def _offers(store: TableStore) -> list[dict[str, Any]]:
    columns = ["file_sha256", "file_name", "tables", "rejection_code", "replayed"]
    return list(of_files(store.read(BATCHES, columns=columns)).to_pylist())


def _decided(rows: Iterable[Mapping[str, Any]]) -> set[Decided]:
    found: set[Decided] = set()
    for row in rows:
        content = row["file_sha256"] or row["file_name"]
        # What was refused for its name may be taken in under another.
        name = row["file_name"] if row["rejection_code"] in NAME_REFUSALS else None
        found.update((content, table, name) for table in row["tables"].split(","))
    return found
