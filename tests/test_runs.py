"""Each lesson runs without a network, to the very bytes that are saved."""

import os
import platform
import re
import subprocess
import sys

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook
from tools import build
from tools.pages import NOTEBOOKS, ROOT, lesson_paths, load

# Kernels talk over the loopback address; anything else is what we cut off.
NO_NETWORK = """
import socket

real_connect = socket.socket.connect


def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
        raise OSError(f"The network is cut off in this test: {address[0]}")
    return real_connect(self, address)


def getaddrinfo(host, *args, **kwargs):
    raise OSError(f"The network is cut off in this test: {host}")


socket.socket.connect = connect
socket.getaddrinfo = getaddrinfo
"""


@pytest.fixture
def offline(tmp_path):
    """Return an environment in which Python starts with no way out of this machine."""
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    return os.environ | {"PYTHONPATH": str(tmp_path)}


@pytest.mark.long
@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_same_bytes_offline(path, offline):
    """Run where JupyterLab runs it, in the lesson's own folder, but with the network cut off."""
    again = build.saved(build.executed(load(path), env=offline))
    now = path.read_text(encoding="utf-8")
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        # Other processors may round a pixel differently; numbers and words may not.
        again, now = (re.sub(r"[A-Za-z0-9+/=]{200,}", "PICTURE", text) for text in (again, now))
    assert again == now


def test_a_line_that_a_busy_machine_prints_in_pieces_is_saved_as_one(tmp_path):
    source = "import time\nprint('one', end=' ', flush=True)\ntime.sleep(0.5)\nprint('line')"
    notebook = build.executed(new_notebook(cells=[new_code_cell(source)]), folder=tmp_path)
    (output,) = notebook.cells[0].outputs
    assert output.text == "one line\n"


@pytest.mark.parametrize(
    "attempt",
    [
        "import urllib.request; urllib.request.urlopen('https://example.org')",
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
    ],
)
def test_the_network_is_really_cut_off(attempt, offline):
    notebook = new_notebook(cells=[new_code_cell(attempt)])
    with pytest.raises(CellExecutionError, match="network is cut off"):
        build.executed(notebook, folder=ROOT, env=offline)


CHART = """
import sys

sys.path.append({notebooks!r})
import matplotlib.pyplot as plt
from casebook import show

fig, ax = plt.subplots()
ax.bar(["to Ukraine", "to Lithuania"], {values})
ax.set(title="People freed", ylabel="people")
show(fig, alt="Bars: 114 people to Ukraine and 9 to Lithuania, freed on one day.", source="test")
"""


@pytest.mark.parametrize(
    ("values", "passes"),
    [pytest.param([114, 9], True, marks=pytest.mark.long), ([9, 114], False)],
)
def test_a_chart_of_wrong_data_fails_the_notebook_test(values, passes, tmp_path):
    """nbval never compares pixels; the drawn numbers in our text are what it catches."""
    cell = new_code_cell(CHART.format(notebooks=str(NOTEBOOKS), values=[114, 9]))
    notebook = build.executed(new_notebook(cells=[cell]), folder=tmp_path)
    notebook.cells[0].source = CHART.format(notebooks=str(NOTEBOOKS), values=values)
    (tmp_path / "chart.ipynb").write_text(build.saved(notebook), encoding="utf-8")
    flags = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/sanitize.cfg"]
    pytest_here = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [*pytest_here, *flags, str(tmp_path / "chart.ipynb")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode == 0) is passes, done.stdout
    assert passes or "Cell outputs differ" in done.stdout
