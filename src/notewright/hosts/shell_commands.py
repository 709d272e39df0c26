"""Commands that make sites: `build` and `serve`, and for other shells than MkDocs `stage`."""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from notewright.configuration import CONFIG_FILE, find_root
from notewright.errors import EngineError
from notewright.files import refuse_links
from notewright.hosts.parsers import Parser
from notewright.hosts.shells.stage import staged, write_stage
from notewright.libraries import needs
from notewright.settings import Settings

PROGRAMS = {
    "mkdocs": "mkdocs-material",
    "properdocs": "properdocs mkdocs-materialx",
    "zensical": "zensical",
}
"""Programs that can serve a stage, and what installs them."""

NAMES = ("stage", "build", "serve")
"""The names of these commands."""


def add_commands(parser: Parser) -> None:
    """Add these commands to the command line."""
    staging = parser.add_command(
        "stage",
        "prepare notes for another site generator",
        "notewright stage ../stage",
        "cd ../stage && zensical build -f zensical.yml",
    )
    staging.add_argument("folder", metavar="DIR", type=Path, help="empty or new folder")
    staging.set_defaults(standalone=_stage)
    building = parser.add_command(
        "build",
        "build the site",
        "notewright build --strict",
        "notewright build -d /tmp/site",
    )
    building.add_argument(
        "-d",
        "--site-dir",
        type=Path,
        metavar="DIR",
        help="folder for the site (default: `site_dir` in mkdocs.yml)",
    )
    building.add_argument("-s", "--strict", action="store_true", help="fail on any warning")
    building.add_argument("-q", "--quiet", action="store_true", help="print only errors")
    building.set_defaults(standalone=_build)
    serving = parser.add_command(
        "serve",
        "preview the site and update it as you save",
        "notewright serve --open",
        "notewright serve --generator zensical",
        "notewright serve --generator properdocs -a localhost:8001",
    )
    serving.add_argument(
        "--generator", choices=PROGRAMS, help="site generator to use instead of MkDocs"
    )
    serving.add_argument(
        "-a", "--dev-addr", metavar="IP:PORT", help="address to listen on (default: localhost:8000)"
    )
    serving.add_argument("-o", "--open", action="store_true", help="open the site in a browser")
    serving.set_defaults(standalone=_serve)


def _build(options: argparse.Namespace) -> int:
    """Have MkDocs make the site."""
    words = [*(["--strict"] if options.strict else []), *(["--quiet"] if options.quiet else [])]
    if options.site_dir is not None:
        words += ["--site-dir", str(options.site_dir.absolute())]
    return _have_mkdocs("build", options.project, words)


def _have_mkdocs(command: str, project: Path | None, words: Sequence[str]) -> int:
    """Run a command of MkDocs; returns its status."""
    file = configuration(project)
    with needs("site", f"`{command}`"):
        from notewright.hosts.mkdocs.commands import run
    return run(command, file, words)


def configuration(project: Path | None) -> Path:
    """The configuration of a project, by a folder in it; None for the working directory.

    Raises:
        EngineError: If there is none.
    """
    file = find_root(project or Path.cwd()) / CONFIG_FILE
    if not file.is_file():
        raise EngineError(
            f"no {file} found. Change to the project folder, or run `notewright init`"
        )
    return file


def _serve(options: argparse.Namespace) -> int:
    """Have MkDocs serve the site, or another program a stage of it."""
    if options.generator is not None:
        return _serve_stage(options)
    words = ["--livereload", *(["--open"] if options.open else [])]
    if options.dev_addr:
        words += ["--dev-addr", options.dev_addr]
    return _have_mkdocs("serve", options.project, words)


def _serve_stage(options: argparse.Namespace) -> int:
    """Stage, start the program, and stage again after each save."""
    file = configuration(options.project)
    folder = Settings.load(file.parent).state_dir / "stage"
    if find_spec(options.generator) is None:
        install = f"Run `pip install {PROGRAMS[options.generator]}`"
        raise EngineError(f"{options.generator} is not installed. {install}")
    with needs("site", "a stage"):
        from notewright.hosts.mkdocs.articles import project
        from notewright.hosts.mkdocs.restaging import restage
    tell()
    address = options.dev_addr or "localhost:8000"
    command = ["serve", "-f", f"{options.generator}.yml", "-a", address]
    command += ["--open"] if options.open else []
    with project(file) as found:
        refuse_links(folder.parent)
        write_stage(folder, found.given())
        words = [sys.executable, "-m", options.generator, *command]
        with subprocess.Popen(words, cwd=folder) as program:
            try:
                restage(found, folder, program)
            except KeyboardInterrupt:  # that is how it ends
                return 0
            finally:
                program.terminate()
    return program.returncode


def _stage(options: argparse.Namespace) -> int:
    """Write a stage, or bring one up to date."""
    file = configuration(options.project)
    folder: Path = options.folder.absolute()
    settings = Settings.load(file.parent)
    if settings.docs_dir.is_relative_to(folder) or folder.is_relative_to(settings.docs_dir):
        raise EngineError(
            f"{folder} must not contain the vault or be inside it. Choose a separate folder"
        )
    staged(folder)  # refuses another folder before all notes are looked at
    with needs("site", "a stage"):
        from notewright.hosts.mkdocs.articles import project
    tell()
    with project(file) as found:
        change = write_stage(folder, found.given())
    counted = f"{len(change.made)} written, {len(change.gone)} removed"
    print(f"notewright: {change.pages} pages staged; files: {counted}")
    return 0


def tell(least: int = logging.INFO) -> None:
    """Have MkDocs tell what it tells in a build.

    Args:
        least: The level below which nothing is told. All is logged: a page is kept for the next
            build only where it is known that nothing was to be said of it.
    """
    log = logging.getLogger("mkdocs")
    log.setLevel(logging.INFO)
    log.propagate = False
    told = logging.StreamHandler(sys.stderr)
    told.setLevel(least)
    told.setFormatter(logging.Formatter("%(levelname)-8s-  %(message)s"))
    log.addHandler(told)
    logging.getLogger("watchdog").addHandler(logging.NullHandler())  # it tells of its own end
