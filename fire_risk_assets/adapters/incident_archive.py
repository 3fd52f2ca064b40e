"""The archive of an incident as one ZIP file: equal for equal content, and read with care.

What is read came from somebody else: nothing of it is ever written to a path that it names.
"""

import io
import re
import stat
import zipfile
from pathlib import Path

from fire_risk_assets.adapters.atomic_file import write_over
from fire_risk_assets.core.incident.archive import Content, in_order
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FileRejected

MOST_FILES = 1_000
MOST_BYTES = 2 * 2**30
"""Unpacked, all files together."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_WHEN = (1980, 1, 1, 0, 0, 0)


def write_archive(path: Path, content: Content) -> None:
    """Write an archive whole or not at all.

    Raises:
        UsageError, StorageFull, StorageFailing: see `write_over`.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in in_order(content):
            member = zipfile.ZipInfo(name, _WHEN)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            packed.writestr(member, content[name])
    write_over(path, buffer.getvalue())


def read_archive(path: Path) -> Content:
    """Return the files of an archive by name.

    Raises:
        FileRejected: it is no ZIP file, cannot be read, or holds what no archive of ours does: a
            path that leads elsewhere, a link, a name twice, too many files or too many bytes.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            _require_plain(members, path)
            return {member.filename: _read(packed, member) for member in members}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as cause:
        told = as_sentence(f"{path} cannot be read as an archive: {cause}")
        raise FileRejected("not_an_archive", told, remedy=_REMEDY) from cause


_REMEDY = "Ask for the archive again; nothing of this one was written anywhere."


def _require_plain(members: list[zipfile.ZipInfo], path: Path) -> None:
    names = [member.filename for member in members]
    wrong = [name for name in names if _NAME.fullmatch(name) is None or ".." in name]
    links = [m.filename for m in members if stat.S_ISLNK(m.external_attr >> 16)]
    unpacked = sum(member.file_size for member in members)
    found = [
        *(f"the path {name!r:.80}" for name in wrong[:3]),
        *(f"the link {name!r:.80}" for name in links[:3]),
        *(["a name twice"] if len(set(names)) < len(names) else ()),
        *([f"{len(names)} files"] if len(names) > MOST_FILES else ()),
        *([f"{unpacked} bytes"] if unpacked > MOST_BYTES else ()),
    ]
    if found:
        told = f"{path} holds {', '.join(found)}, which no archive of an incident does."
        raise FileRejected("not_an_archive", told, remedy=_REMEDY)


def _read(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with packed.open(member) as stream:
        # No more than it says of itself: that sum was looked at.
        return stream.read(member.file_size)
