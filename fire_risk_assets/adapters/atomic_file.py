"""A small file written whole or not at all: of a home, through a power cut; or of the user's."""

import os
from pathlib import Path

from fire_risk_assets.adapters.durable import flush
from fire_risk_assets.adapters.write_errors import unwritable, unwritable_elsewhere
from fire_risk_assets.errors import FireRiskError, UsageError


def write_whole(path: Path, text: str, *, home: Path) -> None:
    """Write beside, flush to the disk, rename over: a reader sees the old text or the new one.

    Raises:
        StorageFull, StorageFailing, HomeReadOnly, HomeUnusable: nothing is left behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    made = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _put(path, partial, text.encode())
        # A name is an entry of its folder, and so is the name of a folder made now.
        flush([path.parent, *(folder.parent for folder in made)])
    except OSError as cause:
        _discard(partial)
        raise unwritable(path, cause, home=home) from cause


def _put(path: Path, partial: Path, content: bytes) -> None:
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def _discard(partial: Path) -> None:
    try:
        partial.unlink(missing_ok=True)
    except OSError:
        # A folder that cannot be written cannot be tidied either; the first error is the one told.
        return


def write_over(path: Path, content: bytes) -> None:
    """Write a file of the user's own, whole or not at all, over the one that may be there.

    Folders that are missing are made as the user's own are: what lies there may be published.

    Raises:
        UsageError: nothing can be written there.
        StorageFull, StorageFailing: nothing is left behind.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, partial, content)
    except BaseException as cause:
        _discard(partial)
        if not isinstance(cause, OSError):
            raise
        raise not_written(path, cause) from cause


def write_new(path: Path, text: str) -> None:
    """Write a file of the user's own; one that is there is never touched.

    Raises:
        UsageError: something is there already, or nothing can be written there.
        StorageFull, StorageFailing: nothing is left behind.
    """
    try:
        stream = path.open("x", encoding="utf-8", newline="")
    except FileExistsError as cause:
        raise UsageError(f"{str(path)!r} is there already.", remedy="Name another file.") from cause
    except OSError as cause:
        raise not_written(path, cause) from cause
    try:
        with stream:
            stream.write(text)
    except BaseException as cause:
        # Half a file looks like a whole one, after an interrupt too.
        _discard(path)
        if not isinstance(cause, OSError):
            raise
        raise not_written(path, cause) from cause


def not_written(path: Path, cause: OSError) -> FireRiskError:
    """Return why a file of the user's own was not written."""
    why = UsageError(f"{str(path)!r} cannot be written: {cause.strerror or cause}.")
    return unwritable_elsewhere(path, cause, otherwise=why)
