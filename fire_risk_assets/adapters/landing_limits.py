"""How much of a landed file is read before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps.

    Attributes:
        file_bytes: Size on disk, and of the text a compressed file expands to.
        line_bytes: Length of one line, and text in one row of a Parquet file.
        expansion: How many times larger than itself a compressed file may become; text of
            numbers shrinks 3 to 20 times, a bomb 1,000 times.
        rows: Rows of a Parquet file, whose size on disk says nothing.
        block_bytes: Text held in memory at a time.
    """

    file_bytes: int = 4 * 1024**3
    line_bytes: int = 64 * 1024
    expansion: int = 200
    rows: int = 50_000_000
    block_bytes: int = 8 * 1024**2

    def expanded(self, size: int) -> int:
        """Return to how much text a compressed file of this size may expand, bytes.

        A small file may expand a lot and stay small: the ratio counts from a megabyte on.
        """
        return min(self.file_bytes, max(size * self.expansion, 1024**2))
