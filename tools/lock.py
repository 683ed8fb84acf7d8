"""Write requirements.lock from pyproject.toml: one lock for every system, in two parts.

    python -m tools.lock              keep the versions that still fit
    python -m tools.lock --upgrade    take the newest versions that fit
    python -m tools.lock --colab pip-freeze.txt "19 August 2026"
                                      write tests/colab.lock: what Colab had on that day

That list is in https://github.com/googlecolab/backend-info. Needs uv (``pip install uv``) and a
network. The first part is what the lessons need, the second what only the tests add. The lock names
no address: pip and uv ask the index they are set up for.
At the end every pin is proven to have a ready-made file on every promised system, so that
nobody needs a compiler.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from run import LOCK, MARKER  # noqa: E402 (the path must be set first)

PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
SYSTEMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
# rfc3987-syntax builds a grammar each time it is imported, and Jupyter imports it at each start:
# without this optional check of one text format every start is a second shorter. Only it needs
# lark. A Python below 3 is uv's way to say never.
OVERRIDES = "lark; python_version < '3'\nrfc3987-syntax; python_version < '3'\n"
# From version 26 on there is no ready-made file for a Mac with an Intel processor.
CONSTRAINTS = "argon2-cffi-bindings<26\n"
HEADER = f"""\
# Every package with its hashes: Python {PYTHONS[0]} to {PYTHONS[-1]}, Linux, macOS and Windows.
# Made from pyproject.toml by tools/lock.py; do not edit by hand.
# First comes what the lessons need.
"""

COLAB = ROOT / "tests" / "colab.lock"
COLAB_PYTHONS = ("3.11", "3.12", "3.13")  # the last is Colab's; the others can stand in for it
COLAB_NEEDS = "ipykernel\nipywidgets\njinja2\nmatplotlib\npandas\n"
# The two that draw widgets in a browser bring a whole server, which a test of a kernel never asks.
COLAB_OVERRIDES = (
    "jupyterlab-widgets; python_version < '3'\nwidgetsnbextension; python_version < '3'\n"
)
COLAB_HEADER = """\
# What Colab has installed, as far as a lesson needs it, with hashes: Python {} to {}.
# Made from Colab's own list of {} by tools/lock.py; do not edit by hand.
"""


def compile_(*words: str | Path) -> None:
    """Run ``uv pip compile`` at the root."""
    command = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", *words]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def resolve(folder: Path, name: str, *words: str | Path) -> tuple[Path, dict[str, list[str]]]:
    """Return the file of pins that fit together, and {package name: its entries in that file}."""
    output, overrides, constraints = folder / name, folder / "overrides", folder / "constraints"
    overrides.write_text(OVERRIDES)
    constraints.write_text(CONSTRAINTS)
    compile_(
        *("pyproject.toml", "--universal", "--python-version", PYTHONS[0], "--generate-hashes"),
        *("--no-emit-index-url", "--overrides", overrides, "--constraints", constraints),
        *("--output-file", output, *words),
    )
    pins: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\w)", output.read_text(encoding="utf-8").strip()):
        pins.setdefault(entry.partition("==")[0], []).append(entry)
    return output, pins


def lock_colab(freeze: Path, day: str) -> None:
    """Write what a lesson needs in the versions of Colab's list of a day, with hashes."""
    listed = freeze.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        needs, overrides = Path(folder, "needs"), Path(folder, "overrides")
        constraints, output = Path(folder, "constraints"), Path(folder, "lock")
        needs.write_text(COLAB_NEEDS)
        overrides.write_text(COLAB_OVERRIDES)
        constraints.write_text("\n".join(re.findall(r"^[\w.-]+==[\w.]+$", listed, re.MULTILINE)))
        compile_(
            *(needs, "--universal", "--python-version", COLAB_PYTHONS[0], "--generate-hashes"),
            *("--no-emit-index-url", "--overrides", overrides, "--constraints", constraints),
            *("--output-file", output),
        )
        for python in COLAB_PYTHONS:
            compile_(
                *(output, "--no-deps", "--only-binary", ":all:", "--python-version", python),
                *("--python-platform", SYSTEMS[0]),
            )
        header = COLAB_HEADER.format(COLAB_PYTHONS[0], COLAB_PYTHONS[-1], day)
        text = header + output.read_text(encoding="utf-8").strip() + "\n"
    COLAB.write_text(text, encoding="utf-8", newline="\n")
    print(f"{COLAB.name}: {len(re.findall('^[^# ]', text, re.MULTILINE))} pins")


def main() -> None:
    if "--colab" in sys.argv:
        lock_colab(Path(sys.argv[2]), sys.argv[3])
        return
    with tempfile.TemporaryDirectory() as folder:
        if LOCK.exists() and "--upgrade" not in sys.argv:
            Path(folder, "all").write_bytes(LOCK.read_bytes())  # uv prefers what it finds here
        everything, pins = resolve(Path(folder), "all", "--group", "test")
        _, lessons = resolve(Path(folder), "lessons", "--constraints", everything)
        for python in PYTHONS:
            for system in SYSTEMS:
                print(f"a ready-made file for each pin: Python {python}, {system}", flush=True)
                compile_(
                    *(everything, "--no-deps", "--only-binary", ":all:"),
                    *("--python-version", python, "--python-platform", system),
                )
    first = [entry for name in pins if name in lessons for entry in pins[name]]
    rest = [entry for name in pins if name not in lessons for entry in pins[name]]
    text = "\n".join([HEADER.strip(), *first, MARKER, *rest]) + "\n"
    LOCK.write_text(text, encoding="utf-8", newline="\n")
    print(f"{LOCK.name}: {len(first)} pins for the lessons, {len(rest)} more for the tests")


if __name__ == "__main__":
    main()
