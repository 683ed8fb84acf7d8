"""The ways in which a reader can open a lesson: one row a door."""

from typing import NamedTuple

from tools.build import address


class Door(NamedTuple):
    """A way to open a lesson: its name, its address, and three things to know beforehand.

    In ``link``, ``{repository}`` is owner and name of the public repository, ``{owner}`` and
    ``{name}`` are its two halves, and ``{lesson}`` is the lesson's file without its ending. The
    three: what a door asks of a reader, how long it takes, what it keeps of a reader's work.
    """

    name: str
    link: str
    needs: str
    takes: str
    keeps: str
    is_hosted: bool = True  # somebody else's computer runs it


SITE = Door(
    "Web site",
    "https://{owner}.github.io/{name}/",
    "any browser or phone",
    "a second",
    "nothing; its pictures move",
)
BINDER = Door(
    "Binder",
    "https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=doc/tree/notebooks/{lesson}.ipynb",
    "a browser",
    "a few minutes",
    "nothing after ten idle minutes",
)
COLAB = Door(
    "Colab",
    "https://colab.research.google.com/github/{repository}/blob/main/notebooks/{lesson}.ipynb",
    "a Google account",
    "half a minute",
    "what you save to Drive",
)
KAGGLE = Door(
    "Kaggle",
    "https://kaggle.com/kernels/welcome?src=https://github.com/{repository}/blob/main"
    "/notebooks/{lesson}.ipynb",
    "an account, Internet on",
    "a minute",
    "what you save there",
)
COMPUTER = Door(
    "Your computer",
    "https://github.com/{repository}#start",
    "Python 3.11 or newer",
    "two minutes, once",
    "everything, offline",
    is_hosted=False,
)
# By nbgitpuller: the first click copies the collection, each later one brings what was corrected.
HUB = Door(
    "A class hub",
    "https://YOUR-HUB/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2F{owner}%2F{name}"
    "&branch=main&urlpath=doc%2Ftree%2F{name}%2Fnotebooks%2F{lesson}.ipynb",
    "an account there",
    "half a minute",
    "everything, on the hub",
)
# Tried with Pyodide's core on a local server: the web site alone offers it until it ran in public.
LITE = Door(
    "JupyterLite",
    "https://{owner}.github.io/{name}/run/notebooks/index.html?path=notebooks/{lesson}.ipynb",
    "a browser, and Python from another host, jsdelivr.net",
    "a minute; not yet tried on the public web",
    "your changes, in this browser (after a reload run an explorer's cell again)",
)
# Each of these runs a lesson: its code can be changed, and its exercises are checked.
DOORS = (BINDER, COLAB, KAGGLE, COMPUTER)


def link(door: Door, lesson: str = "") -> str:
    """Return the address that opens a lesson, such as "06_price_shock", through a door."""
    repository = address().removeprefix("https://github.com/").removesuffix(".git").strip("/")
    owner, _, name = repository.partition("/")
    return door.link.format(repository=repository, owner=owner, name=name, lesson=lesson)
