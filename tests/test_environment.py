"""Project file, lock, conda file and launch script: all agree on what is installed."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
import zipfile
from contextlib import closing
from importlib.metadata import files, requires, version
from pathlib import Path

import pytest
import run
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from repo2docker.app import Repo2Docker

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LESSONS = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
TESTS = [Requirement(line) for line in PROJECT["dependency-groups"]["test"]]
LOCK = run.LOCK.read_text(encoding="utf-8")
PYTHONS = re.findall(r"3\.\d+", " ".join(PROJECT["project"]["classifiers"]))
LEFT_OUT = {"lark", "rfc3987-syntax"}  # on purpose: see tools/lock.py


def pins(text: str, python: str = "") -> dict[str, str]:
    """Return {package: version} of a part of the lock, as it applies here or to another Python."""
    here = default_environment()
    if python:
        here |= {"python_version": python, "python_full_version": f"{python}.0"}
    lines = (Requirement(line.rstrip(" \\")) for line in re.findall(r"^\w.*", text, re.MULTILINE))
    return {
        line.name: str(line.specifier).removeprefix("==")
        for line in lines
        if line.marker is None or line.marker.evaluate(here)
    }


def closure(wanted: list[Requirement]) -> set[str]:
    """Return the names of all packages that these need here, as the installed packages say."""
    seen: set[tuple[str, str]] = set()
    todo = [(canonicalize_name(one.name), extra) for one in wanted for extra in ("", *one.extras)]
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen or name in LEFT_OUT:
            continue
        seen.add((name, extra))
        for one in map(Requirement, requires(name) or []):
            if one.marker is None or one.marker.evaluate({"extra": extra}):
                todo += [(canonicalize_name(one.name), more) for more in ("", *one.extras)]
    return {name for name, _ in seen}


def test_lock_names_no_address_and_hashes_every_pin() -> None:
    assert "://" not in LOCK
    for entry in re.split(r"\n(?=\w)", LOCK)[1:]:
        assert re.match(r"[\w.-]+==[\w.]+( ; .+?)? \\\n    --hash=sha256:[0-9a-f]{64}", entry), (
            entry
        )


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_holds_what_the_project_asks_for(python: str) -> None:
    first, _, rest = LOCK.partition(run.MARKER)
    for part, wanted in ((first, LESSONS), (LOCK, TESTS)):
        versions = pins(part, python)
        for one in wanted:
            assert one.specifier.contains(versions[one.name]), f"{one} is not what the lock holds"
    assert not set(pins(first)) & set(pins(rest)), "a package stands in both parts of the lock"


def test_every_place_names_the_same_pythons() -> None:
    span = f"{PYTHONS[0]} to {PYTHONS[-1]}"
    assert f"Python {span}," in LOCK.partition("\n")[0]
    assert f"Python {span} are proven" in " ".join(run.CAUSES.values())
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    tested = re.findall(r"3\.\d+", re.search("python: (.*)", workflow)[1])
    assert tested == [PYTHONS[0], "3.13", PYTHONS[-1]]


def test_each_part_of_the_lock_is_what_it_says_and_no_more() -> None:
    first, _, _ = LOCK.partition(run.MARKER)
    assert set(pins(first)) == closure(LESSONS)
    assert set(pins(LOCK)) == closure(LESSONS + TESTS)


def test_conda_pins_agree_with_the_lock() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert conda["channels"] == ["conda-forge"]
    python, *rest = conda["dependencies"]
    versions = pins(LOCK, python.partition("=")[2])
    expected = {one.name: ".".join(versions[one.name].split(".")[:2]) + ".*" for one in LESSONS}
    assert dict(line.split("=") for line in rest) == expected


def test_binder_builds_from_environment_yml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    binder = Repo2Docker()
    packs = (pack(base_image=binder.base_image) for pack in binder.buildpacks)
    pack = next(pack for pack in packs if pack.detect())
    assert type(pack).__name__ == "CondaBuildPack", "another file hides environment.yml"
    assert pack.binder_dir == "", "a binder folder hides environment.yml"
    assert pack.environment_yaml == yaml.safe_load(Path("environment.yml").read_text())
    assert pack.python_version == "3.12", "Binder reads the Python version only as python=3.12"
    assert not pack.get_post_build_scripts() and not pack.get_start_script()
    pack.platform = "linux/amd64"
    layers = pack.render({"NB_USER": "jovyan", "NB_UID": "1000"})
    copied = layers.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/")
    assert layers.index("env update -p") < copied, "each commit would build the environment anew"


def test_citation_is_valid_and_of_this_version() -> None:
    path = ROOT / "CITATION.cff"
    schema = ["--builtin-schema", "vendor.citation-file-format"]
    command = [sys.executable, "-m", "check_jsonschema", *schema, path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    citation = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["project"]["version"]
    assert citation["license"] == "BSD-3-Clause"


def test_run_refuses_an_old_python_in_plain_words() -> None:
    assert run.refusal((3, 10, 4), ["lab"]) == (
        "This needs Python 3.11 or newer; this is Python 3.10."
    )
    assert run.refusal((3, 11, 0), ["lab"]) is None
    assert run.refusal((4, 0, 0), ["test", "-x"]) is None


@pytest.mark.parametrize("words", [[], ["labb"], ["--help"]])
def test_run_shows_its_commands_when_asked_for_another(words: list[str]) -> None:
    command = [sys.executable, ROOT / "run.py", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    for name in run.COMMANDS:
        assert f"python run.py {name}" in done.stderr
    assert "Traceback" not in done.stderr


WITHOUT_XDIST = """
import sys

