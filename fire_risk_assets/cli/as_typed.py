"""How this command line was called, so that every command it names can be typed as it stands.

In a fresh clone `fire-risk` is on no PATH and is called as `.venv/bin/fire-risk`; a home or a
configuration given as an option must be given to the next command too. Texts name commands as
`fire-risk …`, between backticks; only what people are shown is put in the words of the call.
"""

import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

NAME = "fire-risk"
_NAMED = re.compile(rf"(?<=`){NAME}(?= )")


def program() -> str:
    """Return what starts this program from the caller's shell and folder.

    The bare name when PATH leads to this very installation, else the path it was called by; for
    `python -m` the console script beside the interpreter.
    """
    called = Path(sys.argv[0])
    script = called if called.name == NAME else Path(sys.executable).with_name(NAME)
    on_path = shutil.which(NAME)
    if on_path is not None and (not script.exists() or Path(on_path).samefile(script)):
        return NAME
    if not script.exists():
        return f"{shlex.quote(sys.executable)} -m fire_risk_assets.cli"
    return shlex.quote(str(script))


def with_options(given: Mapping[str, Path]) -> str:
    """Return the program with the shared options that were given (`home`, `config`)."""
    options = [f"--{name} {shlex.quote(str(value))}" for name, value in given.items()]
    return " ".join([program(), *options])


def typed(text: str, command: str) -> str:
    """Return the text with its commands as `command` starts them.

    >>> typed("Run `fire-risk status` first.", ".venv/bin/fire-risk")
    'Run `.venv/bin/fire-risk status` first.'
    """
    return _NAMED.sub(lambda _found: command, text)
