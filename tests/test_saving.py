"""What stays of a notebook that was run and saved, and what git sees of a clone that is HOME."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.pages import code, lesson_paths, load
from websocket import create_connection

from casebook.saving import RUN_AGAIN, WIDGET_VIEW, drop_live_views

VIEW = {"model_id": "abc", "version_major": 2, "version_minor": 0}
KEY = {"Authorization": "token t"}
STATE = "application/vnd.jupyter.widget-state+json"


def notebook_with(data: dict, **metadata: object) -> dict:
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    cell = {"cell_type": "code", "outputs": [output], "source": "", "metadata": {}}
    return {"cells": [{"cell_type": "markdown", "source": "", "metadata": {}}, cell]} | {
        "metadata": metadata
    }


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"text/html": "<p>", "text/plain": "p"}, {"text/html": "<p>", "text/plain": "p"}),
        ({"text/plain": "IntSlider(value=7)"}, {"text/plain": "IntSlider(value=7)"}),
        ({}, {"text/plain": RUN_AGAIN}),
    ],
)
def test_a_saved_output_never_ends_as_an_empty_box(data: dict, kept: dict) -> None:
    """A live view without its kernel says "Error displaying widget" and hides what is beside it."""
    notebook = notebook_with({WIDGET_VIEW: VIEW} | data)
    drop_live_views(notebook)
    assert notebook["cells"][1]["outputs"][0]["data"] == kept


def test_a_view_whose_state_is_in_the_notebook_stays_as_it_works() -> None:
    data = {WIDGET_VIEW: VIEW, "text/plain": "IntSlider(value=7)"}
    notebook = notebook_with(dict(data), widgets={STATE: {"state": {"abc": {}}}})
    drop_live_views(notebook)
    assert notebook["cells"][1]["outputs"][0]["data"] == data


def test_outputs_of_other_kinds_are_left_alone() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    notebook = {"cells": [{"outputs": [dict(stream)]}], "metadata": {}}
    drop_live_views(notebook)
    assert notebook["cells"][0]["outputs"] == [stream]


class Server:
    """JupyterLab as Binder starts it: in a clone that is HOME, with no settings on the line."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        keep = ("PATH", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR")
        environment = {k: v for k, v in os.environ.items() if k in keep}
        environment |= {"HOME": str(home), "USERPROFILE": str(home)}
        words = ["--no-browser", f"--port={self.port}", "--IdentityProvider.token=t"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            words.append("--allow-root")
        self.log = home.parent / "log.txt"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *words],
                **{"cwd": home, "env": environment, "stdout": out, "stderr": subprocess.STDOUT},
            )

    def ask(self, path: str, body: object = None, method: str = "") -> dict:
        """Return what the server answers to a question, as JupyterLab in a browser asks it."""
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.port}/{path}"
        headers = {"Content-Type": "application/json"} | KEY
        request = urllib.request.Request(url, data, headers, method=method or None)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"{}")

    def run(self, source: str) -> list[dict]:
        """Run code in a kernel of its own and return the outputs."""
        kernel = self.ask("api/kernels", {"name": "python3", "path": "notebooks"})["id"]
        line = create_connection(
            f"ws://127.0.0.1:{self.port}/api/kernels/{kernel}/channels", header=KEY
        )
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        header = {"msg_id": "1", "msg_type": "execute_request", "version": "5.3"}
        header |= {"username": "", "session": "1", "date": ""}
        parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        line.send(json.dumps(parts | {"channel": "shell", "buffers": []}))
        outputs = []
        line.settimeout(60)
        while True:
            message = json.loads(line.recv())
            if message["parent_header"].get("msg_id") != "1":
                continue
            if message["msg_type"] in ("display_data", "execute_result", "error"):
                outputs.append({"output_type": message["msg_type"]} | message["content"])
            if message["content"].get("execution_state") == "idle":
                line.close()
                return outputs


def git(folder: Path, *words: str) -> str:
    command = ["git", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def binder(clone: Path) -> Iterator[Server]:
    server = Server(clone)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                server.ask("api")
                break
            except (urllib.error.URLError, ConnectionError):
                started = server.process.poll() is None and time.monotonic() < end
                assert started, server.log.read_text()
                time.sleep(0.1)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(20)


def test_every_tracked_file_is_one_that_git_would_take_today(clone: Path) -> None:
    assert git(clone, "ls-files", "--cached", "--ignored", "--exclude-standard") == ""


def test_settings_are_read_where_home_is_the_repository(binder: Server) -> None:
    news = binder.ask("lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"
    viewers = binder.ask("lab/api/settings/@jupyterlab/docmanager-extension:plugin")
    default = viewers["schema"]["properties"]["defaultViewers"]["default"]
    assert default["markdown"] == "Markdown Preview"
    assert "Warning" not in binder.log.read_text()


def test_a_lesson_run_and_saved_is_all_that_git_sees(binder: Server, clone: Path) -> None:
    """The lab leaves its windows, settings, keys and caches in HOME: git must not see them."""
    path = f"notebooks/{lesson_paths()[1].name}"
    model = binder.ask(f"api/contents/{path}")
    cells = [cell for cell in model["content"]["cells"] if cell["cell_type"] == "code"]
    outputs = binder.run("import matplotlib.pyplot as plt, ipywidgets\nplt.plot([1])\nplt.show()")
    outputs += binder.run("import ipywidgets; display(ipywidgets.IntSlider(7))")
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert any(WIDGET_VIEW in output.get("data", {}) for output in outputs)
    cells[0]["outputs"] = [
        {"output_type": "display_data", "data": output["data"], "metadata": {}}
        for output in outputs
        if "data" in output
    ]
    binder.ask(f"api/contents/{path}", {**model, "content": model["content"]}, "PUT")
    binder.ask(f"api/contents/{path}/checkpoints", {}, "POST")
    window = {"data": {}, "metadata": {"id": "default"}}
    binder.ask("lab/api/workspaces/default", window, "PUT")
    theme = {"raw": '{"theme": "JupyterLab Dark"}'}
    binder.ask("lab/api/settings/@jupyterlab/apputils-extension:themes", theme, "PUT")
    for name in (".bashrc", ".profile", ".cache/pip/x", ".conda/environments.txt"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).touch()  # Binder's own system leaves these
    assert (clone / ".jupyter" / "lab" / "workspaces").is_dir()
    assert git(clone, "status", "--porcelain", "--untracked-files=all") == f" M {path}\n"
    saved = [output.data for output in code(load(clone / path))[0].outputs]
    assert not any(WIDGET_VIEW in data for data in saved)
    assert any("IntSlider" in data.get("text/plain", "") for data in saved)
