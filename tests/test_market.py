"""The arithmetic of potash and of counts, against values worked out by hand or on paper."""

import itertools

import pytest

from casebook.market import (
    K2O_IN_PRODUCT,
    K2O_IN_PURE_KCL,
    detour_cost,
    hhi,
    k2o_from_product,
    k2o_from_pure_kcl,
    netback,
    percent_change,
    product_from_k2o,
    pure_kcl_from_k2o,
    scenario_gain,
    stock_and_flow,
    swings,
    tonnage_that_fits,
    two_point_ratio,
    unit_value,
    volume_effect,
)

BASE = {"share_of_imports": 0.06, "imports_kt_k2o": 5600, "net_price": 320}
BASE |= {"diverted": 0.8, "premium": 20}
TOY = {"start": 1131, "recognised_a_month": 54, "left_a_month": 38, "freed_a_round": 123}
TOY |= {"months_between_rounds": 3, "horizon_months": 24}


# --- product and K2O --------------------------------------------------------------------


def test_pure_salt_holds_less_than_two_thirds_k2o():
    """Two potassium of 39.098 and one oxygen of 15.999, over two of the salt of 74.551."""
    assert pytest.approx((2 * 39.098 + 15.999) / (2 * 74.551), abs=1e-4) == K2O_IN_PURE_KCL
    assert round(K2O_IN_PURE_KCL, 3) == 0.632


def test_product_weighs_more_than_its_k2o():
    assert product_from_k2o(7562.153) == pytest.approx(12603.6, abs=0.05)
    assert product_from_k2o(7562.153, K2O_IN_PURE_KCL) == pytest.approx(11970, abs=1)
    assert k2o_from_product(12270) == pytest.approx(7362)


def test_factor_fits_what_belstat_printed_for_one_year():
    """7,348 kt K2O and 12,270 kt product in 2019: a factor of 0.599."""
    assert pytest.approx(7348 / 12270, abs=0.002) == K2O_IN_PRODUCT


@pytest.mark.parametrize("share", [0.01, K2O_IN_PRODUCT, K2O_IN_PURE_KCL, 1])
@pytest.mark.parametrize("amount", [0, 0.5, 7562.153, 1e6])
def test_there_and_back_is_where_it_began(amount, share):
    assert k2o_from_product(product_from_k2o(amount, share), share) == pytest.approx(amount)
    assert product_from_k2o(amount, share) >= amount


@pytest.mark.parametrize("share", [0, -0.6, 1.01, 60, float("nan")])
@pytest.mark.parametrize("convert", [product_from_k2o, k2o_from_product])
def test_share_that_is_none_is_refused(convert, share):
    """60 for 60 percent is the likeliest slip; the sentence repeats what was given."""
    with pytest.raises(ValueError, match=f"not at {share}"):
        convert(100, share)


@pytest.mark.parametrize("amount", [0, 0.5, 7562.153, 1e6])
def test_pure_salt_there_and_back(amount):
    assert k2o_from_pure_kcl(pure_kcl_from_k2o(amount)) == pytest.approx(amount)
    assert amount <= pure_kcl_from_k2o(amount) <= product_from_k2o(amount)


# --- concentration ----------------------------------------------------------------------


def test_index_of_one_seller_and_of_many():
    assert hhi([100]) == 10_000
    assert hhi([]) == 0
    assert hhi([50, 30, 20]) == 2500 + 900 + 400


@pytest.mark.parametrize("sellers", [1, 2, 3, 4, 8, 100])
def test_index_of_equal_sellers_is_ten_thousand_over_their_number(sellers):
    assert hhi([100 / sellers] * sellers) == pytest.approx(10_000 / sellers)


def test_index_lies_between_its_bounds_and_grows_when_sellers_merge():
    shares = [30.6, 20.4, 12.9, 12.2, 6.1, 4.9, 4.1, 3.7, 1.2, 0.9]
    assert sum(shares) ** 2 / len(shares) < hhi(shares) < 10_000
    merged = [shares[1] + shares[3], *shares[:1], *shares[2:3], *shares[4:]]
    assert hhi(merged) == pytest.approx(hhi(shares) + 2 * shares[1] * shares[3])


def test_index_takes_any_row_of_numbers():
    import pandas as pd

    assert hhi(pd.Series([60.0, 40.0])) == 5200
    assert hhi(share for share in (60, 40)) == 5200


@pytest.mark.parametrize("shares", [[60, 40, 100], [101], [50, -1], [0.6, 120]])
def test_shares_that_are_no_parts_of_a_whole_are_refused(shares):
    """A total row among the parts is the usual cause."""
    with pytest.raises(ValueError, match="percentages of one whole"):
        hhi(shares)


def test_rounded_shares_may_exceed_the_whole_a_little():
    assert hhi([33.5, 33.5, 33.4]) == pytest.approx(3360, abs=1)


# --- prices and quantities ---------------------------------------------------------------


def test_change_has_the_old_value_as_its_base():
    assert percent_change(246.3, 633) == pytest.approx(157, abs=0.05)
    assert percent_change(786, 491) == pytest.approx(-37.5, abs=0.05)
    assert percent_change(5, 5) == 0


