"""`fire-risk` called as a shell would, and what it said."""

import json
from dataclasses import dataclass

from fire_risk_assets.cli.main import ended


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


def ask(capsys, *arguments: object) -> Ended:
    """Run the command in this process."""
    code = ended([str(each) for each in arguments])
    said = capsys.readouterr()
    return Ended(code, said.out, said.err)


def sentences(ended: Ended) -> list[str]:
    """Return the lines by which a command names a failure; it never shows a traceback."""
    assert "Traceback" not in ended.err
    return [line for line in ended.err.splitlines() if line.startswith("fire-risk: ")]
