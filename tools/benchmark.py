"""Measure what a reader waits for, and what it costs: ``python -m tools.benchmark [--tests]``.

Prints one table: value, target, and whether the target is met. Times are medians of several runs in
fresh kernels, taken in turn; trust the ratios more than the seconds of a busy computer.

``python -m tools.benchmark explorers`` measures explorers alone, as a ratio to what the plainest
chart takes, and ends with 1 where one is too slow. ``python -m tools.benchmark cells`` tells the
share of wrong cells that something notices, those that no page shows among them.
"""

import argparse
import ast
import contextlib
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from statistics import median, quantiles

import matplotlib.pyplot as plt
import nbformat
from nbclient import NotebookClient

import casebook

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from browser.lab import Explorer, LessonPage, chromium, find_chromium, jupyterlab
from casebook.explorer import Panel, explorers
from tools.pages import NOTEBOOKS, ROOT, code, lesson_paths, load, ran, refuses

PRESSES = 20
CHART = """
import matplotlib.pyplot as plt
from casebook import show, style

style()
fig, ax = plt.subplots()
ax.bar(["a", "b", "c"], [1, 2, 3])
ax.set(title="One chart", ylabel="number")
show(fig, alt="Bars of three numbers: 1, 2 and 3.", source="nobody")
"""
# Functions, so that they leave the names of a lesson alone.
PEAK = """
def _peak():
    import resource
    from pathlib import Path

    status = Path("/proc/self/status")
    if status.exists():  # Linux: the other way also counts the program that started the kernel
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


print(_peak())
"""

# What an explorer may take, as a ratio to the plainest chart: the median of all explorers' medians,
# the median of each, and each single move.
MEDIAN, EACH, SINGLE = 0.85, 1.2, 3.0
# From the key to the new picture.
WATCH = """([cell]) => {
    window.waits = [];
    let start = null;
    const panel = document.querySelector(cell + ' .widget-vbox');
    let picture = panel.querySelector('img').src;
    panel.addEventListener('keydown', () => { start = performance.now(); }, true);
    new MutationObserver(() => {
        const now = panel.querySelector('img')?.src;
        if (!now || now === picture) return;
        picture = now;
        if (start !== null) window.waits.push(performance.now() - start);
        start = null;
    }).observe(panel, {subtree: true, childList: true, attributes: true});
}"""


def run(cells: list[str], *extra: str) -> tuple[float, list[str]]:
    """Run cells in a fresh kernel; return seconds from its start, and what ``extra`` printed."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    after = [nbformat.v4.new_code_cell(c) for c in extra]
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    start = time.perf_counter()
    with client.setup_kernel():
        for index, cell in enumerate(list(notebook.cells)):
            client.execute_cell(cell, index)
        seconds = time.perf_counter() - start
        notebook.cells += after
        for index, cell in enumerate(after, start=len(cells)):
            client.execute_cell(cell, index)
    return seconds, ["".join(o.get("text", "") for o in cell.outputs) for cell in after]


def floor_of(cells: list[str]) -> list[str]:
    """Return a notebook with the imports of another and one chart."""
    nodes = [node for cell in cells for node in ast.parse(cell).body]
    imports = [ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    return ["\n".join(imports), CHART]


def kernels(repeats: int) -> Iterator[tuple]:
    """Yield rows on time and memory of kernels, lessons and explorers."""
    lessons = {
        path.stem: [cell.source for cell in code(load(path)) if not refuses(cell)]
        for path in lesson_paths()
    }
    notebooks = {"empty": []}
    for name, cells in lessons.items():
        notebooks |= {name: cells, f"floor {name}": floor_of(cells)}
    times = {name: [] for name in notebooks}
    for turn in range(repeats + 1):
        for name, cells in notebooks.items():
            seconds, _ = run(cells)
            if turn:  # the first turn fills caches
                times[name].append(seconds)
    middle = {name: median(seconds) for name, seconds in times.items()}
    _, (peak,) = run([], PEAK)
    yield "kernel alone: start", f"{middle['empty']:.2f} s", "", True
    yield "kernel alone: peak memory", *megabytes(peak, 200)
    for name, cells in lessons.items():
        floor, ratio = middle[f"floor {name}"], middle[name] / middle[f"floor {name}"]
        _, (peak,) = run(floor_of(cells), PEAK)
        yield f"{name}: its imports and one chart", f"{floor:.2f} s", "", True
        yield f"{name}: peak memory of these", *megabytes(peak, 200)
        _, (peak,) = run(cells, PEAK)
        yield f"{name}: whole lesson", f"{middle[name]:.2f} s", "", True
        yield f"{name}: ratio to its imports and one chart", f"{ratio:.2f}", "2.0", ratio <= 2
        yield f"{name}: peak memory", *megabytes(peak, 200)


def plain_chart() -> float:
    """Return the seconds that a new figure of three bars takes, laid out and stored at 150 dpi."""
    start = time.process_time()
    fig, ax = plt.subplots(layout="constrained")
    ax.bar(["a", "b", "c"], [1, 2, 3])
    ax.set(title="One chart", ylabel="number")
    fig.savefig(io.BytesIO(), dpi=150, format="png")
    plt.close(fig)
    return time.process_time() - start


def found_explorers() -> Iterator[tuple[str, casebook.Explorer]]:
    """Yield name and explorer: those of the lessons' modules, and those that a cell ends with."""
    for name, make in explorers(casebook.lessons).items():
        yield name, make()
    for path in lesson_paths():
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            results = ran(path)[1]
        made_here = [each for each in results if isinstance(each, casebook.Explorer)]
        for explorer in made_here if "Explorer(" in path.read_text(encoding="utf-8") else []:
            yield f"{path.stem[:2]} {explorer.title}", explorer


