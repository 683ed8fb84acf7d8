"""The catalogue of shared words: ``casebook.pot`` for translators, ``.mo`` files for Python."""

import ast
import io
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from casebook.language import LOCALE
from tools.pages import ROOT

TEMPLATE = LOCALE / "casebook.pot"


def template() -> str:
    """Return the catalogue with every word that the code gives to ``tr``, and where it stands."""
    words = Catalog()
    for folder in (LOCALE.parent, ROOT / "tools"):
        for file in sorted(folder.glob("*.py")):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "tr":
                    word = ast.literal_eval(call.args[0])
                    words.add(word, locations=[(file.relative_to(ROOT).as_posix(), None)])
    text = io.BytesIO()
    write_po(text, words, omit_header=True, width=100, include_lineno=False)
    return text.getvalue().decode()


def compile_all() -> list[Path]:
    """Make the file that Python reads of each translation; return those that changed."""
    changed = []
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/casebook.po")):
        made, target = io.BytesIO(), file.with_suffix(".mo")
        with file.open("rb") as words:
            write_mo(made, read_po(words))
        if not target.exists() or target.read_bytes() != made.getvalue():
            target.write_bytes(made.getvalue())
            changed.append(target)
    return changed
