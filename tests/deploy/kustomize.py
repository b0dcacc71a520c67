"""What `kubectl kustomize` would make of a folder, as far as ours go; anything else in one is an error."""

from pathlib import Path
from typing import Any

import yaml

_UNDERSTOOD = {
    "apiVersion", "kind", "namespace", "labels", "resources", "configMapGenerator", "images", "replicas",
}  # fmt: skip


def built(folder: Path) -> list[dict[str, Any]]:
    """The objects of a folder and of those that it names."""
    said = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    assert set(said) <= _UNDERSTOOD, f"{folder}: {set(said) - _UNDERSTOOD}"
    objects: list[dict[str, Any]] = []
    for name in said["resources"]:
        path = folder / name
        objects.extend(built(path) if path.is_dir() else yaml.safe_load_all(path.read_text(encoding="utf-8")))
    for made in said.get("configMapGenerator", []):
        data = {name: (folder / name).read_text(encoding="utf-8") for name in made["files"]}
        objects.append(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": made["name"]}, "data": data}
        )
    for scaled in said.get("replicas", []):
        (found,) = [
            one
            for one in objects
            if one["metadata"]["name"] == scaled["name"] and "replicas" in one.get("spec", {})
        ]
        found["spec"]["replicas"] = scaled["count"]
    for image in said.get("images", []):
        for container in (c for one in objects for c in containers(one) if c["image"] == image["name"]):
            container["image"] = f"{image['newName']}:{image['newTag']}"
    return objects


def pod_of(one: dict[str, Any]) -> dict[str, Any]:
    """What an object says of its pods; nothing where it has none."""
    spec = one.get("spec", {})
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template", {})
    return dict(template.get("spec", {}))


def containers(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The containers of an object's pods."""
    return list(pod_of(one).get("containers", []))
