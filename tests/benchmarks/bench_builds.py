"""How long notewright takes beside other tools that run the same cells, and who is right.

    python tests/benchmarks/bench_builds.py [--quick] [--json FILE]

Each tool is a whole process on notes of three scikit-learn cells. The tools take turns in
each round, so that what else the machine does hits all of them alike; a ratio is the median
of the ratios of the rounds. Memory is measured in runs of its own.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import bench_content as content
from bench_processes import Ended, Server, peak_memory, run

BUILD = ("-m", "mkdocs", "build")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--markdown-docs", "docs")
STOCK = (*PYTEST, "-p", "no:notewright")
STATE = (".notewright", ".cache", "site")
SCENARIOS = ("cold", "warm", "prose edit", "cell edit", "helper edit")

PLAIN = "plain MkDocs"
STATIC = "plain, static outputs"
OURS = "notewright"
EXEC = "markdown-exec"
JUPYTER = "mkdocs-jupyter"
OUR_TESTS = "pytest, notewright"
STOCK_TESTS = "pytest-markdown-docs"


@dataclass
class Tool:
    """One tool with its project.

    Attributes:
        project: Its notes.
        command: What a reader types.
        executes: Whether it runs cells at all.
        builds: Whether it makes a site, whose pages can be looked at.
        rounds: In how many rounds it takes part.
    """

    project: content.Project
    command: Sequence[str] = BUILD
    executes: bool = True
    builds: bool = True
    rounds: int = 0


@dataclass
class Scenario:
    """What one tool did in one scenario, round by round."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)


@dataclass
class Results:
    """All that was measured.

    Attributes:
        runs: By tool and scenario.
        serve: Seconds from a save to the page, and of its build alone, by tool.
        first_edit: The same for the first edit of a `serve` that began with fresh records.
        memory: Largest sums of proportional and of resident set sizes in MiB, by tool.
        after_build: Seconds of the tests after a build, and how many cells they ran.
        after_tests: How many cells a build ran after those tests.
        judged: Whether a test run sees that the helper's edit makes each note fail, by tool.
    """

    runs: dict[str, dict[str, Scenario]] = field(default_factory=dict)
    serve: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    first_edit: list[float] = field(default_factory=list)
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)
    after_build: list[tuple[float, int]] = field(default_factory=list)
    after_tests: list[int] = field(default_factory=list)
    judged: dict[str, bool] = field(default_factory=dict)

    def scenario(self, tool: str, name: str) -> Scenario:
        """The runs of one tool in one scenario."""
        return self.runs.setdefault(tool, {}).setdefault(name, Scenario())

    def ratio(
        self, tool: str, name: str, to_tool: str, to_name: str, what: str = "seconds"
    ) -> float:
        """Median over the rounds of one time divided by another of the same round."""
        ours = getattr(self.scenario(tool, name), what)
        theirs = getattr(self.scenario(to_tool, to_name), what)
        return statistics.median(a / b for a, b in zip(ours, theirs, strict=False))


def tools(directory: Path, pairs: int, long_pairs: int, theme: str) -> dict[str, Tool]:
    """Each tool with its own copy of the notes."""

    def own(name: str) -> object:
        return {"notewright": {"workers": 2, "writable": [f"../{name}.cells"]}}

    jupyter = {"mkdocs-jupyter": {"execute": True, "allow_errors": False, "include": ["*.py"]}}

    def project(
        name: str, write: Callable[[content.Note], str], *plugins: object
    ) -> content.Project:
        suffix = ".py" if write is content.notebook else ".md"
        return content.Project(directory / name, write, plugins, suffix, theme)

    return {
        PLAIN: Tool(project("plain", content.plain), executes=False, rounds=pairs),
        OURS: Tool(project("ours", content.notewright, own("ours")), rounds=pairs),
        EXEC: Tool(project("exec", content.markdown_exec, "markdown-exec"), rounds=pairs),
        JUPYTER: Tool(project("jupyter", content.notebook, jupyter), rounds=long_pairs),
        OUR_TESTS: Tool(
            project("tests", content.notewright, own("tests")), PYTEST, builds=False, rounds=pairs
        ),
        STOCK_TESTS: Tool(
            project("stock", content.notewright), STOCK, builds=False, rounds=long_pairs
        ),
    }


