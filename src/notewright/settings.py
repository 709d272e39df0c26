"""Settings of a project, read from `mkdocs.yml` by every reader of the vault.

The site, the tests and the command line must agree on where the vault is and how its
cells run, so there is one place for it: the options of the `notewright` plugin.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

import yaml
from mergedeep import merge
from yaml_env_tag import construct_env_tag

from notewright.errors import Problem, VaultError, did_you_mean

CONFIG_FILE = "mkdocs.yml"
PLUGIN = "notewright"
STATE_DIR = ".notewright"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the vault of one project is run.

    Attributes:
        root: The project's root: the directory of `mkdocs.yml`, where cells run.
        docs_dir: The vault.
        execute: Whether cells may run. Without it, only existing records are shown.
        timeout: Time limit of a cell in seconds, unless its `timeout` option says otherwise.
        memory: Memory limit of a session in MiB, beyond what the warm parent holds.
        output: Most output that is kept of a session, in KiB.
        snippets: Directory, from the root, in which `--8<--` finds its files.
        workers: Sessions that run at the same time; 0 stands for one a processor.
    """

    root: Path
    docs_dir: Path
    execute: bool = True
    timeout: float = 30.0
    memory: int = 4096
    output: int = 1024
    snippets: str = "snippets"
    workers: int = 0

    @classmethod
    def from_options(cls, root: Path, docs_dir: Path, options: Mapping[str, Any]) -> Self:
        """Check the plugin's options and make settings of them.

        Raises:
            VaultError: If an option is unknown or of the wrong type.
        """
        settings = cls(root=root.resolve(), docs_dir=docs_dir.resolve())
        known = {field.name: getattr(settings, field.name) for field in fields(cls)}
        del known["root"], known["docs_dir"]
        for name, value in options.items():
            if name not in known:
                raise _wrong(f"unknown option `{name}` of notewright", did_you_mean(name, known))
            if not _fits(value, known[name]):
                kind = _KINDS[type(known[name])]
                raise _wrong(f"option `{name}` of notewright is {value!r}", f"Give {kind}")
        settings = replace(settings, **options)
        if os.environ.get("NOTEWRIGHT_EXECUTE") == "0":
            settings = replace(settings, execute=False)
        return settings

    @classmethod
    def load(cls, root: Path) -> Self:
        """Read the settings from `mkdocs.yml` in `root`; without the file, the defaults hold.

        Raises:
            VaultError: If the file is not YAML or an option is wrong.
        """
        path = root / CONFIG_FILE
        try:
            config = _read_config(path)
        except FileNotFoundError:
            config = {}
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            problem = Problem(CONFIG_FILE, line, f"not valid YAML: {error.problem}")
            raise VaultError(problem) from None
        except (yaml.YAMLError, ValueError) as error:  # no text, or an impossible date
            reason = str(error).partition("\n")[0]
            raise _wrong(f"not valid YAML: {reason}", "Save it as UTF-8 text") from None
        docs_dir = root / (config.get("docs_dir") or "docs")
        return cls.from_options(root, docs_dir, _own_options(config))

    @property
    def state_dir(self) -> Path:
        """Where records are kept."""
        return self.root / STATE_DIR

    @property
    def parallel(self) -> int:
        """How many sessions run at the same time."""
        if self.workers > 0:
            return self.workers
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1

    def relative(self, path: Path) -> str:
        """Name a file from the project's root, as messages do."""
        return (
            path.relative_to(self.root).as_posix()
            if path.is_relative_to(self.root)
            else (path.as_posix())
        )


def find_root(start: Path) -> Path:
    """Walk up to the directory of `mkdocs.yml`; `start` itself if there is none."""
    start = start.resolve()
    for directory in (start, *start.parents):
        if (directory / CONFIG_FILE).is_file():
            return directory
    return start


class _PlainLoader(yaml.SafeLoader):
    """YAML with `!ENV`, as MkDocs reads it; other tags, such as `!!python/name`, read as None."""


_PlainLoader.add_constructor("!ENV", construct_env_tag)
_PlainLoader.add_multi_constructor("", lambda loader, suffix, node: None)


def names_notewright(root: Path) -> bool:
    """Whether the `mkdocs.yml` of a project names the plugin."""
    try:
        config = _read_config(root / CONFIG_FILE)
    except FileNotFoundError:
        return False
    return any(name == PLUGIN for name, _ in _plugins(config))


def _read_config(path: Path) -> dict[str, Any]:
    """Read a configuration and those that it inherits from, as MkDocs merges them."""
    config = yaml.load(path.read_text("utf-8"), _PlainLoader) or {}
    if not isinstance(config, dict):
        raise _wrong("the file is not `name: value` lines", "Start with `site_name: …`")
    parent = config.pop("INHERIT", None)
    if parent is None:
        return config
    merged: dict[str, Any] = merge({}, _read_config((path.parent / str(parent)).resolve()), config)
    return merged


def _own_options(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((options or {} for name, options in _plugins(config) if name == PLUGIN), {})


def _plugins(config: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """The names of the plugins of a configuration, with their options."""
    plugins = config.get("plugins") or []
    for each in [plugins] if isinstance(plugins, dict) else plugins:
        yield from each.items() if isinstance(each, dict) else [(each, None)]


_KINDS = {
    bool: "`true` or `false`",
    int: "a whole number, 0 or above",
    float: "a number above 0",
    str: "text",
}


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if isinstance(default, int):
        return isinstance(value, int) and value >= 0
    if isinstance(default, float):
        return isinstance(value, (int, float)) and 0 < value < math.inf
    return isinstance(value, type(default))


def _wrong(message: str, remedy: str) -> VaultError:
    return VaultError(Problem(CONFIG_FILE, 1, message, remedy))
