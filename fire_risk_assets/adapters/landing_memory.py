"""What was read of the landing folder before: a file that looks the same is not hashed again.

One memory a home, for sensors, runs and the command line. Each run is a process of its own, and
landed files stay where they are: without it a day's file would cost reading all those before it.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fire_risk_assets.adapters.atomic_file import write_whole
from fire_risk_assets.core.border.landed import Landed
from fire_risk_assets.errors import HomeUnusable, StorageFull

Looks = dict[str, list[str]]
"""Path -> [look, sha256]; see `Landed`."""


@dataclass(frozen=True, slots=True)
class LandingMemory:
    """The memory of a home.

    Attributes:
        home: Folder of the home.
    """

    home: Path

    def looks(self) -> Looks:
        """Return what is remembered; nothing where no memory, or a damaged one, is."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return {str(path): [str(look), str(sha)] for path, (look, sha) in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def keep(self, files: Sequence[Landed], *, before: Looks) -> None:
        """Remember these files and no others, unless that is what is remembered."""
        looks = {str(file.path): [file.look, file.sha256] for file in files}
        if looks != before:
            # It only saves time: a full disk or a lost right is told by whoever writes data.
            with suppress(StorageFull, HomeUnusable):
                write_whole(self._file, json.dumps(looks), home=self.home)

    @property
    def _file(self) -> Path:
        return self.home / "landing_looks.json"
