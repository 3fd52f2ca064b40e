"""A large batch of weather by groups of whole cells, and its feature rows by ranges of days.

The kernels need whole cells, and take them a group at a time: what they make on their way is ten
times what they are given. Scoring reads whole days, so rows are stored such that neighbours in time
are neighbours in a file, and a range of days is found without reading all others.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.arrow import ordinal
from fire_risk_assets.core.scoring.days import segments

_DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1)


def by_cells(
    tables: Mapping[str, pa.Table], cells: pa.Array, *, groups: int
) -> Iterator[dict[str, pa.Table]]:
    """Yield the rows of each group of cells, by the tables' names.

    Args:
        tables: By name; each has `cell_id`.
        cells: Whose rows are wanted, each once.
        groups: How many; of one, the tables are handed on as they are.
    """
    if groups <= 1:
        yield dict(tables)
        return
    dealt = {name: _dealt(table, cells, groups) for name, table in tables.items()}
    for group in range(groups):
        yield {
            name: rows.slice(bounds[group], bounds[group + 1] - bounds[group])
            for name, (rows, bounds) in dealt.items()
        }


def _dealt(table: pa.Table, cells: pa.Array, groups: int) -> tuple[pa.Table, list[int]]:
    """The rows in order of their group, and where each group begins and the last one ends."""
    place = pc.index_in(table["cell_id"].cast(cells.type), value_set=cells)
    # Of no wanted cell: after all groups.
    place = pc.fill_null(place, len(cells)).to_numpy().astype(np.int64)
    group = place * groups // max(len(cells), 1)
    # A batch that comes cell by cell is in order already, and not copied.
    if np.any(group[1:] < group[:-1]):
        order = np.argsort(group, kind="stable")
        table, group = table.take(pa.array(order)), group[order]
    return table, np.searchsorted(group, np.arange(groups + 1)).tolist()


def by_days(parts: Sequence[pa.Table], *, at_most: int) -> pa.Table:
    """Return all rows, a range of days after the other, without a copy; a range is of whole days.

    Args:
        parts: Of one schema, each in order of `observed_at`.
        at_most: Rows of a range, unless a day has more.
    """
    days = [ordinal(part["observed_at"]) // _DAY_US for part in parts]
    rows: Counter[date] = Counter()
    for each in days:
        for day, count in zip(*np.unique(each, return_counts=True), strict=True):
            rows[_EPOCH + timedelta(days=int(day))] += int(count)
    firsts = [(found.first - _EPOCH).days for found in segments(rows, at_most=at_most)]
    bounds = [[*np.searchsorted(each, firsts).tolist(), len(each)] for each in days]
    ranges = [
        part.slice(its[place], its[place + 1] - its[place])
        for place in range(len(firsts))
        for part, its in zip(parts, bounds, strict=True)
    ]
    return pa.concat_tables([parts[0].slice(0, 0), *ranges])
