"""What all commands share: `--home`, `--config`, `--json`, `--debug`, and the help's sections.

The four options are understood before and after the command's name. Add an option here when every
command takes it.
"""

import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fire_risk_assets.cli.as_typed import typed, with_options
from fire_risk_assets.cli.render import Output
from fire_risk_assets.core.instants import parse_as_of, parse_instant
from fire_risk_assets.core.names import NAME, checked_name
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.errors import InvalidSetting, UnknownModel, UsageError

if TYPE_CHECKING:
    from fire_risk_assets.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Invocation:
    """One call of `fire-risk`: what was asked of all commands alike.

    Attributes:
        output: Where answers and remarks go.
        given: `home` and `config`, where given.
        debug: Show the traceback of an unexpected error.
    """

    output: Output
    given: dict[str, Path] = field(default_factory=dict)
    debug: bool = False
    _settings: "Settings | None" = None

    @property
    def settings(self) -> "Settings":
        """The settings in force, read once.

        Raises:
            InvalidSetting, HomeUnusable.
        """
        if self._settings is None:
            from fire_risk_assets.settings import read_settings

            self._settings = read_settings(**self.given)
        return self._settings

    @property
    def command(self) -> str:
        """What starts this program on this home again, as the user can type it."""
        return with_options(self.given)

    def typed(self, text: str) -> str:
        """Return a text of ours with the commands it names as the user can type them."""
        return typed(text, self.command)

    def instant(self, text: str, option: str) -> datetime:
        """Read a time; a naive one is in the setting `timezone`.

        Raises:
            InvalidTime: it is none; the remedy names the option or argument.
        """
        with at_fault(option):
            return parse_instant(text, timezone=self.settings.timezone)

    def as_of(self, text: str, option: str) -> datetime:
        """Read where a cycle stands: a bare date is midnight UTC, as the schedule's ticks are.

        Raises:
            InvalidTime: it is no time; the remedy names the option.
        """
        with at_fault(option):
            return parse_as_of(text, timezone=self.settings.timezone)

    def builtin_names(self) -> tuple[str, ...]:
        """Return the configured built-in names; a model given by address shows by its ledger."""
        return tuple(name for name in self.settings.models if NAME.fullmatch(name))

    def require_model(self, name: str, *, recorded: bool = False) -> str:
        """Return the name of a model that is configured, or on record.

        Raises:
            InvalidName: outside the grammar.
            UnknownModel: neither.
        """
        checked_name(name, what="model name")
        known = self.builtin_names()
        addressed = len(known) < len(self.settings.models)
        if name in known or recorded:
            return name
        if addressed:
            from fire_risk_assets.wiring import model_spec

            return model_spec(self.settings, name).name
        raise UnknownModel(
            f"No model {name!r} is configured; there are {sorted(known)}.",
            remedy="Correct the name, or add the model to `models` in fire_risk.toml.",
        )

    def require_answer(self, *, yes: bool) -> None:
        """Make sure that somebody can be asked, before any work is done.

        Raises:
            UsageError: no terminal and no `--yes`.
        """
        if not yes and not sys.stdin.isatty():
            raise UsageError(
                "This changes what serves, and there is no terminal to ask on.",
                remedy="Add --yes, or look first with --dry-run.",
            )

    def confirm(self, question: str) -> None:
        """Ask on the terminal.

        Raises:
            click.Abort: the answer is no.
        """
        click.confirm(plain(question), abort=True, err=True)


@contextmanager
def at_fault(*options: str) -> Iterator[None]:
    """Name the options a person gave in the remedy of what is wrong with their values.

    Raises:
        UsageError: as raised inside.
    """
    try:
        yield
    except UsageError as fact:
        # The general remedies send people to the settings, which are not what they typed.
        general = fact.remedy in (UsageError.default_remedy, InvalidSetting.default_remedy)
        if options:
            named = f"Correct {' or '.join(options)}."
            fact.remedy = named if general else f"{named} {fact.remedy}"
        raise


class Command(click.Command):
    """A command that returns its exit code; what a library prints goes to standard error."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own signature)
        """Run it."""
        try:
            with redirect_stdout(sys.stderr):
                return super().invoke(ctx)
        except UsageError as fact:
            if fact.remedy == UsageError.default_remedy:
                # The general remedy cannot know which command lists what is accepted.
                fact.remedy = f"See `fire-risk {_below_root(ctx)} --help` for what is accepted."
            raise


def _below_root(ctx: click.Context) -> str:
    above = ctx.parent
    name = ctx.info_name or ""
    return name if above is None or above.parent is None else f"{_below_root(above)} {name}"


class Sections(click.Group):
    """A group whose help lists reading commands apart from those that change something."""

    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list a section."""
        for title, names in self.sections:
            rows = [
                (name, self.commands[name].get_short_help_str(limit=88))
                for name in names
                if name in self.commands
            ]
            with formatter.section(title):
                formatter.write_dl(rows)


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:  # noqa: ANN401
    invocation: Invocation = ctx.find_root().obj
    if param.name in ("home", "config") and value is not None:
        invocation.given[param.name] = value
    elif param.name == "debug" and value:
        invocation.debug = True
    elif param.name == "json" and value:
        invocation.output = replace(invocation.output, as_json=True)


_SHARED = (
    click.option("--home", type=click.Path(path_type=Path), help="Home folder (FIRE_RISK_HOME)."),
    click.option(
        "--config", type=click.Path(path_type=Path), help="fire_risk.toml (FIRE_RISK_CONFIG)."
    ),
    click.option("--json", is_flag=True, help="One JSON document on standard output."),
    click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error."),
)


DRY_RUN = click.option("--dry-run", is_flag=True, help="Look and show, change nothing.")
"""Of every command that changes something."""


def shared_options(function: F) -> F:
    """Add the options every command takes; they are kept in the invocation."""
    for option in reversed(_SHARED):
        function = option(function)
    for param in vars(function)["__click_params__"]:
        if param.name in ("home", "config", "json", "debug"):
            param.expose_value, param.callback = False, _remember
    return function


def operator() -> str:
    """Return who asks, for the ledger: `cli:<user>`."""
    number = os.getuid()
    try:
        return f"cli:{pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"cli:{number}"
