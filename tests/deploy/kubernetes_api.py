"""What Kubernetes' API takes, by the models of its own client (the package `kubernetes`)."""

import re
from datetime import datetime
from typing import Any

from kubernetes import client

_PLAIN: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "bool": bool,
    "int": int,
    "float": (int, float),
    "datetime": (str, datetime),
    "object": object,
}


def problems(one: dict[str, Any]) -> list[str]:
    """What is wrong with an object, a line each: fields, types and values, and what is missing."""
    group, _, version = one["apiVersion"].rpartition("/")
    prefix = f"{version[0].upper()}{version[1:]}"
    api = "CoreV1Api" if not group else f"{group.split('.')[0].capitalize()}{prefix}Api"
    verb = re.sub(r"(?<!^)(?=[A-Z])", "_", one["kind"]).lower()
    served = getattr(client, api, None)
    if not any(hasattr(served, f"create_{scope}{verb}") for scope in ("namespaced_", "")):
        return [f"{one['apiVersion']} has no {one['kind']}"]
    return list(_of_model(one, f"{prefix}{one['kind']}", one["kind"]))


def _of(value: Any, kind: str, where: str) -> list[str]:
    if inner := re.fullmatch(r"List\[(.+)\]", kind, re.IGNORECASE):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [said for n, item in enumerate(value) for said in _of(item, inner[1], f"{where}[{n}]")]
    if inner := re.fullmatch(r"Dict[\[(]str, (.+)[\])]", kind, re.IGNORECASE):
        if not isinstance(value, dict):
            return [f"{where} is no mapping"]
        return [said for key, item in value.items() for said in _of(item, inner[1], f"{where}.{key}")]
    if kind in _PLAIN:
        wrong = not isinstance(value, _PLAIN[kind]) or (kind == "int" and isinstance(value, bool))
        return [f"{where} is no {kind}: {value!r}"] if wrong else []
    return _of_model(value, kind, where)


def _of_model(value: Any, name: str, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no {name}"]
    model = getattr(client, name)
    fields = {model.attribute_map[field]: (field, kind) for field, kind in model.openapi_types.items()}
    found = [f"{where}.{key} is no field of {name}" for key in value if key not in fields]
    known = {key: one for key, one in value.items() if key in fields}
    for key, one in known.items():
        found += _of(one, fields[key][1], f"{where}.{key}")
    try:
        # The client's own checks: what must be there, and which words are known.
        model(**{fields[key][0]: one for key, one in known.items()})
    except ValueError as error:
        found.append(f"{where}: {error}")
    return found
