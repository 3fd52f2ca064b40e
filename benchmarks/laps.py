"""Laps of a contestant that is a script: where its seconds go."""

import json
import time


class Laps:
    """Seconds between marks, by name, in order."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._first = self._last = time.perf_counter()
        self._used = time.process_time()

    def total(self) -> dict[str, float]:
        """Return seconds, and processor seconds of this process, since the first lap began."""
        return {
            "seconds": time.perf_counter() - self._first,
            "cpu_s": round(time.process_time() - self._used, 2),
        }

    @property
    def seconds(self) -> dict[str, float]:
        """The laps so far."""
        return dict(self._seconds)

    def mark(self, name: str) -> None:
        """End the present lap under a name."""
        now = time.perf_counter()
        self._seconds[name] = round(now - self._last, 3)
        self._last = now

    def tell(self, **facts: float) -> None:
        """Write the laps and some facts to stdout, one JSON document."""
        print(json.dumps({"laps_s": self._seconds, **facts}))
