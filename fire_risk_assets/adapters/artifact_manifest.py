"""What a model's files are, and whether they may be deserialised at all.

Looks at bytes and at the MLmodel document only; deserialises nothing.
"""

from pathlib import Path
from typing import Any

import yaml

from fire_risk_assets.core.manifest import manifest_of
from fire_risk_assets.core.models.trusted import TRUSTED_TYPES
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected

MODEL_FILE = "model.skops"
PROOF_FILE = "proof.parquet"
"""A few rows with the predictions made when the model was saved; hashed with the rest."""

PREDICTION = "__prediction"


def manifest_digest(folder: Path) -> str:
    """SHA-256 over (path, size, sha256) of every file under `folder`, in path order.

    Raises:
        ArtifactMismatch: the folder is missing or empty, or holds a symlink.
    """
    return manifest_of(files_of(folder))


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file under `folder` by its path there.

    Raises:
        ArtifactMismatch: as `manifest_digest`.
    """
    paths = sorted(folder.rglob("*"))
    if links := [path.name for path in paths if path.is_symlink()]:
        raise ArtifactMismatch(f"The artifact holds a symlink: {links[0]}.")
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths if p.is_file()}
    if not files:
        raise ArtifactMismatch(f"The artifact folder {folder} is missing or empty.")
    return files


def refuse_unsafe(folder: Path) -> Path:
    """Return the model file when the MLmodel document asks for nothing but our own format.

    pyfunc imports whatever `loader_module` names and puts `code` on the path, so the document
    alone can run code; hence an allow-list before any loader sees it.

    Raises:
        ArtifactRejected: another flavour, loader, format or type than ours.
    """
    document = _read(folder / "MLmodel")
    flavors = document.get("flavors", {})
    sklearn, pyfunc = flavors.get("sklearn", {}), flavors.get("python_function", {})
    asked = set(sklearn.get("skops_trusted_types") or ())
    findings = [
        finding
        for finding, wrong in (
            (f"flavours {sorted(flavors)}", set(flavors) != {"sklearn", "python_function"}),
            (
                f"loader {pyfunc.get('loader_module')!r}",
                pyfunc.get("loader_module") != "mlflow.sklearn",
            ),
            (
                f"format {sklearn.get('serialization_format')!r}",
                sklearn.get("serialization_format") != "skops",
            ),
            (f"code {pyfunc.get('code')!r}", bool(pyfunc.get("code") or sklearn.get("code"))),
            (
                f"model file {sklearn.get('pickled_model')!r}",
                sklearn.get("pickled_model") != MODEL_FILE
                or pyfunc.get("model_path") not in (None, MODEL_FILE),
            ),
            (f"types {sorted(asked - set(TRUSTED_TYPES))}", not asked <= set(TRUSTED_TYPES)),
        )
        if wrong
    ]
    if findings:
        raise ArtifactRejected(f"The artifact asks for {', '.join(findings)}.")
    return folder / MODEL_FILE


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as cause:
        raise ArtifactRejected(as_sentence(f"{path.name} cannot be read: {cause}")) from cause
    if not isinstance(document, dict):
        raise ArtifactRejected(f"{path.name} is not a mapping.")
    return document