def explorer_times(explorer: casebook.Explorer, moves: int) -> tuple[list[float], float]:
    """Return the seconds of moves to random settings, and of plain charts made between them.

    Processor time, and not what a clock on the wall says: other programs do not count. The first
    show is not among the moves.
    """
    draw, times, floors = random.Random(13), [], []
    panel = Panel(explorer, explorer.render(explorer.default))
    for box in panel.fields.values():
        box.unobserve(panel._on_change, names="value")  # all controls move at once
    for turn in range(10 * moves):
        if len(times) == moves:
            break
        if turn % 2 == 0:
            floors.append(plain_chart())
        for name, control in explorer.controls.items():
            panel.fields[name].value = control.word(draw.choice(control.values))
        start, before = time.process_time(), panel.shown
        panel._on_change(None)
        # What asks for nothing draws nothing; the first view is kept.
        if panel.shown not in (before, explorer.default):
            times.append(time.process_time() - start)
    return times, median(floors)


def explorers_alone(moves: int) -> bool:
    """Print a line for each explorer; return whether all are quick enough."""
    casebook.style()
    plain_chart()
    print(f"{'explorer':36} {'moves':>5} {'median':>7} {'95 %':>7} {'most':>7} {'ratio':>6}")
    middles, met = [], True
    for name, explorer in found_explorers():
        times, floor = explorer_times(explorer, moves)
        half, late, most = median(times), quantiles(times, n=20)[-1], max(times)
        middles.append(half / floor)
        slow = half > EACH * floor or most > SINGLE * floor
        met = met and not slow
        waits = " ".join(f"{1000 * seconds:4.0f} ms" for seconds in (half, late, most))
        missed = f"  MISSED (most {most / floor:.1f})" if slow else ""
        print(f"{name[:36]:36} {len(times):5} {waits} {half / floor:6.2f}{missed}", flush=True)
    middle = median(middles)
    print(
        f"Median {middle:.2f} (at most {MEDIAN}), highest {max(middles):.2f} (at most {EACH}); "
        f"no move may take more than {SINGLE} times a plain chart."
    )
    return met and middle <= MEDIAN


def wrong_cells(tried: int) -> None:
    """Print the share of wrong cells of each kind that a check, a fact or a lesson notices."""
    import test_mutations

    with tempfile.TemporaryDirectory() as folder, test_mutations.opened(Path(folder)) as workshop:
        for kind in test_mutations.KINDS:
            changes = workshop.changes(kind)
            ways = [workshop.catch(change).partition(":")[0] for change in changes[:tried]]
            caught = Counter(way for way in ways if way)
            share = f"{caught.total() / len(ways):.1%} of {len(ways)} of {len(changes)}"
            print(f"{kind}: {share} {dict(caught)}", flush=True)


