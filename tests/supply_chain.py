"""What the program is made of: known holes in it, and a list of all of it (SBOM, in CycloneDX's form).

    make audit, or python -m tests.supply_chain [--sbom FILE]

Holes are looked up on the web. Where that cannot be done it is said, and is no failure: the list is written
in any case.
"""

import argparse
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot5
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
_PATIENCE = 120


def pins(lock: Path = LOCK) -> dict[str, str]:
    """Every package that is installed, with its version."""
    lines = (line.split("==") for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    return {name: version for name, version in lines if not name.startswith("#")}


def bill_of_materials(pinned: dict[str, str]) -> str:
    """The packages as CycloneDX JSON."""
    bom = Bom()
    program = Component(
        name="onrecord",
        version=metadata.version("onrecord"),
        type=ComponentType.APPLICATION,
        bom_ref="onrecord",
    )
    bom.metadata.component = program
    urls = {name: PackageURL("pypi", None, name, version) for name, version in pinned.items()}
    parts = [
        Component(
            name=name, version=pinned[name], type=ComponentType.LIBRARY, purl=url, bom_ref=str(url)
        )
        for name, url in urls.items()
    ]  # fmt: skip
    bom.components.update(parts)
    bom.register_dependency(program, parts)
    return JsonV1Dot5(bom).output_as_string(indent=1)


def known_holes(lock: Path = LOCK) -> tuple[list[str], int]:
    """The holes that are known in what is pinned, and how many packages could not be looked up."""
    program = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    try:
        ended = subprocess.run(
            [*program, "--timeout", "10", "-f", "json", "-r", str(lock)],
            capture_output=True, text=True, timeout=_PATIENCE, check=False,
        )  # fmt: skip
        packages = json.loads(ended.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return [], len(pins(lock))
    holes = [
        f"{package['name']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in packages
        for hole in package.get("vulns", ())
    ]
    return holes, sum("skip_reason" in package for package in packages)


def main() -> int:
    """Write the list, and print what is known; 1 where holes are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sbom", type=Path, default=ROOT / "build" / "sbom.json")
    chosen = parser.parse_args()
    pinned = pins()
    chosen.sbom.parent.mkdir(parents=True, exist_ok=True)
    chosen.sbom.write_text(bill_of_materials(pinned), encoding="utf-8")
    holes, unknown = known_holes()
    for hole in holes:
        print(hole)
    print(f"{len(pinned) - unknown} of {len(pinned)} packages looked up, {len(holes)} known holes.")
    if unknown:
        print(f"{unknown} could not be looked up: is there a network?")
    print(f"The list of all packages is in {chosen.sbom}.")
    return int(bool(holes))


if __name__ == "__main__":
    sys.exit(main())
