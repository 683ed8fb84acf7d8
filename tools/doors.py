"""The ways in which a reader can run a lesson: one row a door."""

from typing import NamedTuple

from tools.build import address


class Door(NamedTuple):
    """A way to run a lesson: its name, its address, what it asks of a reader and what it keeps.

    In ``link``, ``{repository}`` is owner and name of the public repository, ``{lesson}`` the
    lesson's file without its ending.
    """

    name: str
    link: str
    needs: str


DOORS = (
    Door(
        "Binder",
        "https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=doc/tree/notebooks/{lesson}.ipynb",
        "in the browser, nothing to install; starts in a minute or more, keeps nothing",
    ),
    Door(
        "Your computer",
        "https://github.com/{repository}#start",
        "Python 3.11 or newer and one command; works without network from then on",
    ),
)


def link(door: Door, lesson: str) -> str:
    """Return the address that opens a lesson, such as "06_price_shock", through a door."""
    repository = address().removeprefix("https://github.com/").removesuffix(".git").strip("/")
    return door.link.format(repository=repository, lesson=lesson)