def prepare(tool: Tool, name: str, value: int) -> None:
    """Bring a project into the state in which a scenario starts."""
    project = tool.project
    number = 7 % len(project.notes)
    if name == "cold":
        for each in STATE:
            shutil.rmtree(project.root / each, ignore_errors=True)
    elif name == "prose edit":
        project.edit_prose(number, value)
    elif name == "cell edit":
        project.edit_cell(number, 1009 + value)
    elif name == "helper edit":
        project.edit_helper(101 + value)


def check(tool: Tool, name: str, before: dict[int, str]) -> str:
    """Say what is wrong with what a tool shows now; empty if nothing is.

    Args:
        tool: The tool.
        name: The scenario.
        before: What the figures of its pages looked like before.
    """
    if not tool.builds:
        return ""
    wrong = tool.project.wrong_pages(executed=tool.executes)
    if wrong:
        return f"{len(wrong)} pages wrong"
    if tool.executes and name in ("cell edit", "helper edit"):
        edited = [7 % len(before)] if name == "cell edit" else list(before)
        stale = [n for n in edited if content.figure_shape(tool.project.page(n)) == before[n]]
        return f"{len(stale)} figures old" if stale else ""
    return ""


def shapes(tool: Tool) -> dict[int, str]:
    """What the figures of all pages look like."""
    notes = tool.project.notes if tool.builds and (tool.project.root / "site").exists() else []
    return {n.number: content.figure_shape(tool.project.page(n.number)) for n in notes}


def measure(tool: Tool, name: str, value: int) -> tuple[Ended, int, str]:
    """Run one tool in one scenario: how it ended, how many cells ran, and what is wrong."""
    before = shapes(tool)
    prepare(tool, name, value)
    tool.project.cells_run()
    ended = run(tool.project.root, tool.command)
    return ended, tool.project.cells_run(), check(tool, name, before)


def compare(entrants: dict[str, Tool], results: Results, say: Callable[[str], None]) -> None:
    """Run all rounds of all tools in all scenarios."""
    rounds = max(tool.rounds for tool in entrants.values())
    for turn in range(rounds):
        for name in SCENARIOS:
            order = list(entrants.items())
            for label, tool in order if turn % 2 else reversed(order):
                if turn >= tool.rounds:
                    continue
                # No value returns: a record of an earlier round must not serve a later one.
                ended, cells, wrong = measure(tool, name, 2 * turn + 1)
                scenario = results.scenario(label, name)
                scenario.seconds.append(ended.seconds)
                scenario.cpu.append(ended.cpu)
                scenario.cells.append(cells)
                scenario.wrong |= {wrong} - {""}
                say(f"round {turn + 1}: {name}: {label}: {ended.seconds:.2f} s {wrong}")


def compare_static(entrants: dict[str, Tool], results: Results) -> None:
    """Time plain MkDocs on pages that hold the outputs as static HTML, beside our warm build."""
    ours, plain = entrants[OURS].project, entrants[PLAIN].project
    static = content.Project(plain.root.with_name("static"), content.plain, theme=plain.theme)
    static.write(len(plain.notes))
    for note in static.notes:
        path = static.root / "docs" / f"note-{note.number:02}.md"
        text = content.with_outputs(ours.page(note.number), content.plain(note))
        path.write_text(text, "utf-8")
    for turn in range(entrants[OURS].rounds + 1):
        for label, project in ((STATIC, static), (f"{OURS}, again", ours)):
            ended = run(project.root, BUILD)
            if turn:  # the first run writes what later ones find
                results.scenario(label, "warm").seconds.append(ended.seconds)


def compare_serve(entrants: dict[str, Tool], results: Results, edits: int) -> None:
    """Time edits of one cell under `mkdocs serve`, from the save to the page."""
    served = {label: entrants[label].project for label in (PLAIN, OURS, EXEC)}
    with ExitStack() as stack:
        servers = {
            label: stack.enter_context(Server(project.root)) for label, project in served.items()
        }
        for label, server in servers.items():
            server.wait_for(3, [_shown(served[label], 3, label)])
        for turn in range(edits + 1):
            for label, server in servers.items():
                # At any moment of the half second in which MkDocs looks for changes once.
                time.sleep(1.0 + random.random() / 2)
                served[label].edit_cell(3, 500_000 + 2 * turn)
                seconds = server.wait_for(3, [_shown(served[label], 3, label)])
                if turn:
                    time.sleep(0.2)  # for the line that says how long the build took
                    found = (seconds, server.last_build())
                    results.serve.setdefault(label, []).append(found)
                elif label == OURS:
                    results.first_edit.append(seconds)