def test_percent_up_and_percent_down_do_not_cancel():
    up = percent_change(491, 786)
    assert up > 60 > -percent_change(786, 491)


def test_ratio_of_two_years_and_its_sign():
    """Use down by a tenth, price up by half: -0.2."""
    assert two_point_ratio(40, 36, 100, 150) == pytest.approx(-0.2)
    assert two_point_ratio(40, 44, 100, 150) > 0


def test_value_over_tonnes_is_dollars_a_tonne_and_back():
    """289.712 million dollars for 872.6 kt of K2O: 332 a tonne of K2O, 199 a tonne of product."""
    assert unit_value(289.712, 872.6) == pytest.approx(332, abs=0.05)
    assert unit_value(289.712, product_from_k2o(872.6)) == pytest.approx(199.2, abs=0.05)
    assert tonnage_that_fits(2440, 383) == pytest.approx(6371, abs=1)
    assert tonnage_that_fits(2440, unit_value(2440, 4880)) == pytest.approx(4880)


def test_parts_of_a_change_depend_on_the_price_taken():
    """From 10 kt at 100 to 5 kt at 200 the value stays; the parts do not."""
    assert volume_effect(10, 5, 100) == -0.5
    assert volume_effect(10, 5, 200) == -1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: percent_change(0, 5), "base is missing"),
        (lambda: two_point_ratio(40, 36, 100, 100), "did not change"),
        (lambda: two_point_ratio(0, 36, 100, 120), "base is missing"),
        (lambda: unit_value(100, 0), "tonnage must lie above 0"),
        (lambda: unit_value(100, float("nan")), "tonnage must lie above 0"),
        (lambda: tonnage_that_fits(100, -3), "price must lie above 0"),
    ],
)
def test_division_by_nothing_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- gain from an opened market ---------------------------------------------------------


def test_price_at_home_is_what_the_way_leaves():
    assert netback(383, 63) == 320
    assert netback(50, 80) == -30


def test_gain_of_the_default_scenario():
    """560 kt of product: 112 kt new at 320 dollars, 448 kt that earn 20 dollars more."""
    assert scenario_gain(**BASE) == pytest.approx(44.8)
    assert scenario_gain(**BASE | {"premium": 0}) == pytest.approx(35.84)
    assert scenario_gain(**BASE | {"diverted": 0}) == pytest.approx(179.2)
    assert scenario_gain(**BASE | {"diverted": 1}) == pytest.approx(11.2)


def test_gain_in_the_corners():
    luck = {"share_of_imports": 0.10, "imports_kt_k2o": 6480, "diverted": 0}
    assert scenario_gain(**BASE | luck | {"net_price": 450}) == pytest.approx(486.0)
    assert scenario_gain(**BASE | luck | {"net_price": 370}) == pytest.approx(399.6)
    assert scenario_gain(**BASE | {"share_of_imports": 0}) == 0


@pytest.mark.parametrize(
    ("name", "low", "high", "swing"),
    [
        ("share_of_imports", 0, 0.10, 74.7),
        ("imports_kt_k2o", 4940, 6480, 12.3),
        ("net_price", 270, 370, 11.2),
        ("diverted", 1.0, 0.0, 168.0),
        ("premium", 0, 60, 26.9),
    ],
)
def test_swing_of_each_input(name, low, high, swing):
    """The part that is diverted moves the gain most: that is the finding of the scenario."""
    ends = [scenario_gain(**BASE | {name: value}) for value in (low, high)]
    assert ends[1] - ends[0] == pytest.approx(swing, abs=0.05)


def test_gain_falls_as_more_is_diverted_while_the_premium_is_the_smaller():
    parts = [part / 10 for part in range(11)]
    gains = [scenario_gain(**BASE | {"diverted": part}) for part in parts]
    assert all(after < before for before, after in itertools.pairwise(gains))
    even = [scenario_gain(**BASE | {"diverted": part, "premium": 320}) for part in parts]
    assert even == pytest.approx([even[0]] * len(parts))


def test_gain_counts_product_and_not_k2o():
    pure = scenario_gain(**BASE, k2o_share=1)
    assert scenario_gain(**BASE) == pytest.approx(pure / K2O_IN_PRODUCT)


@pytest.mark.parametrize("name", ["share_of_imports", "diverted"])
@pytest.mark.parametrize("value", [-0.01, 1.01, 6, 80, float("nan")])
def test_parts_outside_zero_to_one_are_refused(name, value):
    with pytest.raises(ValueError, match="between 0 and 1"):
        scenario_gain(**BASE | {name: value})


def test_swings_move_one_input_at_a_time():
    ranges = {"diverted": (1.0, 0.0), "premium": (0, 60)}
    found = swings(scenario_gain, BASE, ranges)
    assert list(found) == list(ranges)
    assert found["diverted"] == pytest.approx((11.2, 179.2))
    assert found["premium"] == pytest.approx((35.84, 62.72))
    assert scenario_gain(**BASE) == pytest.approx(44.8)


