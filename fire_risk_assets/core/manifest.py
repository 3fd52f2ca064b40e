"""What identifies the files of a model: one digest over all of them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath


def manifest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over (path, size, sha256) of every file, in the order of their paths.

    >>> manifest_of({"a/b": b"1", "a": b"2"}) == manifest_of({"a": b"2", "a/b": b"1"})
    True
    """
    entries = [
        [name, len(files[name]), hashlib.sha256(files[name]).hexdigest()]
        for name in sorted(files, key=PurePosixPath)
    ]
    return hashlib.sha256(json.dumps(entries, separators=(",", ":")).encode()).hexdigest()