def _shown(project: content.Project, number: int, label: str) -> str:
    note = project.notes[number]
    if label != PLAIN:
        return project.expected(note)
    return f'<span class="mi">{note.edit}</span>'


def compare_memory(entrants: dict[str, Tool], results: Results) -> None:
    """Watch a cold build of each tool, but not of those that take minutes."""
    for label in (PLAIN, OURS, EXEC):
        prepare(entrants[label], "cold", 0)
        results.memory[label] = peak_memory(entrants[label].project.root, BUILD)
    results.memory[f"{OURS}, warm"] = peak_memory(entrants[OURS].project.root, BUILD)


def compare_orders(entrants: dict[str, Tool], results: Results, pairs: int) -> None:
    """Count the cells of tests after a build, and of a build after tests."""
    project = entrants[OUR_TESTS].project
    for turn in range(pairs):
        project.edit_helper(5001 + 4 * turn)
        run(project.root, BUILD)
        project.cells_run()
        ended = run(project.root, PYTEST)
        results.after_build.append((ended.seconds, project.cells_run()))
        project.edit_helper(5003 + 4 * turn)
        run(project.root, PYTEST)
        project.cells_run()
        run(project.root, BUILD)
        results.after_tests.append(project.cells_run())


def compare_judgements(entrants: dict[str, Tool], results: Results) -> None:
    """See whether tests fail after an edit of the helper that makes each note fail."""
    for label in (OUR_TESTS, STOCK_TESTS):
        if label not in entrants:
            continue
        tool = entrants[label]
        tool.project.edit_helper(-1)
        ended = run(tool.project.root, tool.command, check=False)
        results.judged[label] = ended.status == 1 and "AssertionError" in ended.output
        tool.project.edit_helper(101)


def time_table(results: Results) -> Iterator[str]:
    """Lines of a table of medians, in seconds."""
    yield "| tool | " + " | ".join(SCENARIOS) + " | rounds |"
    yield "|---" * (len(SCENARIOS) + 2) + "|"
    for label, scenarios in results.runs.items():
        shown = []
        for name in SCENARIOS:
            scenario = scenarios.get(name)
            if scenario is None:
                shown.append("")
                continue
            wrong = f" **wrong output**: {', '.join(scenario.wrong)}" if scenario.wrong else ""
            cells = f" ({max(scenario.cells)} cells)" if scenario.cells else ""
            shown.append(f"{statistics.median(scenario.seconds):.2f}{cells}{wrong}")
        rounds = max(len(scenario.seconds) for scenario in scenarios.values())
        yield f"| {label} | {' | '.join(shown)} | {rounds} |"


def bounds(results: Results) -> Iterator[tuple[str, str, float, float]]:
    """What issue 3 asks for: what, how it is shown, the value, and the most that it may be."""
    yield "cold / markdown-exec cold", "{:.2f}", results.ratio(OURS, "cold", EXEC, "cold"), 0.8
    yield "warm / plain MkDocs", "{:.2f}", results.ratio(OURS, "warm", PLAIN, "warm"), 1.2
    prose = results.ratio(OURS, "prose edit", PLAIN, "prose edit")
    yield "prose edit / plain MkDocs", "{:.2f}", prose, 1.2
    yield "one cell's edit / cold", "{:.2f}", results.ratio(OURS, "cell edit", OURS, "cold"), 0.7
    cold = statistics.median(results.scenario(OURS, "cold").seconds)
    save_to_page = statistics.median(seconds for seconds, _ in results.serve[OURS])
    yield "one cell's edit under serve, save to page / cold", "{:.2f}", save_to_page / cold, 0.25
    yield "memory of a cold build, two sessions (MiB)", "{:.0f}", results.memory[OURS][0], 400
    cells = max(cells for _, cells in results.after_build)
    yield "cells run by tests after a build", "{:.0f}", cells, 0
    wrong = sum(len(scenario.wrong) for scenario in results.runs[OURS].values())
    yield "scenarios with wrong output", "{:.0f}", wrong, 0


