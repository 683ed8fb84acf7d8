"""What stands behind each page, one module a lesson: its facts, explorers, drawings, exercises.

Importing this package imports every module in it, so that the ledger knows their functions. A
lesson is dropped by deleting its module, its notebook and the rows that name it.
"""

import importlib
import pkgutil

for module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{module.name}")
