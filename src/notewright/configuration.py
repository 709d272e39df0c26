"""The configuration of a project: `mkdocs.yml`, what it inherits, and where in it a key stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag

from notewright.errors import Problem, VaultError, shown_value

CONFIG_FILE = "mkdocs.yml"
PLUGIN = "notewright"
ARITHMATEX = "pymdownx.arithmatex"

_MOST = 10**9  # numbers above this are a slip, and more than the system takes

_LONGEST = 1e300
"""Seconds that stand for no limit, and that can still be added to a time."""

KINDS = {
    bool: "`true` or `false`",
    int: "a whole number, 0 or above",
    float: "a number above 0",
    str: "text",
    list: "a list of names",
    dict: "`name: value` lines",
}
"""What a value has to be, in words, by the type of its default."""


class PlainLoader(yaml.SafeLoader):
    """YAML with `!ENV`, as MkDocs reads it; other tags, such as `!!python/name`, read as None."""


PlainLoader.add_constructor("!ENV", construct_env_tag)
PlainLoader.add_multi_constructor("", lambda loader, suffix, node: None)

NOT_YAML = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What PyYAML lets through beside its own errors: no text, impossible dates, `!!bool x`."""


def find_root(start: Path) -> Path:
    """Walk up to the directory of `mkdocs.yml`; `start` itself if there is none."""
    start = start.resolve()
    return next((at for at in (start, *start.parents) if (at / CONFIG_FILE).is_file()), start)


def names_notewright(root: Path) -> bool:
    """Whether the `mkdocs.yml` of a project names the plugin.

    Raises:
        VaultError: If the file cannot be read.
    """
    return PLUGIN in plugins_of(read_config(root))


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
        message, remedy = f"cannot read {file}: {error.strerror}", "Check the path and permissions"
        raise VaultError(Problem(*place, message, remedy)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise VaultError(Problem(file, line, f"not valid YAML: {error.problem}")) from None
    except (yaml.YAMLError, *NOT_YAML) as error:
        message = f"not valid YAML: {str(error).partition(chr(10))[0]}"
        raise VaultError(Problem(file, 1, message, "Save the file as UTF-8 text")) from None
    if not isinstance(config, dict):
        message = "the file contains no `name: value` lines"
        raise VaultError(Problem(file, 1, message, "Start with `site_name: …`"))
    inherited = config.pop("INHERIT", None)
    if not inherited:
        return config
    parent = Path(os.path.normpath(path.parent / str(inherited)))
    if not fits(inherited, "") or parent in (path, *heirs):
        message = f"invalid value for `INHERIT`: {shown_value(inherited)}"
        remedy = "Use a file that does not inherit from this one"
        raise VaultError(Problem(file, line_of(path, ["INHERIT"]) or 1, message, remedy))
    return laid_over(_read_file(root, parent, (*heirs, path)), config)


def own_options(root: Path, config: Mapping[Any, Any]) -> Mapping[str, Any]:
    """The options of notewright, which are empty where it is not named."""
    plugins = _plugins(config)
    if plugins is None:
        message = f"invalid value for `plugins`: {shown_value(config['plugins'])}"
        raise wrong(root, ["plugins"], message, "Use a list of plugin names")
    options = next((options for name, options in plugins if name == PLUGIN), None)
    if options is None:
        return {}
    if not isinstance(options, dict):
        message = f"invalid options for notewright: {shown_value(options)}"
        raise wrong(root, ["plugins", PLUGIN], message, "Write them as `option: value` lines")
    return options


def plugins_of(config: Mapping[Any, Any]) -> Sequence[str]:
    """The names of the plugins of a configuration."""
    return [name for name, _ in _plugins(config) or () if isinstance(name, str)]


def extensions_of(config: Mapping[Any, Any]) -> Sequence[str]:
    """The names of the extensions of Python-Markdown of a configuration."""
    found = _with_options(config.get("markdown_extensions")) or ()
    return [name for name, _ in found if isinstance(name, str)]


def bracketed_formulas(config: Mapping[Any, Any]) -> Sequence[str]:
    """Which formulas in brackets the site has: those that its pymdownx.arithmatex reads."""
    options = dict(_with_options(config.get("markdown_extensions")) or ()).get(ARITHMATEX, False)
    if options is False:
        return ()
    named = options if isinstance(options, dict) else {}
    found = [named.get("inline_syntax", ["round"]), named.get("block_syntax", ["square", "begin"])]
    return [str(kind) for kinds in found if isinstance(kinds, list) for kind in kinds]


def theme_of(config: Mapping[Any, Any]) -> str:
    """The name of the theme of a configuration; empty if it names none that is installed."""
    theme = config.get("theme", "mkdocs")
    name = theme.get("name") if isinstance(theme, Mapping) else theme
    return name if isinstance(name, str) else ""


def _plugins(config: Mapping[Any, Any]) -> list[tuple[Any, Any]] | None:
    """The names of the plugins of a configuration, with their options; None if it is no list."""
    return _with_options(config.get("plugins"))


def _with_options(listed: Any) -> list[tuple[Any, Any]] | None:
    if listed is None:
        return []
    if not isinstance(listed, (list, dict)):
        return None
    found: list[tuple[Any, Any]] = []
    for each in [listed] if isinstance(listed, dict) else listed:
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


def line_of(path: Path, keys: Sequence[Any]) -> int:
    """The line of a configuration at which a key stands; 0 if it is not in this file.

    In a list, it may be there without a value. A tuple of keys stands for any of them.
    """
    line, value = 0, yaml.compose(path.read_text("utf-8"), PlainLoader)
    for key in keys:
        names = [str(name) for name in (key if isinstance(key, tuple) else (key,))]
        found = next((pair for pair in _pairs(value) if pair[0].value in names), None)
        if found is None:
            return 0
        line, value = found[0].start_mark.line + 1, found[1]
    return line


def _pairs(value: yaml.Node | None) -> Iterator[tuple[Any, Any]]:
    """Yield the keys of a mapping, or of a list of such, with their values."""
    for item in value.value if isinstance(value, yaml.SequenceNode) else [value]:
        if isinstance(item, yaml.MappingNode):
            yield from item.value
        elif isinstance(value, yaml.SequenceNode):
            yield item, None


def laid_over(lower: Mapping[Any, Any], upper: Mapping[Any, Any]) -> dict[Any, Any]:
    """One configuration over another: mappings are joined, and of all else the upper one counts."""
    both = dict(lower)
    for name, value in upper.items():
        below = lower.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = laid_over(below, value)
        both[name] = value
    return both


def fits(value: Any, default: Any) -> bool:
    """Whether the value of an option is of the kind of its default, and can be used."""
    if isinstance(default, (bool, list, dict)):
        return isinstance(value, type(default))
    if isinstance(value, bool):
        return False
    if isinstance(default, int):
        return isinstance(value, int) and 0 <= value <= _MOST
    if isinstance(default, float):
        return isinstance(value, (int, float)) and 0 < value <= _LONGEST
    # Each text names a folder or an address, and half of a surrogate pair is in no name.
    many = "+" if default else "*"
    return isinstance(value, str) and bool(re.fullmatch(rf"[^\0\ud800-\udfff]{many}", value))
