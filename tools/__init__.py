"""What makes the generated parts of the collection, and what measures it; nothing imports it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))