def report(results: Results) -> Iterator[str]:
    """Lines of the whole report, in Markdown."""
    yield from time_table(results)
    yield ""
    yield "| bound | measured | at most | |"
    yield "|---|---|---|---|"
    for what, form, value, most in bounds(results):
        met = "met" if value <= most else "**not met**"
        yield f"| {what} | {form.format(value)} | {most:g} | {met} |"
    yield ""
    yield "| beside the bounds | |"
    yield "|---|---|"
    # On a busy machine a second core is not there: what is left is the work itself.
    for what, name, tool in (("cold", "cold", EXEC), ("warm", "warm", PLAIN)):
        work = results.ratio(OURS, name, tool, name, "cpu")
        yield f"| {what}: processor time / that of {tool} | {work:.2f} |"
    again = f"{OURS}, again"
    static = results.ratio(again, "warm", STATIC, "warm")
    yield f"| warm / plain MkDocs with the outputs as static HTML | {static:.2f} |"
    for label, edits in results.serve.items():
        page = statistics.median(seconds for seconds, _ in edits)
        build = statistics.median(seconds for _, seconds in edits)
        yield f"| serve: {label}: one cell's edit, save to page | {page:.2f} s |"
        yield f"| serve: {label}: the build in it | {build:.2f} s |"
    first = statistics.median(results.first_edit)
    yield f"| serve: first edit after a start with fresh records | {first:.2f} s |"
    for label, (pss, rss) in results.memory.items():
        yield f"| memory: {label}: peak PSS (RSS) of the process tree | {pss:.0f} ({rss:.0f}) MiB |"
    seconds = statistics.median(seconds for seconds, _ in results.after_build)
    yield f"| tests after a build | {seconds:.2f} s |"
    yield f"| cells run by a build after the tests | {max(results.after_tests)} |"
    for label, right in results.judged.items():
        verdict = "yes" if right else "no: **wrong**"
        yield f"| {label}: tests fail after the helper breaks the notes | {verdict} |"


def versions() -> str:
    """What was measured, in one line."""
    names = ("mkdocs", OURS, EXEC, JUPYTER, STOCK_TESTS, "scikit-learn", "matplotlib")
    found = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    cores = len(os.sched_getaffinity(0))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"Python {platform.python_version()}, {found}; {cores} cores, load {load}."


def main() -> None:
    """Measure, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer notes and rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all single times there")
    parser.add_argument("--notes", type=int, help="how many notes (40; quick: 10)")
    parser.add_argument("--pairs", type=int, help="rounds (5; quick: 2)")
    parser.add_argument("--long-pairs", type=int, help="rounds of slow tools (3; quick: 1)")
    parser.add_argument("--without", action="append", default=[], help="leave a tool out")
    parser.add_argument("--theme", default="mkdocs", help="of all sites (mkdocs)")
    parser.add_argument("--engine", type=Path, help="directory of the notewright to measure")
    options = parser.parse_args()
    notes = options.notes or (10 if options.quick else 40)
    pairs = options.pairs or (2 if options.quick else 5)
    long_pairs = options.long_pairs or (1 if options.quick else 3)
    if options.engine:
        os.environ["BENCH_ENGINE"] = str(options.engine.resolve())

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    results = Results()
    with tempfile.TemporaryDirectory(prefix="notewright-bench-") as directory:
        entrants = tools(Path(directory), pairs, long_pairs, options.theme)
        entrants = {label: each for label, each in entrants.items() if label not in options.without}
        for tool in entrants.values():
            tool.project.write(notes)
        for label in (PLAIN, OURS, EXEC):  # what is imported is compiled, and its files are cached
            run(entrants[label].project.root, BUILD)
        compare(entrants, results, say)
        say("static outputs")
        compare_static(entrants, results)
        say("memory")
        compare_memory(entrants, results)
        say("serve")
        compare_serve(entrants, results, 3 if options.quick else 8)
        say("tests and builds in turn")
        compare_orders(entrants, results, 1 if options.quick else 3)
        compare_judgements(entrants, results)
    print(f"{notes} notes of 3 cells, theme {options.theme}. {versions()}\n")
    print("\n".join(report(results)))
    if options.json:
        plain = asdict(results)
        for scenarios in plain["runs"].values():
            for scenario in scenarios.values():
                scenario["wrong"] = sorted(scenario["wrong"])
        options.json.write_text(json.dumps(plain, indent=1), "utf-8")


if __name__ == "__main__":
    main()
