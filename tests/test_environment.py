"""Project file, lock, conda file and launch script: all agree on what is installed."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
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
LEFT_OUT = {"lark", "rfc3987-syntax"}  # on purpose: see tests/make_lock.py


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


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_lock_holds_what_the_project_asks_for(python: str) -> None:
    first, _, rest = LOCK.partition(run.MARKER)
    for part, wanted in ((first, LESSONS), (LOCK, TESTS)):
        versions = pins(part, python)
        for one in wanted:
            assert one.specifier.contains(versions[one.name]), f"{one} is not what the lock holds"
    assert not set(pins(first)) & set(pins(rest)), "a package stands in both parts of the lock"


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
def test_run_shows_its_two_commands_when_asked_for_another(words: list[str]) -> None:
    command = [sys.executable, ROOT / "run.py", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "python run.py lab" in done.stderr and "python run.py test" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_sets_up_once_and_anew_when_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    calls: list[str] = []
    lock, python = tmp_path / "requirements.lock", tmp_path / ".venv" / "bin" / "python"

    def call(*words: object) -> None:
        line = " ".join(map(str, words))
        made = "venv --clear" in line
        calls.append(
            "make" if made else f"install {(python.parents[1] / 'requirements.txt').read_text()}"
        )
        if made:
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        else:
            assert "--require-hashes" in line and "--no-deps" in line
            assert not (tmp_path / ".venv" / "installed.txt").exists(), "would look done if cut off"

    def prepare(command: str) -> list[str]:
        calls.clear()
        run.prepare(command)
        assert bool(calls) == ("Setting up" in capsys.readouterr().out)
        return calls

    for name, value in {"LOCK": lock, "VENV": tmp_path / ".venv", "PYTHON": python}.items():
        monkeypatch.setattr(run, name, value)
    monkeypatch.setattr(run, "call", call)
    core = "pandas\n"
    everything = f"{core}{run.MARKER}\nruff\n"
    lock.write_text(everything)
    assert prepare("lab") == ["make", f"install {core}"]
    assert prepare("lab") == []
    assert prepare("test") == [f"install {everything}"], "the tests' part comes on top"
    assert prepare("test") == prepare("lab") == []
    assert (tmp_path / ".venv/share/jupyter/lab/settings/overrides.json").exists()
    (tmp_path / ".venv" / "installed.txt").unlink()  # as after an interrupted set-up
    assert prepare("lab") == ["make", f"install {core}"]
    lock.write_text("numpy\n" + everything)
    assert prepare("test") == ["make", f"install numpy\n{everything}"]
    python.unlink()  # as after the system's Python was replaced
    assert prepare("test") == ["make", f"install numpy\n{everything}"]


def test_run_keeps_out_what_would_slow_or_mislead_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    code = "import run; print(*sorted(run.ENVIRONMENT))"
    seen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert "PATH" in seen.stdout.split()
    assert not {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & set(seen.stdout.split())
