"""Three commands, the same on every system, with nothing but Python 3.11 or newer:

    python run.py lab     open the lessons in JupyterLab
    python run.py test    run every test, in about twenty minutes (words that follow go to pytest:
                          "test notebooks" runs each lesson and compares it, in about a minute)
    python run.py pack    make the folder pack: pages that need no network, sheets to print, slides

The first run makes the folder .venv and installs what requirements.lock names, each file checked
against its hash. Nothing is installed outside .venv. To start afresh, delete it.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
MARKER = "# --- only for the tests ---"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONFIG = ROOT / "jupyter_server_config.py"
FIRST = "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"
COMMANDS = {
    "lab": (
        ["-m", "jupyterlab", FIRST, f"--ServerApp.root_dir={ROOT}", f"--config={CONFIG}"],
        "Opening JupyterLab in the browser. To stop it, press Ctrl-C here.",
    ),
    "test": (["-m", "pytest"], "Running the tests; all of them take about twenty minutes."),
    "pack": (["tests/pack.py"], "Making the pack; this takes about half a minute."),
}
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
    # A page of words opens as a page, and not as its source.
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
}
HARMFUL = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH")  # slow Python, or mislead it
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in HARMFUL}


def refusal(version, words):
    """Return in plain words what hinders a run, or None."""
    if version < (3, 11):
        return f"This needs Python 3.11 or newer; this is Python {version[0]}.{version[1]}."
    return None if words and words[0] in COMMANDS else __doc__.strip()


def call(*words):
    if subprocess.call([str(word) for word in words], cwd=ROOT, env=ENVIRONMENT):
        sys.exit(
            "\nThe set-up failed; the lines above say why. Often the network is the cause: then"
            "\nrun the same command again. With a very new Python, try Python 3.13."
        )


def prepare(command):
    """Make .venv and install the part of the lock that the command needs, unless that is done."""
    lock = LOCK.read_text(encoding="utf-8")
    for_lessons = lock.partition(MARKER)[0]
    parts = {"lab": for_lessons, "pack": for_lessons, "test": lock}
    python = "{}.{}".format(*sys.version_info)
    stamps = {c: f"{python} {hashlib.sha256(p.encode()).hexdigest()}" for c, p in parts.items()}
    stamp, listed = VENV / "installed.txt", VENV / "requirements.txt"
    done = stamp.read_text() if stamp.exists() and PYTHON.exists() else ""
    if done in (stamps[command], stamps["test"]):
        return
    print("Setting up .venv: 100 to 200 MB to download, a minute or more; only once.", flush=True)
    if done != stamps["lab"] and Path(sys.prefix) != VENV:  # none yet, outdated or half made
        call(sys.executable, "-m", "venv", "--clear", VENV)
    stamp.unlink(missing_ok=True)
    listed.write_text(parts[command], encoding="utf-8")
    uv = shutil.which("uv")
    pip = [uv, "pip", "install", "--python", PYTHON] if uv else [PYTHON, "-m", "pip", "install"]
    call(*pip, "--no-deps", "--require-hashes", "-r", listed)
    settings = VENV / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    stamp.write_text(stamps[command])


def main():
    hindrance = refusal(sys.version_info, sys.argv[1:])
    if hindrance:
        sys.exit(hindrance)
    command, *more = sys.argv[1:]
    prepare(command)
    words, sentence = COMMANDS[command]
    print(sentence, flush=True)
    line = [str(PYTHON), *words, *more]
    if command == "pack":
        ENVIRONMENT["PYTHONPATH"] = str(ROOT / "notebooks")
    os.chdir(ROOT)
    if os.name == "posix":
        os.execve(line[0], line, ENVIRONMENT)  # this process becomes JupyterLab or pytest
    signal.signal(signal.SIGINT, lambda *_: None)  # Windows: Ctrl-C is for JupyterLab to answer
    sys.exit(subprocess.call(line, env=ENVIRONMENT))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next run sets up what is missing.")
