"""The arithmetic of potash and of counts: pure functions, plain numbers in and out.

K2O is the chemist's unit for potassium content; a product tonne is what lies in the ship.
All tonnages are in thousand tonnes (kt), prices in US dollars per tonne of product, and
money in million US dollars, unless a name says otherwise.
"""

from collections.abc import Iterable

K2O_IN_PURE_KCL = 94.196 / (2 * 74.551)
"""Mass share of K2O in pure potassium chloride, 0.632: molar mass of K2O over two KCl."""

K2O_IN_PRODUCT = 0.60
"""Mass share of K2O in traded muriate of potash, about 0.60 (Belstat 2019: 7.348 / 12.27 Mt)."""


def product_from_k2o(k2o_kt: float, k2o_share: float = K2O_IN_PRODUCT) -> float:
    """Return product tonnage (kt) that holds ``k2o_kt`` of K2O. Product always weighs more.

    Raises ValueError when ``k2o_share`` is not above 0 and at most 1.
    """
    return k2o_kt / _share(k2o_share)


def k2o_from_product(product_kt: float, k2o_share: float = K2O_IN_PRODUCT) -> float:
    """Return the K2O (kt) in ``product_kt`` of product. Raises ValueError as above."""
    return product_kt * _share(k2o_share)


def hhi(shares_percent: Iterable[float]) -> float:
    """Return the Herfindahl-Hirschman index: the sum of squared percentage shares, 0 to 10,000.

    Raises ValueError for a negative share, for fractions instead of percentages, and when
    the shares sum to more than 100 (a total row left among the parts is the usual cause);
    half a point is left for rounding.
    """
    shares = list(shares_percent)
    if 0 < sum(shares) <= 1.005:
        raise ValueError("These look like fractions: give percentages, 25 and not 0.25.")
    if any(share < 0 for share in shares) or sum(shares) > 100.5:
        raise ValueError(
            "Shares must be percentages of one whole: none below 0, at most 100 in all."
        )
    return sum(share**2 for share in shares)


def netback(price_at_market: float, cost_to_market: float) -> float:
    """Return the price at home: market price less the cost of getting there, both per tonne."""
    return price_at_market - cost_to_market


def scenario_gain(
    share_of_imports: float,
    imports_kt_k2o: float,
    net_price: float,
    diverted: float,
    premium: float,
    k2o_share: float = K2O_IN_PRODUCT,
) -> float:
    """Return the yearly gain from an opened market, in million US dollars.

    Of the tonnes sold there, the part ``diverted`` (0 to 1) would have been sold elsewhere
    anyway and earns only ``premium`` dollars a tonne more; the rest is new and earns
    ``net_price``. ``share_of_imports`` is 0 to 1. A scenario and not a forecast.

    Raises ValueError when a share lies outside 0 to 1.
    """
    if not (0 <= share_of_imports <= 1 and 0 <= diverted <= 1):
        raise ValueError("Shares must lie between 0 and 1.")
    tonnes_kt = product_from_k2o(share_of_imports * imports_kt_k2o, k2o_share)
    return tonnes_kt * ((1 - diverted) * net_price + diverted * premium) / 1000


def stock_and_flow(
    start: int,
    recognised_a_month: float,
    left_a_month: float,
    freed_a_round: float,
    months_between_rounds: int,
    horizon_months: int,
) -> list[float]:
    """Return a toy count at the end of each month, the start included (horizon + 1 numbers).

    The count rises by people newly recognised, falls by those who leave by other doors, and
    falls in every ``months_between_rounds``-th month by a round; it never goes below zero.
    A toy to think with: it forecasts nothing.

    Raises ValueError when ``months_between_rounds`` is below 1.
    """
    if months_between_rounds < 1:
        raise ValueError("There must be at least one month between rounds.")
    counts = [float(start)]
    for month in range(1, horizon_months + 1):
        freed = freed_a_round if month % months_between_rounds == 0 else 0
        counts.append(max(0.0, counts[-1] + recognised_a_month - left_a_month - freed))
    return counts


def _share(value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError(f"A mass share lies above 0 and at most at 1, not at {value}.")
    return value