def waits(
    name: str, milliseconds: list[float], middle: float, slow: float | None
) -> Iterator[tuple]:
    """Yield rows for the median and the 95th percentile of some times."""
    half, late = median(milliseconds), quantiles(milliseconds, n=20)[-1]
    count = len(milliseconds)
    yield f"{name}: median of {count}", f"{half:.0f} ms", f"{middle} ms", half <= middle
    target = f"{slow} ms" if slow else ""
    yield f"{name}: 95th percentile", f"{late:.0f} ms", target, not slow or late <= slow


def in_browser() -> Iterator[tuple]:
    """Yield rows on the time from key to new picture in JupyterLab."""
    path = find_chromium()
    if not path:
        yield "explorers in the browser", "no Chromium found", "130 ms", False
        return
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        chromium(path) as browser,
        jupyterlab(Path(folder)) as lab,
    ):
        for lesson_path in lesson_paths():
            lesson = LessonPage(browser, lab, lesson_path)
            if lesson.explorer_cells():
                lesson.run_all()
            for explorer in lesson.explorers():
                title = explorer.panel.locator("b").first.text_content()
                yield from waits(f"{title} in the browser", presses(explorer), 130, None)
            lesson.close()


def presses(explorer: Explorer) -> list[float]:
    """Return the milliseconds from key to new picture, each control moved in turn."""
    explorer.page.evaluate(WATCH, [explorer.cell])
    controls = explorer.controls()
    for number in range(PRESSES):
        control = controls[number % len(controls)]
        before, value = explorer.state(), control.value()
        control.step()
        if control.value() != value:  # an emptied text box has no letter left to take away
            explorer.changed(before)
    return explorer.page.evaluate("() => window.waits")


def sizes() -> Iterator[tuple]:
    """Yield rows on the size of the repository and of the environment."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    total = sum(file.stat().st_size for file in files if file.is_file())
    yield f"repository: {len(files)} files", *megabytes(total, 10)
    environment = Path(sys.prefix)
    total = sum(f.lstat().st_size for f in environment.rglob("*") if not f.is_dir())
    yield "environment, with what tests need", *megabytes(total, None)
    yield "packages in it", str(len({d.metadata["Name"] for d in distributions()})), "", True


def megabytes(count: str | float, most: float | None) -> tuple[str, str, bool]:
    """Return a size, its target and whether it is met."""
    size = float(count) / 1e6
    return f"{size:.1f} MB", f"{most} MB" if most else "", not most or size <= most


def whole_test_command() -> Iterator[tuple]:
    """Yield a row on the time of all tests."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=ROOT, check=False)
    seconds = time.perf_counter() - start
    name = "whole test command" + (" (with failures)" if done.returncode else "")
    yield name, f"{seconds:.0f} s", "300 s", seconds <= 300


def main() -> None:
    """Measure, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    part = {"nargs": "?", "choices": ["explorers", "cells"], "help": "measure this alone"}
    parser.add_argument("part", **part)
    parser.add_argument("--cells", type=int, default=100, help="wrong cells a kind (default 100)")
    parser.add_argument("--moves", type=int, default=40, help="moves of each explorer (default 40)")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each lesson (default 5)")
    parser.add_argument("--tests", action="store_true", help="also time the whole test command")
    options = parser.parse_args()
    if options.part == "explorers":
        sys.exit(0 if explorers_alone(options.moves) else 1)
    if options.part == "cells":
        sys.exit(wrong_cells(options.cells))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start compiles everything anew
    rows = []
    with contextlib.chdir(ROOT):
        rows += [*kernels(options.repeats), *in_browser(), *sizes()]
        rows += whole_test_command() if options.tests else []
    width = max(len(row[0]) for row in rows)
    print(f"{'':{width}}  {'value':>12}  {'at most':>8}")
    for name, value, target, met in rows:
        print(f"{name:{width}}  {value:>12}  {target:>8}  {'' if met else 'MISSED'}".rstrip())


if __name__ == "__main__":
    main()
