"""How values are shown in the UI: column schemas, plots, tables, links.

Rendering only. Add a function when a kind of value is shown in more than one place; what is shown
of an asset stays with the asset.
"""

import base64
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import dagster as dg
import pyarrow as pa

from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.settings import Settings

TRAINING_PAGES = "?workflowType=machine_learning"
"""Without it MLflow opens its pages for language models, which hide runs and versions."""

OWNER = "team:fire-risk"
MAX_FIGURE_BYTES = 80_000
"""Metadata lies in the event log; a larger figure stays with the MLflow run."""
LINE = 48
"""Characters of a line of text in the metadata column of a 1440 px page."""
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|<>~&-])")

_TYPES = (
    (pa.types.is_floating, "float"),
    (pa.types.is_integer, "int"),
    (pa.types.is_boolean, "bool"),
)


def column_schema(table: TableSpec) -> dg.TableSchema:
    """Return a table's catalogue for the UI: type, unit, source and constraints of each column."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=_type_name(column.type),
                description=_description(column.description, column.unit, column.source),
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable, other=[column.check] if column.check else []
                ),
            )
            for column in table.columns
        ]
    )


def _type_name(kind: pa.DataType) -> str:
    return next((name for test, name in _TYPES if test(kind)), str(kind))


def _description(text: str, unit: str, source: str) -> str:
    return " ".join(
        [text, *([f"Unit: {unit}."] if unit else []), *([f"Source: {source}."] if source else [])]
    )


def figure(png: bytes, *, title: str) -> dg.MarkdownMetadataValue | None:
    """Return a PNG as an inline image, None when it is too large for an event."""
    if len(png) > MAX_FIGURE_BYTES:
        return None
    text = base64.b64encode(png).decode()
    return dg.MetadataValue.md(f"![{title}](data:image/png;base64,{text})")


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that have a value: None cannot be shown.

    Numbers have five digits that count, as people read them; the ledger and MLflow have them all.
    """
    return {
        name: float(f"{value:.5g}") if isinstance(value, float) else value
        for name, value in values.items()
        if value is not None
    }


def wrapped(text: str) -> dg.MarkdownMetadataValue:
    """Return a sentence in short lines: one value that is wide would cut it off.

    It is shown as it was written, since people write reasons.
    """
    lines = textwrap.wrap(plain(text), LINE)
    return dg.MetadataValue.md("  \n".join(map(_inert, lines)))


def _inert(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


class Foreign(str):
    """Text of somebody else's. Shown as code: the pages make links of addresses in other text."""

    __slots__ = ()


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> dg.MarkdownMetadataValue:
    """Return rows with equal keys as a table.

    Values are shown as they are: none makes an image or an element, none that is `Foreign` a link.
    """
    if not rows:
        return dg.MetadataValue.md("(empty)")
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([_cell(row[name]) for name in names] for row in rows)]
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, Foreign):
        return _code(plain(value))
    return "" if value is None else _inert(plain(value))


def _code(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}".replace("|", "\\|")


def run_link(settings: Settings, run_id: str | None) -> dg.MarkdownMetadataValue | None:
    """Return the page of an MLflow run."""
    if not run_id:
        return None
    return page_link(settings, f"#/runs/{run_id}", text=f"run {run_id[:8]}")


def version_link(
    settings: Settings, model: str, version: int | None
) -> dg.MarkdownMetadataValue | None:
    """Return the registry page of a model version."""
    if version is None:
        return None
    route = f"#/models/{model}/versions/{version}"
    return page_link(settings, route, text=f"{model} version {version}")


def page_link(settings: Settings, route: str, *, text: str) -> dg.MarkdownMetadataValue:
    """Return a link to one of MLflow's pages.

    Markdown, because a URL is shown whole and widens the table beyond the page.
    """
    address = f"{settings.mlflow_page}/{route}{TRAINING_PAGES}"
    return dg.MetadataValue.md(f"[{text}]({address})")


def stored_figure(
    settings: Settings, run_id: str, path: str, *, title: str
) -> dg.MarkdownMetadataValue:
    """Return a figure of an MLflow run, fetched from MLflow when it is looked at.

    The UI shows Markdown in place only below 1,000 characters, which no inline image is.
    """
    query = urlencode({"path": path, "run_uuid": run_id})
    return dg.MetadataValue.md(f"![{title}]({settings.mlflow_page}/get-artifact?{query})")


def digest(value: str | None) -> str | None:
    """Return enough of a digest to compare by eye; the whole one would widen the table."""
    return None if value is None else f"{value[:16]}…"


def row_metadata(row: LedgerRow, settings: Settings) -> dict[str, Any]:
    """Return what people look for in a ledger row, with links."""
    return present(
        {
            "decision": f"{row.kind}: {row.reason_code}",
            "reason": wrapped(row.reason),
            "production version": row.production_version,
            "pointer moved": row.updated,
            "seq": row.seq,
            "cycle_id": row.cycle_id,
            "actor": row.actor,
            "difference": row.difference,
            "p_value": row.p_value,
            "production page": version_link(settings, row.model_name, row.production_version),
            "candidate page": version_link(settings, row.model_name, row.candidate_version),
            "MLflow run": run_link(settings, row.mlflow_run_id),
            "artifact_sha256": digest(row.artifact_sha256),
            # Whole, since people look it up; as text it is narrower than as a value.
            "event_id": dg.MetadataValue.md(row.event_id),
            "row_hash": digest(row.row_hash),
        }
    )
