"""A folder of pages that is made again as a whole, wherever the user wants it.

`site.json` beside the pages makes the folder ours and lists its files. It is written before them,
with the old names and the new ones, and after them with those that are left: however a writer
ends, the next one knows each file as its own. A file that no such list names is somebody else's,
and nothing is written beside it; names that begin with a dot are passed over.
"""

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from fire_risk_assets.adapters.atomic_file import not_written, write_over
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import StoreBroken, UsageError

NOTE = "site.json"
FORMAT = 1
_PAGE = re.compile(r"([A-Za-z0-9][\w.-]*/)*[A-Za-z0-9][\w.-]*", re.ASCII)
"""A path that stays in the folder: no part of it begins with a dot."""


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """Implements `ports.pages.PageFolder`."""

    folder: Path

    def facts(self) -> dict[str, Any] | None:
        """Return what was noted with the pages, None where there are none."""
        path = self.folder / NOTE
        try:
            noted = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as cause:
            raise StoreBroken(
                as_sentence(f"{path} cannot be read: {cause}"),
                remedy=f"Remove {self.folder} and make the site again.",
            ) from cause
        if not isinstance(noted, dict) or not isinstance(noted.get("files"), list):
            raise StoreBroken(
                f"{path} is no note of ours.",
                remedy="Name another folder, or remove this one and make the site again.",
            )
        return noted

    def publish(self, pages: Mapping[str, Callable[[], bytes]], facts: Mapping[str, Any]) -> int:
        """Write the pages and take away those that are no more; one writer at a time."""
        for name in pages:
            _checked(name)
        with self._held():
            noted = self.facts() or {"files": []}
            # Of a list that somebody may have edited, what leads elsewhere is not taken up.
            old = {name for name in map(str, noted["files"]) if _PAGE.fullmatch(name)}
            self._require_ours(old)
            # Without facts: what is half made shows nothing.
            self._note({}, old | pages.keys())
            for name, content in pages.items():
                write_over(self.folder / name, content())
            self._forget(old - pages.keys())
            self._note(facts, pages.keys())
        return len(pages)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the folder itself: a lock file would be one of its pages."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as cause:
            raise not_written(self.folder, cause) from cause
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _require_ours(self, listed: Set[str]) -> None:
        foreign = [name for name in self._found() if name != NOTE and name not in listed]
        if foreign:
            more = ", …" if foreign[3:] else ""
            raise UsageError(
                f"{self.folder} holds other things ({', '.join(foreign[:3])}{more}); the site"
                " is made in a folder of its own.",
                remedy="Take them away, or name a new or empty folder.",
            )

    def _found(self) -> list[str]:
        found = []
        for base, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            # A link to a folder is not walked into, and none of ours.
            links = [name for name in folders if (Path(base) / name).is_symlink()]
            within = PurePosixPath(Path(base).relative_to(self.folder).as_posix())
            found += [str(within / n) for n in (*files, *links) if not n.startswith(".")]
        return sorted(found)

    def _note(self, facts: Mapping[str, Any], names: Iterable[str]) -> None:
        noted = {"format": FORMAT, **facts, "files": sorted(names)}
        write_over(self.folder / NOTE, (json.dumps(noted, indent=1) + "\n").encode())

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            path = self.folder / name
            try:
                path.unlink(missing_ok=True)
                if path.parent != self.folder and not any(path.parent.iterdir()):
                    path.parent.rmdir()
            except FileNotFoundError:
                continue
            except OSError as cause:
                raise not_written(path, cause) from cause


def _checked(name: str) -> None:
    if _PAGE.fullmatch(name) is None or name == NOTE:
        raise UsageError(f"{name!r:.80} cannot be the name of a page.")