import pytest


class Missing:
    def find_spec(self, name, *_more):
        if name.partition(".")[0] == "xdist":
            raise ImportError(name)


sys.meta_path.insert(0, Missing())
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_tests_run_without_xdist_as_in_the_conda_environment() -> None:
    """environment.yml brings nbval and with it pytest, and nothing else of the tests' part."""
    words = ["-p", "no:xdist", "-p", "no:xdist.looponfail", "-p", "no:cacheprovider", "-q"]
    for where in ("notebooks/00_start_here.ipynb", "tests/test_market.py"):
        command = [sys.executable, "-c", WITHOUT_XDIST, *words, "--collect-only", where]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


# --- set-up, tried on a collection that has run.py, a lock of three small packages and no more


def build_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """Write a wheel of these files and return its line in a lock."""
    about = f"{name}-{version}.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{about}/RECORD"])
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for inner, text in (files | {f"{about}/RECORD": record}).items():
            wheel.writestr(inner, text)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


TELL = "import json, os, sys; print('TOLD', json.dumps([sys.argv[1:], sys.prefix, {**os.environ}]))"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with run.py, a lock and the files that the lock names."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "wheels").mkdir()
    shutil.copy(ROOT / "run.py", folder)
    packaging = {
        str(file): file.read_text(encoding="utf-8")
        for file in files("packaging")
        if file.suffix == ".py"
    }
    jupyterlab = {"jupyterlab/__init__.py": "", "jupyterlab/__main__.py": TELL}
    lab = [
        build_wheel(folder / "wheels", "packaging", version("packaging"), packaging),
        build_wheel(folder / "wheels", "jupyterlab", "4.0", jupyterlab),
        "of_another_system==1 ; sys_platform == 'amiga' \\\n    --hash=sha256:00\n",
    ]
    tests = [build_wheel(folder / "wheels", "pytest", "9.0", {"pytest.py": TELL})]
    lock = "".join([*lab, run.MARKER, "\n", *tests])
    (folder / "requirements.lock").write_text(lock, encoding="utf-8")
    return folder


