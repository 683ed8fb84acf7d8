"""What the server of JupyterLab adds to its habits.

Read where this folder is the person's ``~/.jupyter`` (Binder, where HOME is the repository) and by
``python run.py lab``, which names the folder in JUPYTER_CONFIG_PATH.
"""

import runpy
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAVING = runpy.run_path(str(ROOT / "notebooks" / "casebook" / "saving.py"))


def before_saving(model: dict, **_more: object) -> None:
    """Leave out what would be an empty box when the notebook is opened again."""
    if model["type"] == "notebook" and model.get("content"):
        SAVING["drop_live_views"](model["content"])


# Jupyter hands its settings round twice, and would warn that the hook replaces itself.
warnings.filterwarnings("ignore", r"Overriding existing pre_save_hook \(before_saving\)")

c = get_config()  # noqa: F821 - Jupyter puts this name in place
c.ContentsManager.pre_save_hook = before_saving
c.LabApp.default_url = "/doc/tree/notebooks/00_start_here.ipynb"
c.ServerApp.root_dir = str(ROOT)
