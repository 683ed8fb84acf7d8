"""Make the lessons as notebooks that run in the browser: JupyterLite, at ``run/`` of the site.

Pages, lessons, tables and `casebook` are files of the site. Python itself comes from another host
when somebody opens a lesson: Pyodide, with the packages that were compiled for it (NumPy, pandas,
Matplotlib, Pillow). What Pyodide lacks, ipywidgets, is packed here from what is installed, and
entered in Pyodide's own list of packages, so that no lesson needs a cell that installs.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from urllib.request import urlopen

import nbformat

from casebook.tables import CasebookError
from tools import starters
from tools.pages import NOTEBOOKS, ROOT, lesson_paths

VERSION = "314.0.6"
"""Of Pyodide: the one that the kernel in `tools/lite.lock` is made for."""
PYODIDE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full"
LIST = f"https://cdn.jsdelivr.net/npm/pyodide@{VERSION}/pyodide-lock.json"
"""Pyodide's packages there, with a hash of each; the same file as in its npm package."""
LIST_SHA256 = "3fdaef09e9e365c85e002737720f8d0ab8f278c1c244a2dde6a37663cf488ad4"
PACKED = {"comm": [], "ipywidgets": ["comm", "ipython", "traitlets"]}
"""What Pyodide has not, with what each needs there."""
LOADED = ("ipywidgets", "jinja2", "matplotlib", "pandas")
"""What `casebook` imports: Pyodide sees the imports of a cell alone."""
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
SETTINGS = ROOT / ".jupyter" / "labconfig" / "default_setting_overrides.json"
LOCK = Path(__file__).with_name("lite.lock")
LEFT_OUT = ("__pycache__", "my_*", ".*")


def everything(folder: Path, pyodide: str = PYODIDE) -> None:
    """Write JupyterLite with the lessons into a new folder.

    ``pyodide`` is where Python comes from: an address, or that of a folder of the site below
    ``folder``, such as "./pyodide". Raises CasebookError where Pyodide's list of packages cannot
    be had or is another.
    """
    listed = json.loads(packages_of(folder, pyodide))
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        write_files(work / "files")
        shutil.copy(SETTINGS, work / "overrides.json")
        kernel = {
            "pyodideUrl": f"{pyodide}/pyodide.mjs",
            "loadPyodideOptions": {"lockFileURL": "./packages/list.json", "packages": LOADED},
        }
        told = {"appName": "The Potash Deal", "litePluginSettings": {KERNEL: kernel}}
        lite = {"jupyter-lite-schema-version": 0, "jupyter-config-data": told}
        (work / "jupyter-lite.json").write_text(json.dumps(lite), encoding="utf-8")
        options = {
            "contents": ["files"],
            "apps": ["lab", "notebooks", "tree"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(folder.resolve()),
            "cache_dir": str(work / "cache"),
        }
        config = work / "jupyter_lite_config.json"
        config.write_text(json.dumps({"LiteBuildConfig": options}), encoding="utf-8")
        build = [sys.executable, "-m", "jupyterlite_core", "build", "--config", str(config)]
        made_by = makers()
        found = {"PYTHONPATH": str(made_by), "JUPYTER_PATH": str(made_by / "share" / "jupyter")}
        done = subprocess.run(
            build, cwd=work, capture_output=True, text=True, env=os.environ | found
        )
        if done.returncode:
            raise CasebookError(f"JupyterLite was not made.\n{done.stdout}{done.stderr}")
    write_packages(folder / "packages", listed, pyodide)


def makers() -> Path:
    """Return a folder with the packages that make JupyterLite; the first call installs them.

    They are no part of ``.venv``: their extension of JupyterLab works in JupyterLite alone.
    """
    folder = ROOT / ".cache" / f"lite-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    if not folder.exists():
        uv = shutil.which("uv")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
        pip = [uv, "pip", "install", "--python", sys.executable] if uv else pip  # as run.py does
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as name:
            words = ["--quiet", "--no-deps", "--require-hashes", "-r", str(LOCK)]
            done = subprocess.run(
                [*pip, *words, "--target", f"{name}/made"], capture_output=True, text=True
            )
            if done.returncode:
                raise CasebookError(f"What makes JupyterLite was not installed.\n{done.stderr}")
            Path(name, "made").rename(folder)
    return folder


def packages_of(folder: Path, pyodide: str) -> bytes:
    """Return Pyodide's list of its packages, as its makers published it."""
    is_here = pyodide.startswith(".")
    address = (folder / pyodide / "pyodide-lock.json").resolve().as_uri() if is_here else LIST
    try:
        with urlopen(address, timeout=60) as answer:
            listed = answer.read()
    except OSError as problem:
        raise CasebookError(f"{address} cannot be reached: {problem}") from None
    if hashlib.sha256(listed).hexdigest() != LIST_SHA256:
        raise CasebookError(f"The list of packages at {address} is not the one that was tried.")
    return listed


def write_files(folder: Path) -> None:
    """Copy what a learner works with: lessons, `casebook`, tables, the article's claims."""
    skip = shutil.ignore_patterns(*LEFT_OUT)
    for place in (ROOT / "data", ROOT / "seeds", NOTEBOOKS / "casebook"):
        shutil.copytree(place, folder / place.relative_to(ROOT), ignore=skip)
    for path in ROOT.glob("LICENSE*"):
        shutil.copy(path, folder / path.name)
    for path in lesson_paths():
        # A server joins the lines that a file of a notebook keeps apart; here there is none.
        text = nbformat.writes(starters.as_it_came(path), split_lines=False)
        (folder / path.relative_to(ROOT)).write_text(text, encoding="utf-8", newline="\n")


def write_packages(folder: Path, listed: dict, pyodide: str) -> None:
    """Write the packed packages, and the list that names them beside Pyodide's own."""
    folder.mkdir()
    base = pyodide.replace("./", "../", 1) if pyodide.startswith(".") else pyodide
    for known in listed["packages"].values():
        known["file_name"] = f"{base}/{known['file_name']}"
    for name, needs in PACKED.items():
        wheel = pack(folder, name)
        listed["packages"][name] = {
            "name": name,
            "version": distribution(name).version,
            "file_name": wheel.name,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "depends": needs,
            "imports": [name],
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }
    (folder / "list.json").write_text(json.dumps(listed), encoding="utf-8")


def pack(folder: Path, name: str) -> Path:
    """Pack an installed package of plain Python as the wheel that it came from."""
    known = distribution(name)
    wheel = folder / f"{name}-{known.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(known.files or []):
            if ".." not in file.parts and file.suffix != ".pyc":
                # The day of the first edition of the format: the same bytes on every run.
                entry = zipfile.ZipInfo(file.as_posix())
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, known.locate_file(file).read_bytes())
    return wheel
