"""The Potash Deal: the helpers that the lessons share.

Each module holds one idea and imports only from those to its left:
``language -> tables, text, causes -> ledger, market, readings, description, frames, care ->
charts, maps -> explorer, exercises -> brief -> lessons``.
"""

from . import requirements

requirements.check()

# ruff: noqa: E402 (what follows needs the packages)
from . import lessons  # noqa: F401 (so that the ledger knows their functions)
from .brief import Brief, data_card, open_brief
from .charts import COLOURS, bars, label_ends, show, style
from .exercises import question, reveal
from .explorer import Explorer, choice, number, text
from .ledger import data_status, days, fact
from .tables import CasebookError, check_tables, dictionary, read, source_line, sources_of
from .text import format_value

__all__ = [
    "COLOURS",
    "Brief",
    "CasebookError",
    "Explorer",
    "bars",
    "check_tables",
    "choice",
    "data_card",
    "data_status",
    "days",
    "dictionary",
    "fact",
    "format_value",
    "label_ends",
    "number",
    "open_brief",
    "question",
    "read",
    "reveal",
    "show",
    "source_line",
    "sources_of",
    "style",
    "text",
]
