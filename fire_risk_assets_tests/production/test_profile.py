"""What lies in profiles/production, as far as it can be checked without a container engine."""

import re
import subprocess
import sys

import pytest
import yaml

from fire_risk_assets.settings import Settings, read_settings
from fire_risk_assets_tests.production.houses import PROFILE

README = (PROFILE / "README.md").read_text(encoding="utf-8")
TEXT = (PROFILE / "compose.yaml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
KEYS = {
    *("image", "build", "command", "restart", "stop_grace_period", "hostname"),
    *("volumes", "environment", "ports", "depends_on", "healthcheck"),
}
"""Of compose's services, those used here."""
ONCE = ("home",)
SECRET = re.compile(r"PASSWORD|SECRET|_KEY|URI")


def test_compose_uses_what_compose_knows():
    assert set(COMPOSE) - {"name", "services", "volumes"} == {"x-code"}
    assert set(SERVICES) == {"postgres", "mlflow", "home", "code", "webserver", "daemon"}
    for name, service in SERVICES.items():
        assert set(service) <= KEYS, name
        for other, asked in service.get("depends_on", {}).items():
            completes = asked["condition"] == "service_completed_successfully"
            assert completes is (other in ONCE), (name, other)
            assert completes or "healthcheck" in SERVICES[other], (name, other)


def test_images_are_pinned_and_servers_watched():
    for name, service in SERVICES.items():
        assert re.fullmatch(r"[\w./-]+:\d[\w.-]+", service["image"]), name
        assert ("healthcheck" in service) is (name not in ONCE), name
        assert service["restart"] == ("no" if name in ONCE else "unless-stopped"), name
    assert [name for name, service in SERVICES.items() if "build" in service] == ["code"]
    docker = (PROFILE / "Dockerfile").read_text()
    assert re.search(r"^FROM python:3\.11\.\d+-\w+", docker, re.MULTILINE)
    assert "--require-hashes -r constraints.txt" in docker
    assert re.search(r"^USER fire_risk$", docker, re.MULTILINE)


def test_on_the_host_every_port_is_on_loopback__s8_s9():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_volumes_are_named_or_files_of_the_profile():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = (PROFILE / source).is_file() if source[0] == "." else True
            assert there and (source[0] == "." or source in COMPOSE["volumes"]), volume


def test_no_secret_is_in_the_files_and_every_variable_is_documented__s12():
    told = {
        name: value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
    }
    for name, value in told.items():
        assert SECRET.search(name) is None or value is None or "${" in value, name
        assert re.search(r"//\w+:(?!\$\{)", value or "") is None, name
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    asked |= {name for name in told if name.startswith(("DAGSTER_", "FIRE_RISK_", "AWS_"))}
    instance = (PROFILE / "dagster.yaml").read_text()
    asked |= set(re.findall(r"env: (\w+)", instance))
    assert {name for name in asked if f"`{name}`" not in README} == set()
    assert set(re.findall(r"env: (\w+)", instance)) <= set(SERVICES["code"]["environment"])
    assert "password: { env: " in instance


def test_the_settings_file_and_the_variables_are_settings_of_ours(tmp_path, monkeypatch):
    found = read_settings(config=PROFILE / "fire_risk.toml", home=tmp_path)
    assert (found.mlflow_uri, found.lease_uri) == ("http://mlflow:5000", None)
    ours = [n for n in SERVICES["code"]["environment"] if n.startswith("FIRE_RISK_")]
    assert {name.removeprefix("FIRE_RISK_").lower() for name in ours} <= set(Settings.model_fields)


def test_mlflow_runs_no_jobs_hands_artifacts_on_and_names_its_hosts__s10():
    mlflow = SERVICES["mlflow"]
    assert mlflow["environment"]["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
    assert "--serve-artifacts" in mlflow["command"]
    assert any(word.startswith("--allowed-hosts=mlflow:5000,") for word in mlflow["command"])


@pytest.mark.slow
@pytest.mark.parametrize("service", ["code", "webserver", "daemon", "mlflow"])
def test_the_commands_are_commands_with_these_options(service):
    command = [str(word) for word in SERVICES[service]["command"]]
    script, *rest = command
    words = [word for word in rest if not word.startswith("-")][: 2 if script == "dagster" else 1]
    verbs = {"dagster": words, "mlflow": words, "dagster-daemon": words}.get(script, [])
    folder = sys.executable.rpartition("/")[0]
    asked = [f"{folder}/{script}", *verbs, "--help"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    options = {word.partition("=")[0] for word in rest if word.startswith("-")}
    assert {option for option in options if option not in said} == set()
