"""What a power cut leaves of a home: what was flushed, and of the rest the worst POSIX allows.

Read from a protocol of the system calls. A file's content is kept when it was flushed after its
last write, a name when its folder was flushed after it was made; in the place of a name that was
not, there is what was there before. What was removed stays so.
"""

import re
import shutil
from pathlib import Path

CALLS = ",".join(
    (
        "open,openat,creat,write,pwrite64,writev,pwritev,sendfile,copy_file_range,ftruncate",
        "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat",
    )
)
_CALL = re.compile(r"^\d+ +(\w+)\((.*)$")
_FIRST = re.compile(r"^\d+<([^>]*)>")
_QUOTED = re.compile(r'"([^"]*)"')
_WRITES = ("write", "pwrite64", "writev", "pwritev", "sendfile", "copy_file_range", "ftruncate")


def noting(protocol: Path) -> list[str]:
    """Return what strace is given to write the protocol."""
    return ["-y", "-o", str(protocol), "-e", f"trace={CALLS}"]


class Unflushed:
    """What of a folder was not flushed by the end of a protocol.

    Attributes:
        contents: Files whose last write was not flushed.
        names: Files and folders whose name was not.
    """

    def __init__(self, protocol: Path, root: Path) -> None:
        self.root = root
        self.contents: set[Path] = set()
        self.names: set[Path] = set()
        for line in protocol.read_text(errors="replace").splitlines():
            if (found := _CALL.match(line)) and " = -1 " not in line:
                self._follow(*found.groups())

    def _follow(self, call: str, arguments: str) -> None:
        # The number of bytes tells a call resumed on a later line from one that is whole.
        handle, paths = _FIRST.match(arguments), [Path(p) for p in _QUOTED.findall(arguments)]
        if call in _WRITES and handle:
            self.contents.add(Path(handle[1]))
        elif call in ("fsync", "fdatasync") and handle:
            self.contents.discard(Path(handle[1]))
            self.names -= {path for path in self.names if path.parent == Path(handle[1])}
        elif call in ("open", "openat", "creat") and "O_CREAT" in arguments:
            self.names.add(paths[0])
            if "O_TRUNC" in arguments:
                self.contents.add(paths[0])
        elif call.startswith("mkdir"):
            self.names.add(paths[0])
        elif call.startswith(("rename", "link")):
            self._moved(*paths)

    def _moved(self, old: Path, new: Path) -> None:
        self.names.add(new)
        (self.contents.add if old in self.contents else self.contents.discard)(new)

    def within(self, paths: set[Path]) -> list[Path]:
        """Return those of the paths that lie in the folder and are there, the deepest first."""
        there = {path for path in paths if path.is_relative_to(self.root) and path.exists()}
        return sorted(there, key=lambda path: -len(path.parts))

    def cut(self, before: Path) -> list[Path]:
        """Take from the folder what was not flushed; returns what it was.

        Args:
            before: A copy of the folder as it was, all of it flushed.
        """
        lost = []
        for path in self.within(self.contents):
            if path.is_file():
                path.write_bytes(b"")
                lost.append(path)
        for path in self.within(self.names):
            earlier = before / path.relative_to(self.root)
            if earlier.is_dir():
                continue
            lost.append(path)
            if path.is_dir():
                shutil.rmtree(path)
            elif earlier.exists():
                shutil.copy2(earlier, path)
            else:
                path.unlink()
        return lost
