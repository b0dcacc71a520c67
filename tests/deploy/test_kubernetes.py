"""The files for Kubernetes: what its API takes, what each part may do, and that it asks for what exists."""

import re
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.secret_files import read_secrets
from bot.settings import SETTINGS
from tests.deploy.commands import assert_command
from tests.deploy.kubernetes_api import problems
from tests.deploy.kustomize import built, containers, pod_of
from tests.deploy.test_compose import SERVICES
from tests.deploy.test_image import last

pytestmark = pytest.mark.slow

KUBERNETES = Path(__file__).parents[2] / "deploy" / "kubernetes"
OVERLAYS = ("trial", "production")
OBJECTS: dict[str, list[dict[str, Any]]] = {name: built(KUBERNETES / "overlays" / name) for name in OVERLAYS}
TRIAL = OBJECTS["trial"]
PODS = [one for one in TRIAL if pod_of(one)]
OURS = ("bot", "page", "ingest")


def named(kind: str, name: str, objects: list[dict[str, Any]] = TRIAL) -> dict[str, Any]:
    (found,) = [one for one in objects if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return found


def title(one: dict[str, Any]) -> str:
    return f"{one['kind']} {one['metadata']['name']}"


@pytest.mark.parametrize("one", [one for objects in OBJECTS.values() for one in objects], ids=title)
def test_the_api_takes_each_object(one: dict[str, Any]) -> None:
    assert problems(one) == []


def test_the_check_by_the_api_finds_what_is_wrong() -> None:
    bot = named("Deployment", "bot")
    for change, said in {
        "misspelt": lambda d: d["spec"].update(replica=2),
        "of another type": lambda d: d["spec"].update(replicas="two"),
        "deep": lambda d: d["spec"]["template"]["spec"]["containers"][0]["env"].append({"value": "no name"}),
        "a version that is gone": lambda d: d.update(apiVersion="apps/v1beta1"),
    }.items():
        changed = deepcopy(bot)
        said(changed)
        assert problems(changed), change
    assert problems(bot) == []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kustomize_makes_of_it_what_these_tests_read(overlay: str) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not installed")
    command = ["kubectl", "kustomize", str(KUBERNETES / "overlays" / overlay)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    made = {title(one): one for one in yaml.safe_load_all(ended.stdout)}
    read = {title(one): one for one in OBJECTS[overlay]}
    # A hash stands after a generated map's name.
    hashed = next(name for name in made if name.startswith("ConfigMap onrecord-"))
    assert set(made) - {hashed} == set(read) - {"ConfigMap onrecord"}
    for name in set(read) - {"ConfigMap onrecord"}:
        assert made[name]["kind"] == "Namespace" or made[name]["metadata"]["namespace"] == "onrecord"
        ours, theirs = (
            [{**c, "image": c["image"]} for c in containers(one)] for one in (read[name], made[name])
        )
        assert ours == theirs
        assert read[name].get("spec", {}).get("replicas") == made[name].get("spec", {}).get("replicas")


@pytest.mark.parametrize("one", PODS, ids=title)
def test_no_part_may_more_than_it_must(one: dict[str, Any]) -> None:
    pod = pod_of(one)
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(one):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert all(set(container["resources"][kind]) == {"cpu", "memory"} for kind in ("requests", "limits"))
        assert re.search(r":[0-9][0-9.]*$", container["image"]), "the image is not pinned"
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        own = {claim["metadata"]["name"] for claim in one["spec"].get("volumeClaimTemplates", [])}
        assert mounted == {volume["name"] for volume in pod["volumes"]} | own


@pytest.mark.parametrize("one", [one for one in PODS if one["kind"] != "CronJob"], ids=title)
def test_what_runs_on_says_when_it_is_ready_and_when_it_hangs(one: dict[str, Any]) -> None:
    for container in containers(one):
        ports = {port["name"] for port in container["ports"]}
        for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
            asked = container[probe].get("httpGet") or container[probe].get("tcpSocket")
            assert asked is None or asked["port"] in ports
            command = container[probe].get("exec", {}).get("command", [])
            if command[:1] == ["onrecord"]:
                assert_command(command[1:])
        # Away servers make a part unready, and are no reason to start it anew.
        assert "exec" not in container["livenessProbe"]


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_runs_the_image_as_its_user_with_commands_and_variables_that_exist(name: str) -> None:
    (one,) = [one for one in PODS if one["metadata"]["name"] == name]
    (container,) = containers(one)
    context = pod_of(one)["securityContext"]
    assert f"{context['runAsUser']}:{context['runAsGroup']}" == last("USER")
    assert container["image"] == "registry.example/onrecord:0.1.0"
    assert_command(container["args"])
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    for variable in container["env"]:
        setting = variable["name"].removeprefix("ONRECORD_").removesuffix("_FILE").lower()
        if variable["name"].startswith("ONRECORD_") and not setting.startswith(("config", "serve_")):
            assert setting in SETTINGS
        if variable["name"].endswith("_FILE"):
            assert str(Path(variable["value"]).parent) in mounts


def test_secrets_come_from_files_of_secrets_that_are_named_only(tmp_path: Path) -> None:
    for one in TRIAL:
        assert one["kind"] != "Secret"
        for container in containers(one):
            files = [v["name"] for v in container.get("env", []) if v["name"].endswith("_FILE")]
            secret = [
                v["name"] for v in container.get("env", []) if re.search("TOKEN|PASSWORD|CATALOG", v["name"])
            ]
            assert set(secret) <= set(files)
    # And are read by the program from there.
    (tmp_path / "address").write_text("postgresql://onrecord@postgresql/onrecord\n")
    environment = {"ONRECORD_CATALOG_FILE": str(tmp_path / "address")}
    read_secrets(environment)
    assert environment == {"ONRECORD_CATALOG": "postgresql://onrecord@postgresql/onrecord"}


def test_one_writer_at_a_time_and_one_chroma() -> None:
    ingest = named("CronJob", "ingest")["spec"]
    assert (ingest["concurrencyPolicy"], ingest["jobTemplate"]["spec"]["backoffLimit"]) == ("Forbid", 0)
    assert named("StatefulSet", "chroma")["spec"]["replicas"] == 1
    counts = [named("Deployment", "bot", OBJECTS[name])["spec"]["replicas"] for name in OVERLAYS]
    assert counts == [1, 3]


def test_the_vector_server_is_of_the_version_that_compose_runs_and_is_reached_by_ours_alone() -> None:
    (container,) = containers(named("StatefulSet", "chroma"))
    assert container["image"] == SERVICES["chroma"]["image"]
    policy = named("NetworkPolicy", "chroma")["spec"]
    (rule,) = policy["ingress"]
    assert rule["from"][0]["podSelector"]["matchExpressions"][0]["values"] == list(OURS)
    assert named("NetworkPolicy", "nothing-else")["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }


def test_what_selects_pods_selects_some() -> None:
    labels = {
        one["spec"]
        .get("jobTemplate", {})
        .get("spec", one["spec"])["template"]["metadata"]["labels"]["app.kubernetes.io/name"]
        for one in PODS
    }
    for one in TRIAL:
        said = yaml.safe_dump(one)
        for name in re.findall(r"app\.kubernetes\.io/name: (\S+)", said):
            assert name in labels
