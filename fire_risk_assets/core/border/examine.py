"""One chunk of text cells against the rules: values of the good rows, a reason for each other.

The kernel both engines apply. It looks at rows one by one; comparing rows is `duplicates.py`.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.acero as ac
import pyarrow.compute as pc

from fire_risk_assets.core.border import convert
from fire_risk_assets.core.border.layout import Layout
from fire_risk_assets.core.border.rules import Rule
from fire_risk_assets.core.border.source import LINE
from fire_risk_assets.core.border.terms import ALWAYS, Terms
from fire_risk_assets.core.tables.spec import INSTANT


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What became of a chunk.

    Attributes:
        good: Every column of the layout as values (absent optional ones null), `known_at`, `line`.
        bad_lines: Lines of the other rows, int64, ascending as in the file.
        bad_rules: For each, the index of the first rule it broke.
        normalised: Cells changed on the way in, by name.
    """

    good: pa.Table
    bad_lines: np.ndarray
    bad_rules: np.ndarray
    normalised: Counter[str] = field(default_factory=Counter)


def examine(cells: pa.Table, *, layout: Layout, rules: tuple[Rule, ...], terms: Terms) -> Examined:
    """Judge every row of a chunk.

    Args:
        cells: String columns named as in the layout, and `line`.
        layout: What the file is.
        rules: `rules_for(layout.kind, terms)`, the order in which they are tried.
        terms: What they are evaluated against.
    """
    normalised: Counter[str] = Counter()
    columns, clean = _columns(cells, layout, terms, normalised)
    columns["known_at"] = _known_at(columns, layout, terms)
    present = set(cells.column_names) | {"known_at"}
    due = [
        (index, rule)
        for index, rule in enumerate(rules)
        if rule.column in present and not (rule.stage == "parse" and rule.column in clean)
        if not (rule.stage == "parse" and f"raw_{rule.column}" not in columns)
    ]
    broken = _first_broken(pa.table(columns), due)
    bad = broken >= 0
    lines = cells[LINE].to_numpy()
    values = {name: columns[name] for name in (*layout.classes, "known_at")}
    good = pa.table({**values, LINE: cells[LINE].combine_chunks()})
    if bad.any():
        good = good.filter(pa.array(~bad))
    return Examined(good=good, bad_lines=lines[bad], bad_rules=broken[bad], normalised=normalised)


def _columns(
    cells: pa.Table, layout: Layout, terms: Terms, normalised: Counter[str]
) -> tuple[dict[str, pa.Array], set[str]]:
    """Return raw, value and mark columns by name, and the columns whose text is all values."""
    columns: dict[str, pa.Array] = {}
    clean: set[str] = set()
    nothing = pa.array(np.zeros(cells.num_rows, dtype=bool))
    for name, kind in layout.classes.items():
        if name not in cells.column_names:
            columns[name] = pa.nulls(cells.num_rows, _TYPES[kind])
            continue
        raw = _trimmed(cells[name].combine_chunks().cast(pa.string()), normalised)
        columns[f"raw_{name}"] = raw
        if kind == "text":
            columns[f"raw_{name}"] = columns[name] = _folded(raw, layout, name, normalised)
            if name == "zone":
                columns[name] = pc.if_else(pc.equal(raw, ""), None, raw)
            continue
        if kind == "number":
            read = convert.numbers(raw)
            normalised["negative_zero"] += read.normalised
        else:
            read = convert.instants(raw, timezone=terms.timezone)
            normalised["ambiguous_local_time"] += read.normalised
        columns[name] = read.values
        columns[f"mark_{name}"] = nothing if read.marked is None else read.marked
        clean |= {name} if read.clean else set()
    return columns, clean


_TYPES = {"text": pa.string(), "number": pa.float64(), "instant": INSTANT}


def _trimmed(raw: pa.Array, normalised: Counter[str]) -> pa.Array:
    """Remove blanks around values, as around the names of the header; those within are kept."""
    # Two looks are cheaper than a copy: files with such blanks are few.
    blank = pc.or_(pc.starts_with(raw, " "), pc.ends_with(raw, " "))
    count = int(pc.sum(blank).as_py() or 0)
    if count == 0:
        return raw
    normalised["value_blanks"] += count
    return pc.utf8_trim(raw, " ")


def _folded(raw: pa.Array, layout: Layout, name: str, normalised: Counter[str]) -> pa.Array:
    """Month and weekday names are taken in any case; ids never are."""
    if layout.kind != "uci":
        return raw
    lower = pc.ascii_lower(raw)
    normalised[f"{name}_case"] += int(pc.sum(pc.not_equal(lower, raw)).as_py() or 0)
    return lower


def _known_at(columns: dict[str, pa.Array], layout: Layout, terms: Terms) -> pa.Array:
    """The row's own `known_at`, else when it was reported, else the policy of the import."""
    rows = len(next(iter(columns.values())))
    delay = terms.known_at.delay
    if delay is None:
        policy = pa.repeat(pa.scalar(terms.now, INSTANT), rows)
    elif layout.event is None:
        policy = pa.repeat(pa.scalar(ALWAYS, INSTANT), rows)
    else:
        policy = pc.add(columns[layout.event], pa.scalar(delay, pa.duration("us")))
    own = [columns[name] for name in ("known_at", "reported_at") if name in columns]
    return pc.coalesce(*own, policy)


def _first_broken(columns: pa.Table, due: list[tuple[int, Rule]]) -> np.ndarray:
    """Index of the first rule each row breaks, -1 for none. A null outcome breaks nothing."""
    first = np.full(columns.num_rows, -1, dtype=np.int16)
    if not due or columns.num_rows == 0:
        return first
    plan = ac.Declaration.from_sequence(
        [
            ac.Declaration("table_source", ac.TableSourceNodeOptions(columns)),
            ac.Declaration(
                "project",
                ac.ProjectNodeOptions(
                    [rule.holds for _, rule in due], [str(index) for index, _ in due]
                ),
            ),
        ]
    )
    outcome = plan.to_table(use_threads=False)
    for index, _ in reversed(due):
        holds = outcome[str(index)]
        if not pc.all(holds).as_py():
            first[pc.fill_null(pc.invert(holds), fill_value=False).to_numpy()] = index
    return first
