"""Which notebooks are tested: the lessons. A person's own pages beside them are left alone."""

from pathlib import Path


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    from tools.pages import NOTEBOOKS, lesson_paths

    if collection_path.suffix == ".ipynb" and collection_path.parent == NOTEBOOKS:
        return True if collection_path not in lesson_paths() else None
    return None
