"""References as JSON files: `<folder>/<model>/<cycle_id>/<name>.json`, replaced atomically."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fire_risk_assets.adapters.atomic_file import write_whole
from fire_risk_assets.adapters.write_errors import unwritable
from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.names import checked_identifier, checked_name
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import StoreBroken


@dataclass(frozen=True, slots=True)
class FileReferences:
    """Implements `ports.References` under one folder."""

    folder: Path

    def path_of(self, model: str, cycle_id: str, name: str) -> Path:
        """Return where a document lies; every part is checked against its grammar."""
        model = checked_name(model, what="model")
        cycle_id = checked_identifier(cycle_id, what="cycle id")
        return self.folder / model / cycle_id / f"{checked_name(name, what='reference')}.json"

    def save(self, model: str, cycle_id: str, name: str, document: Mapping[str, Any]) -> None:
        """Store a JSON document, whole or not at all."""
        text = json.dumps(document, indent=1, sort_keys=True, allow_nan=False)
        write_whole(self.path_of(model, cycle_id, name), text, home=self.folder.parent)

    def load(self, model: str, cycle_id: str, name: str) -> dict[str, Any] | None:
        """Return the document, None when there is none."""
        path = self.path_of(model, cycle_id, name)
        try:
            document = json.loads(path.read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as cause:
            said = f"The reference {path} cannot be read"
            broken = StoreBroken(as_sentence(f"{said}: {cause}"))
            raise disk_fact(cause, said) or broken from cause
        if not isinstance(document, dict):
            raise StoreBroken(f"The reference {path} holds no document, but {document!r:.80}.")
        return document

    def forget(self, model: str, cycle_id: str, name: str) -> None:
        """Remove a document, if it is there."""
        path = self.path_of(model, cycle_id, name)
        try:
            path.unlink(missing_ok=True)
        except OSError as cause:
            raise unwritable(path, cause, home=self.folder.parent) from cause

    def find(self, model: str, prefix: str) -> list[tuple[str, str]]:
        """Return (cycle_id, name) of a model's documents whose name begins so."""
        pattern = f"{checked_name(model)}/*/{checked_name(prefix)}*.json"
        return [(path.parent.name, path.stem) for path in sorted(self.folder.glob(pattern))]
