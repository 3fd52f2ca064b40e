"""The one list of rules for each kind of file: parse first, then range. Rules are data.

A rule is an Arrow expression that holds for a good row, over the text of a column (`raw_NAME`),
its value (`NAME`, null where it could not be read) and, where needed, its mark (`mark_NAME`). The
first rule of the list that does not hold names the row's reason code. Codes are a public
contract: never rename one. Reactions to whole files are in `header.py` and the landing adapter;
comparisons between rows in `duplicates.py`.
"""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.border import grammar
from fire_risk_assets.core.border.layout import LAYOUTS, FileKind, Layout
from fire_risk_assets.core.border.terms import Terms
from fire_risk_assets.core.border.uci_names import MONTHS, STORED_NAMES, WEEKDAYS
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import INSTANT

_STORED = {
    column.name: (*column.range, column.unit)
    for table in (WEATHER, REPORTS, CELLS)
    for column in table.columns
    if column.range is not None
}
RANGES = {**_STORED, **{name: _STORED[stored] for name, stored in STORED_NAMES.items()}}
"""Closed range and unit of every number, as the CHECK constraints of the tables have it."""

REGION_DEGREES = 5.0
"""How far from its centre a cell still belongs to a region: some 550 km."""

MAY_BE_EMPTY = {"ffmc", "dmc", "dc", "isi", "latitude", "longitude", "zone"}
MAY_BE_EMPTY |= {"known_at", "reported_at"}

SHAPE_REASONS = {
    "short_row": "The row has fewer cells than the header.",
    "long_row": "The row has more cells than the header.",
    "misquoted_row": "A quotation mark stands inside a cell that is not quoted.",
    "conflicting_duplicate": "Another row of the file has the same key and other values.",
    "no_date_left": "Every date of its month and weekday in 2000–2003 is taken by another day.",
}
"""Reasons that no single-row expression can state."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One law a row must keep.

    Attributes:
        code: Stable snake_case name, `column_what`.
        column: The column it judges.
        stage: `parse` rules judge text and may be skipped on a clean column; `range` rules values.
        holds: True (or null) for a good row.
        reason: A sentence for people.
    """

    code: str
    column: str
    stage: Literal["parse", "range"]
    holds: pc.Expression
    reason: str


def rules_for(kind: FileKind, terms: Terms) -> tuple[Rule, ...]:
    """Return the rules of a kind of file, in the order they are tried."""
    layout = LAYOUTS[kind]
    columns = (*layout.required, *layout.optional)
    parse = [rule for name in columns for rule in _parse_rules(name, layout)]
    ranges = [rule for name in columns for rule in _range_rules(name, layout, terms)]
    return (*parse, *ranges, *_time_rules(layout, terms))


def _parse_rules(name: str, layout: Layout) -> list[Rule]:
    raw, mark, value = pc.field(f"raw_{name}"), pc.field(f"mark_{name}"), pc.field(name)
    low = name.lower()
    empty = raw == ""
    found = []

    def add(what: str, holds: pc.Expression, reason: str) -> None:
        found.append(Rule(f"{low}_{what}", name, "parse", holds, reason))

    if name not in MAY_BE_EMPTY:
        add("missing", ~empty, f"{name} is empty.")
    if layout.classes[name] == "number":
        legal = empty | pc.match_substring_regex(raw, grammar.NUMBER)
        add("not_a_number", legal, f"{name} is no decimal number.")
        add("does_not_fit", ~mark, f"{name} does not fit a 64-bit number.")
    elif layout.classes[name] == "instant":
        legal = empty | pc.match_substring_regex(raw, grammar.TIME)
        add("not_a_time", legal, f"{name} is no ISO 8601 date or time.")
        add("dst_gap", ~mark, f"{name} falls into the hour that clocks skip.")
        add("impossible_time", empty | value.is_valid(), f"{name} names no instant.")
    else:
        add("missing_marker", ~_one_of(raw, grammar.MISSING_MARKS), f"{name} is a missing mark.")
        found += _text_rules(name, raw)
    return found


