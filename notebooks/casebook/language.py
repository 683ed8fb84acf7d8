"""The few words that all lessons share, in the language of the collection (gettext).

English stands in the code and is the only language so far; CONTRIBUTING says how to add one. The
prose of a lesson is not here: it is translated in the notebook, cell by cell.
"""

import gettext
from pathlib import Path

LANGUAGE = "en"
"""What the collection is written in, whatever the reader's computer is set to."""

LOCALE = Path(__file__).parent / "locale"
tr = gettext.translation("casebook", LOCALE, [LANGUAGE], fallback=True).gettext
