"""What hatchling adds to the package: its addresses, and an SBOM in the wheel (PEP 770).

The addresses come from the environment, as in mkdocs.yml: REPO_URL, where the code is, and
SITE_URL, where the site is published.
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SCHEMA = "http://cyclonedx.org/schema/bom-1.7.schema.json"


def document(
    name: str,
    version: str,
    licence: str,
    needed: Sequence[str],
    extras: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Make an SBOM, as CycloneDX, of a package that ships no code of others.

    The same package gives the same document: it has no time, and its number follows from the name.

    Args:
        name: The name of the package.
        version: Its version.
        licence: The identifier of its licence, by SPDX.
        needed: Requirements without which it cannot run.
        extras: Further requirements, by the name of the extra.
    """
    purl = f"pkg:pypi/{name}@{version}"
    components = [_component(Requirement(line), "required") for line in needed]
    components += [
        _component(Requirement(line), "optional", extra)
        for extra, lines in sorted(extras.items())
        for line in lines
    ]
    return {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, purl)}",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "licenses": [{"license": {"id": licence}}],
                "purl": purl,
            },
        },
        "components": components,
        "dependencies": [
            {
                "ref": purl,
                "dependsOn": [
                    each["bom-ref"] for each in components if each["scope"] == "required"
                ],
            }
        ],
    }


def _component(asked: Requirement, scope: str, extra: str = "") -> dict[str, Any]:
    """A package that is installed along with the wheel, and is not part of it."""
    name = canonicalize_name(asked.name)
    purl = f"pkg:pypi/{name}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"{purl}#{extra}" if extra else purl,
        "name": name,
        "scope": scope,
        "isExternal": True,
        "purl": purl,
    }
    if asked.specifier:
        found["versionRange"] = "vers:pypi/" + "|".join(
            each.version if each.operator == "==" else str(each)
            for each in sorted(asked.specifier, key=lambda each: each.version)
        )
    if extra:
        found["properties"] = [{"name": "python:extra", "value": extra}]
    return found


def addresses(repository: str, site: str) -> dict[str, str]:
    """The addresses of a project by their labels, without those that are unknown.

    Args:
        repository: The home page of the repository.
        site: Where the site is published.
    """
    found = {}
    if site := site.rstrip("/"):
        found |= {"Documentation": f"{site}/engine/", "Changelog": f"{site}/engine/changelog/"}
    if repository := repository.rstrip("/"):
        found |= {"Source": repository, "Issues": f"{repository}/issues"}
    return found


class AddressHook(MetadataHookInterface):
    """Fills in `project.urls`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the addresses that the environment names."""
        named = (os.environ.get(name, "") for name in ("REPO_URL", "SITE_URL"))
        metadata["urls"] = addresses(*named)


class SbomHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the SBOM into each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the document, and name it to the builder."""
        if version == "editable":
            return
        said = self.metadata.core
        made = document(
            said.name,
            self.metadata.version,
            said.license_expression,
            said.dependencies,
            said.optional_dependencies,
        )
        self._directory = tempfile.TemporaryDirectory()
        path = Path(self._directory.name, f"{said.name}.cdx.json")
        path.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
        build_data["sbom_files"].append(str(path))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the file again."""
        if version != "editable":
            self._directory.cleanup()