def _text_rules(name: str, raw: pc.Expression) -> list[Rule]:
    if name == "cell_id":
        holds = pc.match_substring_regex(raw, grammar.CELL_ID)
        holds &= ~pc.match_substring(raw, "..")
        reason = "cell_id is no id: a letter or digit, then up to 63 of letters, digits, '._-'."
        return [Rule("cell_id_not_an_id", name, "parse", holds, reason)]
    if name == "report_id":
        holds = pc.match_substring_regex(raw, grammar.REPORT_ID)
        reason = "report_id is no id: letters, digits and '._:/#-', at most 128 characters."
        return [Rule("report_id_not_an_id", name, "parse", holds, reason)]
    if name == "zone":
        holds = pc.match_substring_regex(raw, grammar.ZONE)
        reason = "zone is longer than 64 characters or has control characters."
        return [Rule("zone_not_plain_text", name, "parse", holds, reason)]
    names = MONTHS if name == "month" else WEEKDAYS
    reason = f"{name} is none of {', '.join(names)}."
    return [Rule(f"{name}_unknown", name, "parse", _one_of(raw, names), reason)]


def _range_rules(name: str, layout: Layout, terms: Terms) -> list[Rule]:
    value = pc.field(name)
    if name in ("X", "Y"):
        digit = pc.match_substring_regex(pc.field(f"raw_{name}"), "^[1-9]$")
        reason = f"{name} is no whole number from 1 to 9."
        return [Rule(f"{name.lower()}_off_grid", name, "range", digit, reason)]
    if name == "cell_id" and terms.known_cells is not None and layout.kind != "cells":
        holds = value.isin(terms.known_cells)
        return [Rule("cell_id_unknown", name, "range", holds, "No cell of that id is known.")]
    if name not in RANGES:
        return []
    low, high, unit = RANGES[name]
    holds = (value >= low) & (value <= high)
    reason = f"{name} lies outside {low:g} to {high:g} {unit}".rstrip() + "."
    found = [Rule(f"{name.lower()}_out_of_range", name, "range", holds, reason)]
    if name in ("burned_area_ha", "area"):
        bound = terms.cell_area_ha
        reason = f"{name} is larger than a cell ({bound:g} ha; setting cell_area_ha)."
        code = f"{name}_larger_than_cell"
        found.append(Rule(code, name, "range", value <= bound, reason))
    if name == "latitude" and terms.region is not None:
        found.append(_not_swapped(terms.region))
    return found


def _not_swapped(region: tuple[float, float]) -> Rule:
    """Both values are possible either way round: the known cells tell which way is meant."""
    latitude, longitude = pc.field("latitude"), pc.field("longitude")
    here = _near(latitude, region[0]) & _near(longitude, region[1])
    swapped = _near(latitude, region[1]) & _near(longitude, region[0])
    reason = (
        "latitude and longitude are exchanged: the other way round the cell lies amid the rest."
    )
    return Rule("latitude_swapped", "latitude", "range", here | ~swapped, reason)


def _near(value: pc.Expression, centre: float) -> pc.Expression:
    return (value >= centre - REGION_DEGREES) & (value <= centre + REGION_DEGREES)


def _time_rules(layout: Layout, terms: Terms) -> list[Rule]:
    now = pa.scalar(terms.now, type=INSTANT)
    known = pc.field("known_at")
    which = "known_at"
    if "reported_at" in layout.optional:
        which += ", or reported_at in its place,"
    found = []
    if layout.event is not None:
        event = pc.field(layout.event)
        reason = f"{layout.event} lies in the future."
        found.append(Rule(f"{layout.event}_in_future", layout.event, "range", event <= now, reason))
        reason = f"{which} lies before {layout.event}."
        found.append(Rule("known_at_before_event", "known_at", "range", known >= event, reason))
    if layout.kind != "uci":
        reason = f"{which} lies in the future."
        found.append(Rule("known_at_in_future", "known_at", "range", known <= now, reason))
    return found


def _one_of(raw: pc.Expression, names: tuple[str, ...]) -> pc.Expression:
    return raw.isin(pa.array(names, pa.string()))
