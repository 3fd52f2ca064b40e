"""Where the files of model versions lie, one or all at once, and whether they are there at all.

What they hold is looked at in `artifact_manifest.py`, once they are copied.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import ParseResult, unquote, urlparse

from fire_risk_assets.adapters.artifact_manifest import MODEL_FILE, PROOF_FILE
from fire_risk_assets.adapters.mlflow_facts import mlflow_facts
from fire_risk_assets.errors import ArtifactMismatch

NEEDED = ("MLmodel", MODEL_FILE, PROOF_FILE)
"""Without one of these nothing is loaded."""
_LOGGED = "models:/m-"
_PAGE = 1_000


def place_of(source: str, tracking_uri: str) -> ParseResult:
    """Return the address of the files of a version.

    Raises:
        ArtifactMismatch: the tracking store does not know it.
        RegistryUnavailable: it does not answer.
    """
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    if source.startswith(_LOGGED):
        client = MlflowClient(tracking_uri=tracking_uri)
        with mlflow_facts(f"looking {source} up"):
            try:
                found = client.get_logged_model(source.removeprefix("models:/"))
            except MlflowException as cause:
                if cause.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                raise ArtifactMismatch(f"{source} is not in the tracking store.") from cause
        source = found.artifact_location
    return urlparse(source)


def local_folder(place: ParseResult) -> Path | None:
    """Return the folder of an address on this host's disks, None for any other."""
    return Path(unquote(place.path)) if place.scheme in ("", "file") else None


def missing_files(sources: Sequence[str], tracking_uri: str) -> dict[str, tuple[str, ...]]:
    """Return which artifacts lack one of `NEEDED`; see `ports.Vault.missing`."""
    places = _logged_models(tracking_uri) if sources else {}
    found = {source: _lacking(source, places, tracking_uri) for source in sources}
    return {source: names for source, names in found.items() if names}


def _logged_models(tracking_uri: str) -> dict[str, str]:
    """Return the address of every logged model: asked one by one they would take minutes."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=tracking_uri)
    with mlflow_facts("looking the models up"):
        experiments = [each.experiment_id for each in client.search_experiments()]
        found: dict[str, str] = {}
        token = None
        while experiments and (token is None or token):
            page = client.search_logged_models(experiments, max_results=_PAGE, page_token=token)
            found |= {f"models:/{each.model_id}": each.artifact_location for each in page}
            token = page.token or ""
    return found


def _lacking(source: str, places: Mapping[str, str], tracking_uri: str) -> tuple[str, ...]:
    address = places.get(source)
    if address is None and source.startswith(_LOGGED):
        return NEEDED
    place = urlparse(address or source)
    folder = local_folder(place)
    if folder is not None:
        return tuple(name for name in NEEDED if not (folder / name).is_file())
    from mlflow.artifacts import list_artifacts

    with mlflow_facts(f"listing the files of {source}"):
        listed = list_artifacts(artifact_uri=place.geturl(), tracking_uri=tracking_uri)
    there = {each.path.rpartition("/")[2] for each in listed}
    return tuple(name for name in NEEDED if name not in there)
