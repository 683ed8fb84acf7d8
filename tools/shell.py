"""Run the cells of a lesson in this process, as a kernel would, and tell what each shows."""

import atexit
import contextlib
import re
import sys
from unittest import mock

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from tools.pages import unpainted

PIXELS = re.compile(r"base64,[\w+/=]*")
RANDOM_ID = re.compile(r"\bT_[0-9a-f]{5}")  # what pandas calls a styled table


class Shell:
    """A kernel in this process, for use as a context manager.

    Charts are drawn but not painted: their pictures stay blank, which saves most of the time.
    What cells set for all of Python (paths, styles, options) is taken back at the end.
    """

    value: object = None

    def __enter__(self) -> "Shell":
        self._stack = contextlib.ExitStack()
        self.restart()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stack.close()

    def restart(self) -> None:
        """Forget all names and settings, as a new kernel does."""
        self._stack.close()
        self._stack.enter_context(mpl.rc_context())
        # A kernel knows no width of a terminal.
        wide = ("display.max_columns", 20, "display.max_colwidth", 50, "display.width", 80)
        self._stack.enter_context(pd.option_context(*wide))
        self._stack.enter_context(mock.patch.object(sys, "path", sys.path[:]))
        self._stack.enter_context(unpainted())
        config = Config()
        config.HistoryManager.enabled = False
        self._ipython = InteractiveShell.instance(config=config, colors="nocolor")
        # What a cell ends with is kept, in all its forms, and not printed.
        self._results: list[dict[str, str]] = []
        hook = self._ipython.displayhook
        hook.write_output_prompt = lambda: None
        hook.write_format_data = lambda data, _metadata=None: self._results.append(data)
        self._stack.callback(InteractiveShell.clear_instance)
        # IPython keeps every shell, with all that its cells made, to tidy it at the very end.
        self._stack.callback(atexit.unregister, self._ipython.atexit_operations)
        self._stack.callback(plt.close, "all")

    def keep(self) -> dict[str, object]:
        """Return the names as they are now, for `restore`. What they hold is not copied."""
        return dict(self._ipython.user_ns)

    def restore(self, names: dict[str, object]) -> None:
        """Let the names be as they were kept."""
        self._ipython.user_ns.clear()
        self._ipython.user_ns.update(names)

    def run(self, source: str) -> list[str]:
        """Run a cell, and return what it shows, in words: pictures are left out.

        Prints come first, then each output (its HTML, Markdown and plain text), an error last.
        ``value`` then holds what its last line gives.
        """
        self._results.clear()
        with capture_output() as captured:
            done = self._ipython.run_cell(source)
        self.value = done.result
        plt.close("all")
        shown = [captured.stdout] if captured.stdout and done.success else []
        for data in (*(output.data for output in captured.outputs), *self._results):
            shown += in_words(data)
        problem = done.error_before_exec or done.error_in_exec
        return shown + ([f"{type(problem).__name__}: {problem}"] if problem else [])


def in_words(bundle: dict[str, str]) -> list[str]:
    """Return the texts of an output, without pictures and without names made at random."""
    kinds = sorted(kind for kind in bundle if kind.startswith("text/"))
    return [RANDOM_ID.sub("T_", PIXELS.sub("", "".join(bundle[kind]))) for kind in kinds]
