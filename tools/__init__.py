"""What makes the generated parts of the collection, and what measures it; nothing imports it."""

import contextlib
import sys
from pathlib import Path

for stream in (sys.stdout, sys.stderr):
    with contextlib.suppress(AttributeError):  # a terminal that lacks a sign shows a "?" for it
        stream.reconfigure(errors="replace")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))
