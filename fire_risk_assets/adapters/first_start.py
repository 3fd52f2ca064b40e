"""A first start that fails takes back what it made: half a home would look like one to a person.

Only what this start made: data landed in advance stay, and so does a folder somebody else has put
something into. A killed start leaves its half; the next one completes it.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from fire_risk_assets.adapters.home_document import OURS


@contextmanager
def folders_taken_back(home: Path, locks: Path) -> Iterator[None]:
    """Around the lease, which makes the first folders: remove those that are empty afterwards."""
    made = [path for path in (locks, home, *home.parents) if not path.exists()]
    try:
        yield
    except BaseException:
        for path in made:
            # Not empty: somebody else has put something there meanwhile.
            with suppress(OSError):
                path.rmdir()
        raise


@contextmanager
def contents_taken_back(home: Path, keep: Sequence[Path] = ()) -> Iterator[None]:
    """Inside the lease: nobody else is making a home here. Whoever waits for it makes his own.

    Args:
        home: The home that is being made.
        keep: What was there before the lease was taken.
    """
    before = {path.name for path in home.iterdir()} - {"locks"} | {path.name for path in keep}
    try:
        yield
    except BaseException:
        for name in sorted(OURS - before):
            path = home / name
            if name == "landing":
                _remove_empty(path)
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
        raise


def _remove_empty(folder: Path) -> None:
    """Remove folders without files: a person may have landed something since."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        with suppress(OSError):
            path.rmdir()
