"""A file of the landing folder: what it is offered as, and whether it was decided before.

Pure: listing and hashing are `adapters/landing_folder.py`, the record is read in `actions`.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from fire_risk_assets.core.border.layout import LAYOUTS

LandedKind = Literal["cells", "weather", "reports"]
KINDS: tuple[LandedKind, ...] = ("cells", "weather", "reports")
"""Sub-folders, in the order they are taken in: weather of an unknown cell is set aside."""

Decided: TypeAlias = tuple[str, str, str | None]
"""Digest (or name, of a file that could not be read), table, and the only name it holds for."""


def readable_name(path: Path) -> str:
    r"""Return the name of a file without its folder, as text: bytes that are no UTF-8 as escapes.

    >>> print(readable_name(Path(os.fsdecode(b"weather/d\xfcrre.csv"))))
    d\xfcrre.csv
    """
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A file in the landing folder.

    Attributes:
        look: Size and time of change; two different ones mean that it is still being written.
        sha256: "" for a file that cannot be read; it is known by its name.
    """

    kind: LandedKind
    path: Path
    look: str
    sha256: str

    @property
    def name(self) -> str:
        """File name as the border records it: bytes that are no UTF-8 as escapes."""
        return readable_name(self.path)

    @property
    def content(self) -> str:
        """What it is known by: its digest, or its name."""
        return self.sha256 or self.name


def at_rest(file: Landed, before: Mapping[str, Any]) -> bool:
    """Tell whether a file looks as it did at an earlier look: the one rule for "it is written".

    The sensor looks once a tick, the run that takes files in twice by itself.

    Args:
        file: The file as it looks now.
        before: Path -> [look, …] of the earlier look; a file that is not in it was not seen.
    """
    seen = before.get(str(file.path))
    return seen is not None and seen[0] == file.look


def misplaced_sentence(names: Sequence[str]) -> str:
    """Say what lies beside the sub-folders, where nobody looks for it."""
    shown = ", ".join(repr(name) for name in names[:5]) + (", …" if names[5:] else "")
    return f"Passed over in the landing folder: {shown}; only {'/, '.join(KINDS)}/ are looked into."


def is_decided(file: Landed, decided: Collection[Decided]) -> bool:
    """Tell whether a file was accepted or refused as what its folder says it is.

    Content alone would not do: a file refused among the reports may be good weather.
    """
    table = LAYOUTS[file.kind].fed
    return (file.content, table, None) in decided or (
        file.content,
        table,
        file.name,
    ) in decided