# --- detour -----------------------------------------------------------------------------

OLD = {"volume_mt": 8, "port_eur_t": 40 / 11, "rail_eur_t": 60 / 11}


def test_detour_costs_what_goes_beyond_the_old_route():
    """Once the old cost is no detour; twice the cost of both is the old cost again."""
    assert detour_cost(**OLD, port_multiple=1, rail_multiple=1) == 0
    assert detour_cost(**OLD, port_multiple=2, rail_multiple=2) == pytest.approx(72.7, abs=0.05)
    assert detour_cost(**OLD, port_multiple=3.5, rail_multiple=2.25) == pytest.approx(127, abs=0.5)
    most = detour_cost(**OLD | {"volume_mt": 11}, port_multiple=5, rail_multiple=2.5)
    assert most == pytest.approx(250)


def test_cheaper_detour_is_a_saving():
    assert detour_cost(**OLD, port_multiple=0.5, rail_multiple=1) < 0


@pytest.mark.parametrize("name", ["volume_mt", "port_multiple", "rail_multiple"])
def test_negative_inputs_of_a_detour_are_refused(name):
    with pytest.raises(ValueError, match="below 0"):
        detour_cost(**OLD | {"port_multiple": 2, "rail_multiple": 2} | {name: -0.1})


# --- stock and flow ---------------------------------------------------------------------


def test_toy_after_two_years():
    """Eight rounds of 123 and a net 16 a month: 1,131 + 24 * 16 - 8 * 123 = 531."""
    assert stock_and_flow(**TOY)[-1] == 531
    assert stock_and_flow(**TOY | {"freed_a_round": 0})[-1] == 1515


def test_toy_month_by_month():
    counts = stock_and_flow(**TOY | {"horizon_months": 4})
    assert counts == [1131, 1147, 1163, 1056, 1072]


def test_toy_has_the_start_and_one_number_for_each_month():
    assert stock_and_flow(**TOY | {"horizon_months": 0}) == [1131]
    assert len(stock_and_flow(**TOY)) == 25


def test_level_stays_when_as_many_come_as_go():
    still = TOY | {"recognised_a_month": 38, "freed_a_round": 0}
    assert set(stock_and_flow(**still)) == {1131}


@pytest.mark.parametrize("freed", [0, 123, 300])
@pytest.mark.parametrize("left", [0, 38, 60])
@pytest.mark.parametrize("months", [1, 3, 12])
def test_nobody_is_counted_below_zero(freed, left, months):
    some = {"start": 200, "recognised_a_month": 0, "horizon_months": 36}
    some |= {"freed_a_round": freed, "left_a_month": left, "months_between_rounds": months}
    assert min(stock_and_flow(**TOY | some)) >= 0


def test_more_freed_never_means_more_held():
    ends = [stock_and_flow(**TOY | {"freed_a_round": freed})[-1] for freed in range(0, 301, 20)]
    assert ends == sorted(ends, reverse=True)


@pytest.mark.parametrize(("new", "people"), [(0, 531), (0.5, 1023), (1, 1515)])
def test_toy_with_new_arrests_for_each_person_freed(new, people):
    """Eight rounds of 123: with half as many anew 492 fewer are gone, with as many anew none."""
    assert stock_and_flow(**TOY, new_for_each_freed=new)[-1] == people


def test_without_new_arrests_the_toy_is_what_it_was():
    """Also where the count stops at zero: nobody is freed who is not held."""
    for some in ({}, {"start": 200, "recognised_a_month": 0}, {"left_a_month": 300}):
        old = [float(TOY["start"] if "start" not in some else some["start"])]
        flows = TOY | some
        for month in range(1, flows["horizon_months"] + 1):
            net = flows["recognised_a_month"] - flows["left_a_month"]
            freed = flows["freed_a_round"] * (month % flows["months_between_rounds"] == 0)
            old.append(max(0.0, old[-1] + net - freed))
        assert stock_and_flow(**flows) == old


def test_new_arrests_follow_only_those_who_were_freed():
    """With 100 held and a round of 300, half as many anew are 50 and not 150."""
    some = {"start": 100, "recognised_a_month": 0, "left_a_month": 0, "freed_a_round": 300}
    some |= {"months_between_rounds": 1, "horizon_months": 1}
    assert stock_and_flow(**some, new_for_each_freed=0.5) == [100, 50]


def test_new_arrests_cannot_be_negative():
    with pytest.raises(ValueError, match="cannot lie below 0"):
        stock_and_flow(**TOY, new_for_each_freed=-0.1)


@pytest.mark.parametrize("months", [0, -1])
def test_rounds_need_a_month_between_them(months):
    with pytest.raises(ValueError, match="at least one month"):
        stock_and_flow(**TOY | {"months_between_rounds": months})


def test_hhi_refuses_fractions() -> None:
    """0.6 and 0.4 would give 0.52, which looks like a very open market."""
    with pytest.raises(ValueError, match="give percentages"):
        hhi([0.6, 0.4])
