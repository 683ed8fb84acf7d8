"""The arithmetic of potash and of counts: pure functions, plain numbers in and out.

K2O is the chemist's unit for potassium content; a product tonne is what lies in the ship.
All tonnages are in thousand tonnes (kt), prices in US dollars per tonne of product, and
money in million US dollars, unless a name says otherwise.
"""

from collections.abc import Callable, Iterable

# --- units ------------------------------------------------------------------------------

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


def pure_kcl_from_k2o(k2o_kt: float) -> float:
    """Return the tonnage (kt) of chemically pure potassium chloride that holds ``k2o_kt``."""
    return k2o_kt / K2O_IN_PURE_KCL


def k2o_from_pure_kcl(pure_kcl_kt: float) -> float:
    """Return the K2O (kt) in ``pure_kcl_kt`` of chemically pure potassium chloride."""
    return pure_kcl_kt * K2O_IN_PURE_KCL


# --- concentration ----------------------------------------------------------------------


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


# --- prices and quantities --------------------------------------------------------------


def percent_change(before: float, after: float) -> float:
    """Return the change in percent of ``before``. Raises ValueError when ``before`` is 0."""
    if before == 0:
        raise ValueError("A change from 0 has no percentage: the base is missing.")
    return 100 * (after / before - 1)


def two_point_ratio(
    quantity_before: float, quantity_after: float, price_before: float, price_after: float
) -> float:
    """Return percent change in quantity for one percent change in price, between two years.

    It reads like a price elasticity of demand and is none: all else was not equal.
    Raises ValueError when the price did not change.
    """
    price = percent_change(price_before, price_after)
    if price == 0:
        raise ValueError("The price did not change, so there is nothing to divide by.")
    return percent_change(quantity_before, quantity_after) / price


def unit_value(value_musd: float, quantity_kt: float) -> float:
    """Return what a tonne fetched, in US dollars: value of a flow over its tonnage.

    The tonne is of the same unit as ``quantity_kt``: of K2O if that is K2O.
    Raises ValueError when the tonnage is not above 0.
    """
    return 1000 * value_musd / _positive(quantity_kt, "tonnage")


def tonnage_that_fits(value_musd: float, price: float) -> float:
    """Return the tonnage (kt) at which a value meets a price in US dollars per tonne.

    Raises ValueError when the price is not above 0.
    """
    return 1000 * value_musd / _positive(price, "price")


def volume_effect(quantity_before_kt: float, quantity_after_kt: float, price: float) -> float:
    """Return the part of a change in value that is tonnage, in million US dollars.

    Valued at the old price or at the new one it differs: the rest is called price.
    """
    return (quantity_after_kt - quantity_before_kt) * price / 1000


def netback(price_at_market: float, cost_to_market: float) -> float:
    """Return the price at home: market price less the cost of getting there, both per tonne."""
    return price_at_market - cost_to_market


# --- what relief may be worth -----------------------------------------------------------


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


def swings(
    model: Callable[..., float], base: dict[str, float], ranges: dict[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Return the result of ``model`` at both ends of each range, all else as in ``base``.

    One input at a time: what two of them do together, it does not show.
    """
    return {
        name: tuple(model(**base | {name: end}) for end in ends) for name, ends in ranges.items()
    }


def detour_cost(
    volume_mt: float,
    port_eur_t: float,
    rail_eur_t: float,
    port_multiple: float,
    rail_multiple: float,
) -> float:
    """Return what a detour costs more than the old route in a year, in million euros.

    ``port_eur_t`` and ``rail_eur_t`` are the old costs per tonne of product; a multiple of 2
    means that the new route costs twice as much, and of 1 that it costs the same.

    Raises ValueError for a negative tonnage, or a multiple below 0.
    """
    if min(volume_mt, port_multiple, rail_multiple) < 0:
        raise ValueError("Tonnage and multiples cannot lie below 0.")
    extra_eur_t = port_eur_t * (port_multiple - 1) + rail_eur_t * (rail_multiple - 1)
    return volume_mt * extra_eur_t


# --- counts of people -------------------------------------------------------------------


def stock_and_flow(
    start: int,
    recognised_a_month: float,
    left_a_month: float,
    freed_a_round: float,
    months_between_rounds: int,
    horizon_months: int,
    new_for_each_freed: float = 0,
) -> list[float]:
    """Return a toy count at the end of each month, the start included (horizon + 1 numbers).

    The count rises by people newly recognised, falls by those who leave by other doors, and
    falls in every ``months_between_rounds``-th month by a round; it never goes below zero.
    In the month of a round it also rises by ``new_for_each_freed`` people for each person freed.
    A toy to think with: it forecasts nothing, and no source gives that last number.

    Raises ValueError when ``months_between_rounds`` is below 1 or ``new_for_each_freed`` below 0.
    """
    if months_between_rounds < 1:
        raise ValueError("There must be at least one month between rounds.")
    if new_for_each_freed < 0:
        raise ValueError("New arrests for each person freed cannot lie below 0.")
    counts = [float(start)]
    for month in range(1, horizon_months + 1):
        held = max(0.0, counts[-1] + recognised_a_month - left_a_month)
        freed = min(held, freed_a_round) if month % months_between_rounds == 0 else 0
        counts.append(held - freed + new_for_each_freed * freed)
    return counts


def _share(value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError(f"A mass share lies above 0 and at most at 1, not at {value}.")
    return value


def _positive(value: float, name: str) -> float:
    if not value > 0:
        raise ValueError(f"The {name} must lie above 0, not at {value}.")
    return value
