"""The parent's side of `model_child`: one server process, started early, asked by JSON lines."""

import json
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from fire_risk_assets.core.explaining.explanation import Asked, Explanation
from fire_risk_assets.core.models.trusted import TRUSTED_TYPES
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import ArtifactRejected, InvalidScores, ProofUnfinished


@dataclass(slots=True)
class ModelProver:
    """Loads and scores model files in a child process.

    Attributes:
        patience_s: How long one proof may take, the server's first start included, in seconds.
    """

    patience_s: float = 90.0
    _server: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Start the server, so that its imports overlap with training."""
        if self._server is None or self._server.poll() is not None:
            # -I: no environment variable and no current folder decides what is imported.
            self._server = subprocess.Popen(
                [sys.executable, "-I", "-m", "fire_risk_assets.adapters.model_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Told, because the library would start a command to count the cores.
                env={"LOKY_MAX_CPU_COUNT": "1"},
            )

    def predictions(self, model_file: Path, rows_file: Path) -> Asked:
        """Return what the model predicts for the rows in the child.

        Raises:
            ArtifactRejected: it does not load or score there, or makes the loader crash.
            ProofUnfinished: no answer in time, or disk, memory or system ended the child.
        """
        answer = self._answer(model_file, rows_file, explain=False)
        found = np.asarray(answer["predictions"], dtype="<f8")
        return Asked(predictions=found, inputs=tuple(answer["inputs"]))

    def explanation(self, model_file: Path, rows_file: Path) -> Explanation:
        """Return why the model says what it says of the first row, against the others.

        Raises:
            ArtifactRejected, ProofUnfinished: as `predictions`.
            InvalidScores: contributions of features do not add up to what the model says.
        """
        answer = self._answer(model_file, rows_file, explain=True)
        if "unexplained" in answer:
            raise InvalidScores(answer["unexplained"])
        return Explanation(**answer["explanation"])

    def _answer(self, model_file: Path, rows_file: Path, *, explain: bool) -> dict[str, Any]:
        self.start()
        request = {
            "model": str(model_file),
            "trusted": list(TRUSTED_TYPES),
            "rows": str(rows_file),
            "explain": explain,
        }
        answer = self._ask(json.dumps(request).encode() + b"\n")
        if answer.get("killed") == signal.SIGKILL:
            raise ProofUnfinished("The system killed the process that loads the model.")
        if "killed" in answer:
            raise ArtifactRejected(f"The model crashes its loader (signal {answer['killed']}).")
        if "unfinished" in answer:
            raise ProofUnfinished(
                as_sentence(f"The model could not be loaded here: {answer['unfinished']}")
            )
        if "error" in answer:
            raise ArtifactRejected(as_sentence(f"The model does not load: {answer['error']}"))
        return answer

    def forget(self) -> None:
        """Leave the server to whoever started it; the next proof starts one of its own."""
        self._server = None

    def stop(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            for stream in (self._server.stdin, self._server.stdout):
                if stream is not None:
                    with suppress(BrokenPipeError):
                        stream.close()
            self._server = None

    def _ask(self, line: bytes) -> dict[str, Any]:
        server = self._server
        if server is None or server.stdin is None or server.stdout is None:
            raise ProofUnfinished("There is no process to load the model in.")
        try:
            with suppress(BrokenPipeError):
                server.stdin.write(line)
                server.stdin.flush()
            answer = _line_within(server.stdout, self.patience_s)
        except BaseException:
            # Interrupted: an answer left in the pipe would be taken for that of the next proof.
            self.stop()
            raise
        if not answer:
            self.stop()
            raise ProofUnfinished(
                f"No answer within {self.patience_s:.0f} s from the process that loads the model."
            )
        return dict(json.loads(answer))


def _line_within(stream: IO[bytes], seconds: float) -> bytes:
    ready, _, _ = select.select([stream], [], [], seconds)
    return stream.readline() if ready else b""
