"""The configuration of a project: `mkdocs.yml`, what it inherits, and where in it a key stands."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from notewright.errors import Problem, VaultError, shown_value
from notewright.safe_yaml import NOT_YAML, PlainLoader, fits, laid_over, line_of

CONFIG_FILE = "mkdocs.yml"
PLUGIN = "notewright"


def find_root(start: Path) -> Path:
    """Walk up to the directory of `mkdocs.yml`; `start` itself if there is none."""
    start = start.resolve()
    return next((at for at in (start, *start.parents) if (at / CONFIG_FILE).is_file()), start)


def names_notewright(root: Path) -> bool:
    """Whether the `mkdocs.yml` of a project names the plugin.

    Raises:
        VaultError: If the file cannot be read.
    """
    return any(name == PLUGIN for name, _ in _plugins(read_config(root)) or ())


def read_config(root: Path) -> dict[Any, Any]:
    """Read the configuration of a project; without the file, it is empty."""
    path = root / CONFIG_FILE
    return _read_file(root, path, ()) if path.exists() else {}


def _read_file(root: Path, path: Path, heirs: tuple[Path, ...]) -> dict[Any, Any]:
    """Read a configuration and those that it inherits from, as MkDocs merges them.

    Args:
        root: The project's root, from which messages name files.
        path: The file.
        heirs: The files that inherit from it, the last one directly.
    """
    file = _name(root, path)
    try:
        config = yaml.load(path.read_text("utf-8"), PlainLoader) or {}
    except OSError as error:
        place = (
            (_name(root, heirs[-1]), line_of(heirs[-1], ["INHERIT"]) or 1) if heirs else (file, 1)
        )
        message, remedy = f"cannot read {file}: {error.strerror}", "Make it readable"
        raise VaultError(Problem(*place, message, remedy)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise VaultError(Problem(file, line, f"not valid YAML: {error.problem}")) from None
    except (yaml.YAMLError, *NOT_YAML) as error:
        message = f"not valid YAML: {str(error).partition(chr(10))[0]}"
        raise VaultError(Problem(file, 1, message, "Save it as UTF-8 text")) from None
    if not isinstance(config, dict):
        message = "the file is not `name: value` lines"
        raise VaultError(Problem(file, 1, message, "Start with `site_name: …`"))
    inherited = config.pop("INHERIT", None)
    if not inherited:
        return config
    parent = Path(os.path.normpath(path.parent / str(inherited)))
    if not fits(inherited, "") or parent in (path, *heirs):
        message = f"`INHERIT` is {shown_value(inherited)}"
        remedy = "Give another file, which does not inherit from this one"
        raise VaultError(Problem(file, line_of(path, ["INHERIT"]) or 1, message, remedy))
    return laid_over(_read_file(root, parent, (*heirs, path)), config)


def own_options(root: Path, config: Mapping[Any, Any]) -> Mapping[str, Any]:
    """The options of notewright, which are empty where it is not named."""
    plugins = _plugins(config)
    if plugins is None:
        message = f"`plugins` is {shown_value(config['plugins'])}"
        raise wrong(root, ["plugins"], message, "Give a list of names of plugins")
    options = next((options for name, options in plugins if name == PLUGIN), None)
    if options is None:
        return {}
    if not isinstance(options, dict):
        message = f"the options of notewright are {shown_value(options)}"
        raise wrong(root, ["plugins", PLUGIN], message, "Give lines of `option: value`")
    return options


def _plugins(config: Mapping[Any, Any]) -> list[tuple[Any, Any]] | None:
    """The names of the plugins of a configuration, with their options; None if it is no list."""
    plugins = config.get("plugins")
    if plugins is None:
        return []
    if not isinstance(plugins, (list, dict)):
        return None
    found: list[tuple[Any, Any]] = []
    for each in [plugins] if isinstance(plugins, dict) else plugins:
        found += each.items() if isinstance(each, dict) else [(each, None)]
    return found


def wrong(root: Path, keys: Sequence[Any], message: str, remedy: str) -> VaultError:
    """An error at the line of a key; see `place_of`."""
    return VaultError(Problem(*place_of(root, keys), message, remedy))


def place_of(root: Path, keys: Sequence[Any]) -> tuple[str, int]:
    """The file and the line of a key, in whichever of the configurations it stands.

    The key comes after those in whose values it is; a list may stand in between.
    """
    path, read = root / CONFIG_FILE, set[Path]()
    with suppress(OSError, yaml.YAMLError, *NOT_YAML):  # then the options come from elsewhere
        while path not in read:
            read.add(path)
            line = line_of(path, keys)
            if line:
                return _name(root, path), line
            config = yaml.load(path.read_text("utf-8"), PlainLoader)
            path = Path(os.path.normpath(path.parent / config["INHERIT"]))
    return CONFIG_FILE, 1


def _name(root: Path, path: Path) -> str:
    """A configuration's name from the root, as the writer would type it."""
    return Path(os.path.relpath(path, root)).as_posix()
