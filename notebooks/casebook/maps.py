"""Maps of the eastern Baltic: land outlines as scenery, and people as dots, one each."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import Polygon

from .charts import scenery
from .tables import read

SEA, LAND, LIT, BORDER = "#DCE6EE", "#F5F2EB", "#EADFCF", "#B5AB9C"


def draw_land(
    ax: Axes, west: float, east: float, south: float, north: float, lit: str = "Belarus"
) -> None:
    """Fill a panel with the map between four degrees of longitude and latitude.

    ``lit`` is the country that stands out. Outlines: Natural Earth, the table ``outlines``
    (16 to 34 degrees east, 50 to 61 degrees north). The panel keeps true proportions in its
    middle; the outlines are scenery, so they are left out of the description of the picture.
    """
    outlines = read("outlines")
    for _, corners in outlines.groupby("outline_id"):
        colour = LIT if corners.country.iloc[0] == lit else LAND
        land = Polygon(
            corners[["longitude", "latitude"]].to_numpy(), fc=colour, ec=BORDER, lw=0.8, zorder=0
        )
        ax.add_patch(scenery(land))
    ax.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], facecolor=SEA)
    ax.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    ax.set_anchor("N")
    ax.spines[:].set_visible(False)


def draw_people(
    ax: Axes, count: int, longitude: float, latitude: float, colour: str, size: float = 14
) -> PathCollection:
    """Draw one dot for each of ``count`` people, close together round a point of the map.

    Dots stand in a country, not at a place. ``size`` is in points squared. A spiral keeps the
    distance between neighbours the same, so that areas can be compared.
    """
    number = np.arange(1, count + 1)
    radius = 0.062 * np.sqrt(number - 0.5)
    angle = number * math.pi * (3 - math.sqrt(5))
    stretch = 1 / math.cos(math.radians(latitude))
    return ax.scatter(
        longitude + stretch * radius * np.cos(angle),
        latitude + radius * np.sin(angle),
        s=size,
        color=colour,
        linewidth=0,
        zorder=3,
    )
