"""What this Python lacks to run the lessons, said in a sentence before anything fails."""

import importlib.util
import sys

PACKAGES = ("pandas", "matplotlib", "ipywidgets")


class SetupError(ImportError):
    """A set-up that cannot run the lessons; the sentence says what to do."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to print the sentence alone."""
        return [str(self)]


def check() -> None:
    """Raise SetupError, in a sentence, where Python is too old or a package is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 (a kernel may be older than what we ask for)
        raise SetupError("This Python is too old. README.md says which one is needed.")
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise SetupError(f"Not found: {', '.join(missing)}. Start with the command in README.md.")
