"""The root of the tree; see the package."""

from typing import ClassVar


class FireRiskError(Exception):
    """Root of the tree.

    Attributes:
        permanent: False when the same call may succeed later without anybody changing anything.
        remedy: One sentence telling a person what to do.
    """

    permanent: ClassVar[bool] = True
    default_remedy: ClassVar[str] = "See the message; nothing was written."

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy or self.default_remedy
