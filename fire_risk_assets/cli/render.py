"""The only place that writes to the terminal: tables and sentences, or one JSON document.

Commands hand over values (`Grid`, sentences, a document) and never markup. Text from data or from
an operator is stripped of control characters, so that no file name can move a cursor; rich's
markup is never interpreted. Rich is imported when something is drawn: `--json` does not pay for it.
"""

import json
import math
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.core.redaction import redacted

if TYPE_CHECKING:
    from rich.console import Console

PIPED = 120
"""Width of tables that go to a file or a pipe, unless COLUMNS says another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as people see it; cells are any values, shown by `shown`."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""


Block = str | Grid


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command's answer and its remarks go.

    Attributes:
        as_json: The answer is exactly one JSON document.
        answers: Standard output.
        remarks: Standard error: progress, warnings, questions.
    """

    as_json: bool
    answers: IO[str]
    remarks: IO[str]

    def answer(self, document: object, blocks: Callable[[], Iterable[Block]]) -> None:
        """Write the answer: the document, or what `blocks` makes of it for people."""
        if self.as_json:
            text = json.dumps(jsonable(document), indent=2, ensure_ascii=True, allow_nan=False)
            self.answers.write(text + "\n")
        else:
            self._draw(blocks())
        self.answers.flush()

    def remark(self, text: str) -> None:
        """Write one line for people, beside the answer."""
        self.remarks.write(plain(text) + "\n")
        self.remarks.flush()

    def page(self, text: str) -> None:
        """Write several lines of ours as they are, beside the answer."""
        self.remarks.write(text.rstrip("\n") + "\n")
        self.remarks.flush()

    def trace(self, cause: BaseException) -> None:
        """Write where an error came from, for `--debug`."""
        self.remarks.write(redacted("".join(traceback.format_exception(cause))))

    @contextmanager
    def progress(self, total: int, what: str) -> Iterator[Callable[[str], None]]:
        """Show long work: a bar on a terminal, one line a step elsewhere.

        Yields:
            A function to call before each step with what it does.
        """
        if not self.remarks.isatty():
            yield self.remark
            return
        from rich.progress import Progress

        with Progress(console=_console(self.remarks), transient=True) as bar:
            task = bar.add_task(what, total=total)
            begun = False

            def step(text: str) -> None:
                nonlocal begun
                bar.update(task, description=_escaped(text), advance=1 if begun else 0)
                begun = True

            yield step

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show on a terminal that one long step is under way; nothing elsewhere."""
        if not self.remarks.isatty():
            yield
            return
        with _console(self.remarks).status(_escaped(what)):
            yield

    def _draw(self, blocks: Iterable[Block]) -> None:
        from rich.text import Text

        console = _console(self.answers)
        for block in blocks:
            if isinstance(block, str):
                console.print(Text(plain(block)), soft_wrap=True)
            else:
                _draw_grid(console, block, piped=not self.answers.isatty())


def _draw_grid(console: "Console", grid: Grid, *, piped: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    title = Text(plain(grid.title)) if grid.title else None
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    rows = [[shown(cell) for cell in row] for row in grid.rows]
    for place, column in enumerate(grid.columns):
        words = " ".join([column, *(row[place] for row in rows)]).split()
        # Folded, never cut short, and no word broken in two.
        table.add_column(Text(column), overflow="fold", min_width=max(map(len, words), default=1))
    for row in rows:
        table.add_row(*map(Text, row))
    unbounded = console.options.update(max_width=100_000)
    narrowest = Measurement.get(console, unbounded, table).minimum
    if piped:
        console.width = max(_piped_width(), narrowest)
    if narrowest <= console.width:
        console.print(table)
    else:
        _draw_records(console, grid, rows)


def _draw_records(console: "Console", grid: Grid, rows: Sequence[Sequence[str]]) -> None:
    """Write a table that a terminal is too narrow for: one line a value."""
    from rich.text import Text

    if grid.title:
        console.print(Text(plain(grid.title)), soft_wrap=True)
    for row in rows:
        for column, cell in zip(grid.columns, row, strict=True):
            console.print(Text(f"{column}: {cell}"), soft_wrap=True)
        console.print()


def _console(stream: IO[str]) -> "Console":
    from rich.console import Console

    width = None if stream.isatty() else _piped_width()
    return Console(file=stream, width=width, highlight=False, markup=False)


def _piped_width() -> int:
    # It honours COLUMNS; the terminal it asks next is standard output, which is none here.
    return shutil.get_terminal_size((PIPED, 0)).columns


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(plain(text))


def shown(value: object) -> str:
    """Return a value as a cell: instants to the minute in UTC, four figures, "–" for nothing.

    >>> shown(0.123456), shown(None), shown(True), shown(12345)
    ('0.1235', '–', 'yes', '12,345')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    return plain(value)


def jsonable(value: object) -> Any:  # noqa: ANN401  (a JSON value)
    """Return a value as JSON types: instants as ISO 8601 with Z, what is no number as null."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(each) for each in value]
    if isinstance(value, date):
        return iso(value) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value
