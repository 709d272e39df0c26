"""Styles of the theme: their selectors say whom they mean, and mean the same."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from mkdocs.config import load_config
from mkdocs.structure.files import Files
from projects import ProjectDir

from notewright.hosts.mkdocs.theme_styles import eased


def _sheet() -> str:
    folder = resources.files("material").joinpath("templates/assets/stylesheets")
    (found,) = (each for each in folder.iterdir() if re.fullmatch(r"main\..+\.css", each.name))
    return found.read_text("utf-8")


def test_no_selector_of_the_theme_looks_at_all_that_stands_beside() -> None:
    """A release of Material that writes them in another way is noticed here."""
    before, after = _sheet(), eased(_sheet())
    assert ".tabbed-labels>:" in before and "table:not([class])+*" in before
    for broad in (".tabbed-labels>:", ".tabbed-content>:", "table:not([class])+*"):
        assert broad not in after
    assert after.count("{") == before.count("{")


def test_a_site_has_the_eased_sheet_once(tmp_path: Path) -> None:
    """Under Material's own name, which its templates ask for."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "font": False})
    project.write({"docs/index.md": "# One\n\nText.\n"})
    assert project.build().status == 0
    (sheet,) = (tmp_path / "site/assets/stylesheets").glob("main.*.css")
    assert sheet.read_text("utf-8") == eased(_sheet())
    assert sheet.name in (tmp_path / "site/index.html").read_text("utf-8")


def test_a_sheet_of_the_owner_stays(tmp_path: Path) -> None:
    """Who puts his own in the place of Material's has it as he wrote it."""
    folder = resources.files("material").joinpath("templates/assets/stylesheets")
    (name,) = (each.name for each in folder.iterdir() if re.fullmatch(r"main\..+\.css", each.name))
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "font": False, "custom_dir": "own"})
    own = ".tabbed-labels>:first-child { color: red }\n"
    project.write({"docs/index.md": "# One\n", f"own/assets/stylesheets/{name}": own})
    assert project.build().status == 0
    assert (tmp_path / "site/assets/stylesheets" / name).read_text("utf-8") == own


def test_a_theme_gives_the_files_that_mkdocs_finds_in_it(tmp_path: Path) -> None:
    """Those of the owner's folder, too; what is hidden in it is left out either way."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "font": False, "custom_dir": ".own"})
    names = ["a.txt", ".a", "in/b.txt", "in/.c", "in/.d/e.txt", "in/f/g.css", ".h/i.txt", "j.html"]
    project.write({"docs/index.md": "# One\n", **{f".own/{name}": "." for name in names}})
    config = load_config(str(tmp_path / "mkdocs.yml"))
    found = []
    for env in (
        config.theme.get_env(),
        Environment(loader=FileSystemLoader(config.theme.dirs)),
    ):
        files = Files([])
        files.add_files_from_theme(env, config)
        found.append([(file.src_uri, file.src_dir) for file in files])
    assert found[0] == found[1]
    own = {path for path, folder in found[0] if folder == config.theme.custom_dir}
    assert own == {"a.txt", "in/b.txt", "in/f/g.css"}