def start(folder: Path, *words: str, **settings: str) -> subprocess.Popen:
    """Start ``run.py`` there, offline and without uv, with these settings in the shell."""
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (folder / "wheels").as_uri()}
    shell = {k: v for k, v in os.environ.items() if not run.FOREIGN.match(k)}
    if os.name == "posix":
        shell["PATH"] = os.defpath
    return subprocess.Popen(
        [sys.executable, folder / "run.py", *words],
        env=shell | offline | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def told(process: subprocess.Popen) -> list:
    """Return the words, the prefix and the environment that the command came to run with."""
    out, _ = process.communicate(timeout=120)
    line = re.search("^TOLD (.*)", out, re.MULTILINE)
    assert line, out
    assert process.returncode == 0, out
    return json.loads(line[1])


@pytest.fixture(scope="module")
def ready(small: Path) -> Path:
    """Return that folder after ``run.py lab``, twice at once, in a shell with harmful settings."""
    home = small / "home"
    home.mkdir()
    pip_conf = small / "pip.conf"
    pip_conf.write_text("[global]\nuser = true\n", encoding="utf-8")
    shell = {
        "PIP_USER": "1",
        "PIP_TARGET": str(small / "elsewhere"),
        "PIP_CONSTRAINT": str(small / "none.txt"),
        "PIP_DRY_RUN": "1",
        "PIP_CONFIG_FILE": str(pip_conf),
        "PYTHONPATH": str(small / "elsewhere"),
        "PYTHONOPTIMIZE": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "module://backend_interagg",
        "JUPYTER_PATH": str(small / "elsewhere"),
        "JUPYTER_CONFIG_DIR": str(home),
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    first, second = start(small, "lab", **shell), start(small, "lab", **shell)
    _, prefix, seen = told(first)
    assert told(second)[1] == prefix, "of two starts at once, each arrives"
    assert (small / ".venv").samefile(prefix)
    assert not (small / "elsewhere").exists()
    harmful = "PIP_USER PIP_TARGET PYTHONPATH PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE MPLBACKEND"
    assert not {*harmful.split(), "JUPYTER_PATH"} & set(seen)
    assert seen["HTTPS_PROXY"], "how a person reaches the network stays"
    assert seen["JUPYTER_CONFIG_DIR"] == str(home), "and where their own choices are kept"
    assert seen["JUPYTER_CONFIG_PATH"] == str(small / ".jupyter")
    return small


def python_of(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def state_of(folder: Path, part: str = "lessons") -> str:
    code = "import sys; sys.path.insert(0, '.'); import run; print(run.state(sys.argv[1]))"
    command = [sys.executable, "-c", code, part]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def outdated(folder: Path) -> None:
    packages = next((folder / ".venv").rglob("site-packages"))
    about = packages / "jupyterlab-4.0.dist-info"
    text = (about / "METADATA").read_text().replace("4.0", "3.0")
    (about / "METADATA").write_text(text)
    about.rename(packages / "jupyterlab-3.0.dist-info")


def emptied(folder: Path, *names: str) -> None:
    packages = next((folder / ".venv").rglob("site-packages"))
    for name in names:
        path = packages / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


BROKEN = {
    "whole": (lambda f: None, "ready"),
    "a garbled mark": (lambda f: (f / ".venv/installed.txt").write_bytes(b"\xff\0"), "ready"),
    "a package is deleted": (lambda f: emptied(f, "jupyterlab"), "damaged"),
    "a file is deleted": (lambda f: emptied(f, "jupyterlab/__main__.py"), "damaged"),
    "a list of files is deleted": (
        lambda f: emptied(f, "jupyterlab-4.0.dist-info/RECORD"),
        "damaged",
    ),
    "what reads the lock is deleted": (lambda f: emptied(f, "packaging"), "damaged"),
    "a package is uninstalled": (
        lambda f: emptied(f, "jupyterlab", "jupyterlab-4.0.dist-info"),
        "lacking",
    ),
    "another version": (outdated, "lacking"),
    "no pyvenv.cfg": (lambda f: (f / ".venv/pyvenv.cfg").unlink(), "unusable"),
    "no Python": (lambda f: python_of(f / ".venv").unlink(), "unusable"),
    "Python is no program": (
        lambda f: (python_of(f / ".venv").unlink(), python_of(f / ".venv").write_text("no")),
        "unusable",
    ),
    "the folder is empty": (
        lambda f: (shutil.rmtree(f / ".venv"), (f / ".venv").mkdir()),
        "unusable",
    ),
    "no folder": (lambda f: shutil.rmtree(f / ".venv"), "unusable"),
    "a file in its place": (
        lambda f: (shutil.rmtree(f / ".venv"), (f / ".venv").touch()),
        "unusable",
    ),
}


@pytest.fixture
def copy(ready: Path, tmp_path: Path) -> Path:
    return shutil.copytree(ready, tmp_path / "copy of it", symlinks=True)


@pytest.mark.parametrize("breaking", BROKEN)
def test_each_start_sees_whether_all_is_in_place(breaking: str, copy: Path) -> None:
    break_, expected = BROKEN[breaking]
    break_(copy)
    assert state_of(copy) == expected


@pytest.mark.long
@pytest.mark.parametrize("breaking", ["a package is deleted", "another version"])
def test_what_broke_is_set_up_again(breaking: str, copy: Path) -> None:
    BROKEN[breaking][0](copy)
    told(start(copy, "lab"))
    assert state_of(copy) == "ready"


def test_the_tests_part_comes_on_top_and_a_start_that_finds_all_says_nothing(copy: Path) -> None:
    assert state_of(copy, "all") == "lacking"
    words, _, _ = told(start(copy, "test", "notebooks", "--all"))
    assert words[-2:] == ["notebooks", "--all"] and "--numprocesses" in words
    assert state_of(copy, "all") == state_of(copy) == "ready"
    out, _ = start(copy, "test", "--all").communicate(timeout=60)
    plain, long = (line for line in out.splitlines() if line.startswith("TOLD"))
    assert "--all" not in plain and '"--all", "-m", "long"' in long
    out, _ = start(copy, "lab").communicate(timeout=60)
    assert "Setting up" not in out and "pip" not in out.partition("TOLD")[0]


def test_a_second_start_waits_and_uses_what_the_first_made(copy: Path) -> None:
    (copy / ".venv").rename(copy / "aside")
    with closing(sqlite3.connect(copy / ".venv.lock", isolation_level=None)) as first:
        first.execute("BEGIN EXCLUSIVE")
        second = start(copy, "lab")
        said = second.stdout.readline()
        (copy / "aside").rename(copy / ".venv")
    assert "Another run is setting up .venv" in said
    out, _ = second.communicate(timeout=60)
    assert "TOLD" in out and "Setting up" not in out


@pytest.mark.long
def test_a_venv_of_the_person_is_used_and_nothing_in_it_lost(small: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "c", ignore=shutil.ignore_patterns(".venv*"))
    base = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([base, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    (folder / ".venv" / "my-own-work.txt").touch()
    told(start(folder, "lab"))
    emptied(folder, "jupyterlab")
    told(start(folder, "lab"))
    assert (folder / ".venv" / "my-own-work.txt").exists()
    assert not (folder / ".venv" / "installed.txt").exists()
    python_of(folder / ".venv").unlink()
    process = start(folder, "lab")
    out, _ = process.communicate(timeout=60)
    assert process.returncode and "Rename or delete it" in out and "Traceback" not in out
    assert (folder / ".venv" / "my-own-work.txt").exists()


@pytest.mark.parametrize(
    ("heard", "cause"),
    [
        (
            "ERROR: Could not install packages: [Errno 28] No space left on device",
            "disk is full",
        ),
        ("[Errno 30] Read-only file system: '/x'", "may not be written"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one"),
        ("Hash mismatch for `anyio==4.16.0`", "not the one"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        (
            "NewConnectionError(': Failed to establish a new connection: [Errno -3] Temporary"
            " failure in name resolution')': /simple/x/\nERROR: No matching distribution found",
            "network",
        ),
        ("error: Failed to fetch: `x`\n  Caused by: dns error", "network"),
        ("ERROR: No matching distribution found for numpy==2.5.5", "not for this computer"),
        ("Segmentation fault", "lines above"),
    ],
)
def test_a_failed_set_up_names_its_cause(heard: str, cause: str) -> None:
    assert cause in run.cause(heard)
    assert run.cause(heard).count(". ") == 0, "one sentence"


def test_a_full_disk_is_seen_where_venv_does_not_say_so(monkeypatch) -> None:
    usage = run.shutil.disk_usage(ROOT)._replace(free=1000)
    monkeypatch.setattr(run.shutil, "disk_usage", lambda path: usage)
    assert "disk is full" in run.cause("Error: Command 'ensurepip' returned non-zero exit status 1")


def test_no_ensurepip_is_named_before_anything_is_made(copy: Path, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(run, "VENV", tmp_path / "none")
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="sudo apt install python3"):
        run.install("lessons", "unusable")
    assert not (tmp_path / "none").exists()


def test_a_folder_that_may_not_be_written_to_is_named(monkeypatch, tmp_path) -> None:
    def touch(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(run, "VENV", tmp_path / "none")
    monkeypatch.setattr(run, "PYTHON", tmp_path / "none" / "python")
    monkeypatch.setattr(run.Path, "touch", touch)
    monkeypatch.setattr(run.sys, "argv", ["run.py", "lab"])
    with pytest.raises(SystemExit, match=r"Permission denied.*\n.*folder that you may write to"):
        run.main()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there is no root on Windows")
def test_root_gets_a_server_for_this_machine_alone(monkeypatch, capsys) -> None:
    monkeypatch.setattr(run.os, "geteuid", lambda: 0)
    assert run.lab_options([]) == ["--allow-root", "--ServerApp.ip=127.0.0.1"]
    assert "this machine alone" in capsys.readouterr().out
    assert run.lab_options(["--ip=0.0.0.0"]) == ["--allow-root"]
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    assert run.lab_options([]) == []
    assert capsys.readouterr().out == ""
