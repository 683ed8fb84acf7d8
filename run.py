"""Eight commands, the same on every system, with nothing but Python 3.11 or newer:

    python run.py lab          open the lessons in JupyterLab
    python run.py test         test what readers rely on (words that follow go to pytest:
                               "test notebooks" runs each lesson and compares it, in a minute)
    python run.py test --all   the same, then the long road: every lesson by keys, every mutation
    python run.py test mine    test what learners would notice, and say it in sentences: for who
                               changed a lesson
    python run.py build        make numbers in prose, outputs and pages anew ("build --check"
                               changes nothing and names what is stale)
    python run.py handouts     make pages that need no network, sheets to print, slides
    python run.py collect X    read the notebooks that learners handed in, in the folder X: one
                               table and one page; no learner's code is run
    python run.py drop 07      take a lesson out, and say what is left for you to decide
    python run.py site         make the web site: its explorers move without Python ("site --run"
                               adds notebooks that run in the browser, in the folder run)

The first run makes the folder .venv and installs there, and only there, what requirements.lock
names, each file checked against its hash. Each later run looks whether all is still in place.
"""

import importlib.util
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
MARKER = "# --- only for the tests ---"
VENV = ROOT / ".venv"
OURS = VENV / "installed.txt"  # a .venv without this file was made by somebody else
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PYTEST = "-m pytest --numprocesses auto --maxprocesses 2 --dist loadscope --no-loadscope-reorder"
MINE = "-m mine -q --tb=no --no-header -rN"
# For each command: the part of the lock that it needs, what Python runs, what a person is told.
COMMANDS = {
    "lab": (
        "lessons",
        "-m jupyterlab",
        "Opening JupyterLab in the browser. If none opens, open the address at the end of"
        " what follows.\nCtrl-C here stops it.",
    ),
    "test": ("all", PYTEST, "Running the tests."),
    "build": ("all", "-m tools.build", "Making what is generated."),
    "handouts": ("lessons", "-m tools.handouts", "Making the handouts."),
    "collect": ("lessons", "-m tools.collect", "Reading what was handed in."),
    "drop": ("lessons", "-m tools.drop", "Taking out a lesson."),
    "site": ("lessons", "-m tools.site", "Making the web site: some minutes the first time."),
}
# What a person's shell may set for other work, and what would slow or mislead this one: anything
# of Python's or pytest's, kernels and settings of another Jupyter, a window for Matplotlib to draw
# in, where and what pip and uv install. How they reach the network stays, and so does where
# JupyterLab keeps a person's own choices, such as larger type.
FOREIGN = re.compile(
    r"PYTHON|PYTEST|MPLBACKEND$|JUPYTER(?!_CONFIG_DIR$|_RUNTIME_DIR$)"
    r"|(PIP|UV)_(?!.*(INDEX|LINKS|CERT|TLS|PROXY|HOST|TIMEOUT|RETRIES|CACHE|CONFIG_FILE|KEYRING))"
)
ENVIRONMENT = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
ENVIRONMENT["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of .venv, not an old one of the person's
# What pip, uv and venv write when they fail, and the cause in one sentence; the first that fits.
CAUSES = {
    "No space left|[Qq]uota exceeded|not enough space": "A disk is full, this folder's or that of"
    " the temporary files: free about 1 GB.",
    "Read-only file system|Permission denied|Access is denied": "This folder or one of pip's may"
    " not be written to: put the whole collection into a folder of your own.",
    "hash mismatch|HASHES|Hash mismatch": "A file that came is not the one that was asked for: try"
    " another network, as something on the way may have changed it.",
    "CERTIFICATE_VERIFY|certificate": "The network shows a certificate that Python does not trust,"
    " as in some schools and offices: ask those who run it, or try another network.",
    "[Cc]onnect|[Tt]imed? ?out|resolve|getaddrinfo|unreachable|[Pp]roxy|dns error": "The network"
    " cannot be reached.",
    "No matching distribution|no wheels|has no .*wheel|unsatisfiable": "The network, or a mirror"
    " that pip is set to, has a package not at all or not for this computer and Python"
    f" {sys.version.split()[0]}: Python 3.11 to 3.15 are proven.",
}


def refusal(version, words):
    """Return in plain words what hinders a run, or None."""
    if version < (3, 11):
        return f"This needs Python 3.11 or newer; this is Python {version[0]}.{version[1]}."
    return None if words and words[0] in COMMANDS else __doc__.strip()


def pins(part):
    """Return the text of a part of the lock: "lessons", or "all"."""
    lock = LOCK.read_text(encoding="utf-8")
    return lock if part == "all" else lock.partition(MARKER)[0]


def state_here(part):
    """Say for the Python that runs this whether a part of the lock is in .venv.

    Return "ready", "lacking" (packages to add), "damaged" (files are gone), or "unusable" (this
    Python is not the one of .venv, or too old).
    """
    if sys.version_info < (3, 11) or not VENV.samefile(sys.prefix):
        return "unusable"
    try:
        from packaging.requirements import Requirement  # the lock holds it, as Jupyter needs it
    except ImportError:
        return "damaged"
    packages = Path(sysconfig.get_path("purelib"))
    found = {
        re.sub(r"[-_.]+", "-", folder.name[: -len(".dist-info")]).lower(): folder
        for folder in packages.glob("*.dist-info")
    }
    for line in re.findall(r"^\w[^\\\n]*", pins(part), re.MULTILINE):
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate():
            continue
        version = str(wanted.specifier).lstrip("=")
        folder = found.get(re.sub(r"[-_.]+", "-", f"{wanted.name}-{version}").lower())
        if folder is None:
            return "lacking"
        record = folder / "RECORD"  # each line: a file, its hash, its size
        if not record.exists():
            return "damaged"
        for entry in record.read_text(encoding="utf-8").splitlines():
            file = entry.rsplit(",", 2)[0].strip('"')
            if not file.endswith(".pyc") and not os.path.exists(packages / file):
                return "damaged"
    return "ready"


def state(part):
    """Ask the Python of .venv for its state; "unusable" where it does not run."""
    ask = "import sys; sys.path.insert(0, sys.argv[1]); import run; print(run.state_here('{}'))"
    line = [PYTHON, "-I", "-c", ask.format(part), ROOT]
    try:
        done = subprocess.run(line, capture_output=True, text=True, env=ENVIRONMENT)
    except OSError:  # there is no such file, or it is no program
        return "unusable"
    return done.stdout.strip() or "unusable"


def cause(heard):
    """Return in one sentence why a step of the set-up failed, from what it wrote."""
    if shutil.disk_usage(ROOT).free < 100e6:
        heard = "No space left"  # venv does not hand on what stopped it
    causes = (said for sign, said in CAUSES.items() if re.search(sign, heard))
    return next(causes, "The lines above say why.")


def call(*words):
    """Run a step of the set-up; where it fails, leave with the cause in one sentence."""
    line = [str(word) for word in words]
    heard = []
    with subprocess.Popen(line, env=ENVIRONMENT, stderr=subprocess.PIPE, cwd=ROOT) as step:
        for raw in step.stderr:
            heard.append(raw.decode(errors="replace"))
            print(heard[-1], end="", file=sys.stderr, flush=True)
    if step.returncode:
        sys.exit(f"\nThe set-up failed. {cause(''.join(heard))}\nThen run the same command again.")


def install(part, found):
    """Bring .venv from the state found to "ready"; empty it only where run.py made it."""
    uv = shutil.which("uv")
    ours = OURS.exists() and not VENV.is_symlink()
    new = not VENV.exists() or (VENV.is_dir() and not any(VENV.iterdir()))
    if found == "unusable" and not (ours or new):
        sys.exit(
            "There is a .venv here that run.py did not make, and its Python does not run or is"
            "\nolder than 3.11. Rename or delete it, then run the same command again."
        )
    if not uv and importlib.util.find_spec("ensurepip") is None:
        name = "python{}.{}-venv".format(*sys.version_info)
        sys.exit(
            "This Python came without its part for environments (ensurepip). On Debian and Ubuntu:"
            f"\n    sudo apt install {name}\nThen run the same command again."
        )
    print(
        "Setting up .venv: 100 to 200 MB to download, a minute or more; later starts are quick.",
        flush=True,
    )
    if not (ours or new):
        print("It was here before: what the lessons need is added to it.", flush=True)
    if new or (ours and found != "lacking"):
        if not new:
            shutil.rmtree(VENV)
        VENV.mkdir(exist_ok=True)
        OURS.write_text("Made by run.py, which may make it anew.\n", encoding="utf-8")
        outer = getattr(sys, "_base_executable", None) or sys.executable  # not one of .venv itself
        call(outer, "-m", "venv", *(["--without-pip"] if uv else []), VENV)
        found = "lacking"
    if uv:
        pip = [uv, "pip", "install", "--python", PYTHON]
        again = "--reinstall"
    else:
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
        if subprocess.run([*pip, "--version"], capture_output=True, env=ENVIRONMENT).returncode:
            call(PYTHON, "-m", "ensurepip")
        pip += ["install", "--no-user"]  # a pip.conf may say otherwise
        again = "--force-reinstall"
    if found == "damaged":
        pip.append(again)
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "requirements.txt")
        listed.write_text(pins(part), encoding="utf-8")
        call(*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", listed)
    if state(part) != "ready":
        sys.exit(
            "\nThe set-up ended, and yet packages are missing in .venv: settings of pip or uv may"
            "\nsend them elsewhere. Rename or delete .venv, then run the same command again."
        )


def prepare(part):
    """Make .venv ready for a part of the lock, unless it is; a second run waits its turn."""
    if state(part) == "ready":
        return
    turn = ROOT / ".venv.lock"
    turn.touch()
    # An empty SQLite file: the one lock in the standard library that all systems have, and that
    # is let go even when the run that holds it is killed.
    with closing(sqlite3.connect(turn, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            print("Another run is setting up .venv; waiting for it.", flush=True)
            lock.execute("PRAGMA busy_timeout = 3600000")
            lock.execute("BEGIN EXCLUSIVE")
        found = state(part)  # the run before may have done it
        if found != "ready":
            install(part, found)


def lab_options(words):
    """Return what JupyterLab is told beside the words of the person."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    if any("ip=" in word for word in words):  # said twice, it would stop JupyterLab
        return ["--allow-root"]
    print("You are root here, so JupyterLab listens to this machine alone.", flush=True)
    return ["--allow-root", "--ServerApp.ip=127.0.0.1"]


def main():
    hindrance = refusal(sys.version_info, sys.argv[1:])
    if hindrance:
        sys.exit(hindrance)
    command, *more = sys.argv[1:]
    part, words, sentence = COMMANDS[command]
    if command == "site" and "--run" in more:
        part = "all"  # the lessons alone need no JupyterLite
    try:
        prepare(part)
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next run sets up what is missing.")
    except (OSError, sqlite3.Error) as problem:
        sys.exit(
            f"\nThe set-up failed: {problem}.\nThe whole collection must lie in a folder that you"
            " may write to, with room on the disk."
        )
    if command == "test" and more[:1] == ["mine"]:
        more = [*MINE.split(), *more[1:]]
    if command == "lab":
        ENVIRONMENT["JUPYTER_CONFIG_PATH"] = str(ROOT / ".jupyter")
        more = lab_options(more) + more
    print(sentence, flush=True)
    if command in ("handouts", "site", "collect"):  # a folder is meant from where the person is
        more = [word if word.startswith("-") else os.path.abspath(word) for word in more]
    line = [str(PYTHON), *words.split(), *more]
    os.chdir(ROOT)
    if command == "test" and more == ["--all"]:
        # The plain tests first: who broke something hears of it in minutes.
        signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for pytest to answer
        failed = subprocess.call([str(PYTHON), *words.split()], env=ENVIRONMENT)
        if failed:
            sys.exit(failed)
        line += ["-m", "long"]
    if os.name == "posix":
        os.execve(line[0], line, ENVIRONMENT)  # this process becomes JupyterLab or pytest
    signal.signal(signal.SIGINT, lambda *_: None)  # Windows: Ctrl-C is for JupyterLab to answer
    sys.exit(subprocess.call(line, env=ENVIRONMENT))


if __name__ == "__main__":
    main()
