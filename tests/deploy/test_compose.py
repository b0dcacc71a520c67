"""The Compose file: what each service may do, and that it asks for what exists."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.commands import assert_command
from tests.deploy.test_image import last

pytestmark = pytest.mark.slow

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("bot", "ingest", "page")


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_may_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
    assert service["pids_limit"]
    assert service["logging"]["options"]["max-size"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_runs_as_the_image_s_user_and_waits_for_the_vectors(name: str) -> None:
    assert SERVICES[name]["user"] == last("USER")
    assert SERVICES[name]["depends_on"] == {"chroma": {"condition": "service_healthy"}}
    assert "record:/var/lib/onrecord" in SERVICES[name]["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_each_command_exists(name: str) -> None:
    assert_command(SERVICES[name]["command"])
    check = SERVICES[name].get("healthcheck", {}).get("test")
    if check:
        assert check[:2] == ["CMD", "onrecord"]
        assert_command(check[2:])


def test_the_vector_server_is_reached_by_ours_alone() -> None:
    chroma = SERVICES["chroma"]
    assert "ports" not in chroma
    assert chroma["networks"] == ["vectors"]
    assert COMPOSE["networks"]["vectors"]["internal"] is True
    assert "healthcheck" in chroma


def test_the_vector_server_is_of_the_version_that_its_client_is_of() -> None:
    pinned = re.search(r"^chromadb==(.+)$", (DEPLOY.parent / "requirements.lock").read_text(), re.MULTILINE)
    assert pinned
    assert SERVICES["chroma"]["image"].endswith(f"chromadb/chroma:{pinned[1]}")


def test_no_port_is_open_to_others() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_secrets_come_from_files_and_only_to_whom_they_are_for() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"TOKEN|SECRET|KEY|PASSWORD", variable):
                assert variable.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in service["secrets"]
        if name not in ("bot", "page"):
            assert "secrets" not in service
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


def test_docker_compose_reads_it() -> None:
    if not shutil.which("docker"):
        pytest.skip("docker is not installed")
    command = ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
    version = subprocess.run([*command[:2], "version"], capture_output=True, check=False)
    if version.returncode:
        pytest.skip("docker has no compose")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
