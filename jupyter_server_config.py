"""What the server of JupyterLab adds to its habits: both ways to start it in README name this file.

A lesson that was run and saved names live controls. When it is opened again they are gone, and
JupyterLab would say "Error displaying widget" in the place of the picture and the table that
stand in the same output. So these are saved without the live view: nobody loses them.
"""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def keep_stand_ins(model: dict, **_more: object) -> None:
    """Take the live view out of each output that can be shown without it, before it is saved."""
    notebook = model.get("content") if model["type"] == "notebook" else None
    for cell in notebook["cells"] if notebook else []:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if WIDGET_VIEW in data and "text/html" in data:
                del data[WIDGET_VIEW]


c = get_config()  # noqa: F821 - Jupyter puts this name in place
c.ContentsManager.pre_save_hook = keep_stand_ins
