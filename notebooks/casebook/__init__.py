"""The Potash Deal: the helpers that the lessons share.

Each module holds one idea and imports only from those to its left:
``tables -> facts, market -> charts -> explore, practice -> brief``.
"""

from .brief import Brief, data_card
from .charts import COLOURS, bars, label_ends, show, style
from .explore import Explorer, choice, number, text
from .facts import as_of, days, fact, spell
from .practice import compare, question
from .tables import CasebookError, check_tables, cite, credit, dictionary, read

__all__ = [
    "COLOURS",
    "Brief",
    "CasebookError",
    "Explorer",
    "as_of",
    "bars",
    "check_tables",
    "choice",
    "cite",
    "compare",
    "credit",
    "data_card",
    "days",
    "dictionary",
    "fact",
    "label_ends",
    "number",
    "question",
    "read",
    "show",
    "spell",
    "style",
    "text",
]
