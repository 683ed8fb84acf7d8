"""How a notebook is saved: the one rule that the server, the build and the tests share.

It imports nothing, since the server's settings run this file before any package is at hand.
"""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
RUN_AGAIN = "A control stood here: run this cell to see it again."


def drop_live_views(notebook: dict) -> None:
    """Take the live view of a widget out of each output of a notebook, in place.

    Without its kernel a live view is an empty box or "Error displaying widget", and it hides the
    picture, table and words that stand beside it in the same output. An output that is a live
    view alone becomes a sentence that says how to have it back. Where the notebook itself holds
    the state of a widget (JupyterLab's *Save Widget State Automatically*) that view still works
    without a kernel, and stays.
    """
    state = notebook.get("metadata", {}).get("widgets", {})
    kept = state.get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            view = data.get(WIDGET_VIEW)
            if view is not None and view.get("model_id") not in kept:
                del data[WIDGET_VIEW]
                data.setdefault("text/plain", RUN_AGAIN)
