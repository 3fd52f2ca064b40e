"""The catalogue of the lake as a page: every table and column, rendered from the specs.

Only formatting lives here; a column is described where it is defined. `docs/catalogue.md` is this
text as a file: a test keeps both equal, and running this module writes it.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from fire_risk_assets.core.tables import every_table
from fire_risk_assets.core.tables.spec import INSTANT, Column, TableSpec

PAGE = Path(__file__).parents[3] / "docs" / "catalogue.md"

_TYPES: dict[pa.DataType, str] = {
    pa.string(): "string",
    pa.int64(): "long",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    INSTANT: "timestamp",
}
"""Names of Delta's own types, as SQL over the tables shows them."""

_WRITERS = {
    "engine": "the engine in force",
    "delta-rs": "delta-rs, whatever the engine",
}

_INTRODUCTION = """\
# Catalogue

Every table of the lake and every column, rendered from `fire_risk_assets/core/tables/` and
`fire_risk_assets/core/features/catalogue.py`. Do not edit this page:
`.venv/bin/python -m fire_risk_assets_tests.core.tables.catalogue_page` writes it anew, and a test
fails until that is done.

All tables are Delta tables under `<home>/lake/`. Timestamps are UTC with microseconds. No table is
ever updated in place: a correction is a new row with a later `known_at`. *Stored values fulfil* is
a CHECK constraint of the table; a row that breaks it cannot be written."""


def catalogue() -> str:
    """Return the whole page as Markdown, ending with a line break."""
    from fire_risk_assets.core.features.catalogue import FEATURES, MODEL_FEATURES

    tables = every_table()
    parts = [_INTRODUCTION, "\n".join(_index(tables))]
    for table in tables:
        parts.append("\n".join(_section(table)))
        if table is FEATURES:
            names = ", ".join(f"`{name}`" for name in MODEL_FEATURES)
            parts.append(f"A model may use: {names}.")
    return "\n\n".join(parts) + "\n"


def _index(tables: tuple[TableSpec, ...]) -> Iterator[str]:
    yield "| table | what it holds |"
    yield "|---|---|"
    for table in tables:
        yield f"| [`{table.name}`](#{table.name}) | {_cell(table.description)} |"


def _section(table: TableSpec) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield table.description
    yield ""
    yield f"- Key: {', '.join(f'`{name}`' for name in table.key)}"
    yield f"- Written by: {table.written_by} (through {_WRITERS[table.writer]})"
    yield f"- Read by: {table.read_by}"
    for name, value in table.properties.items():
        yield f"- Table property: `{name}` = `{value}`"
    yield ""
    yield "| column | type | unit | null | what it is | source | stored values fulfil |"
    yield "|---|---|---|---|---|---|---|"
    for column in table.columns:
        yield _row(column)


def _row(column: Column) -> str:
    cells = (
        f"`{column.name}`",
        _TYPES[column.type],
        column.unit,
        "yes" if column.nullable else "no",
        column.description,
        column.source,
        f"`{column.check}`" if column.check else "",
    )
    return "| " + " | ".join(_cell(text) for text in cells) + " |"


def _cell(text: str) -> str:
    """Return text that cannot end a cell of a Markdown table."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(catalogue(), encoding="utf-8")
