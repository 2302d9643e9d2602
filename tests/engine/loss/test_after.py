"""After the trigger: one position, every price it may be sold at and every rule about how much of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loss import after
from engine.margin.scenario import Keeper, Scenario, ScenarioError, Side

COIN = {"capital": 3000.0, "leverage": 20.0, "entry_price": 60_000.0}


def scenario(**fields):
    try:
        return Scenario(**fields)
    except ScenarioError:
        return None


positions = st.builds(
    scenario,
    side=st.sampled_from(Side),
    capital=st.floats(1.0, 1e7),
    leverage=st.floats(1.5, 190.0),
    entry_price=st.floats(1e-3, 1e6),
).filter(bool)
beyond = st.floats(0.0, 0.2)


# --- who pays ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fill, fee, fund_after, cut",
    [
        pytest.param(57_286.43, 28.643215, 507.786785, 0.0, id="at the trigger"),
        pytest.param(57_100.0, 28.55, 321.45, 0.0, id="a little beyond"),
        pytest.param(57_000.0, 0.0, 250.0, 0.0, id="bankrupt"),
        pytest.param(56_800.0, 0.0, 50.0, 0.0, id="the fund pays"),
        pytest.param(56_500.0, 0.0, 0.0, 250.0, id="the fund is empty"),
    ],
)
@pytest.mark.parametrize("side", Side)
def test_one_bitcoin_at_20x(side, fill, fee, fund_after, cut):
    """The short is the same story upside down; its fee is charged on its own, higher price."""
    s = Scenario(side=side, leftover=Keeper.FUND, **COIN)
    price = 60_000.0 - side.sign * (60_000.0 - fill)
    fee = after.SALE_FEE * price if fee else 0.0
    done = after.sold(s, price, fund=250.0)
    assert done.settlement.trading_fees == pytest.approx(fee)
    assert sum(done.haircuts) == pytest.approx(cut, abs=1e-9)
    assert (done.settlement.returned, done.socialised) == (0.0, 0.0)
    if side is Side.LONG:
        assert done.fund_after == pytest.approx(fund_after, abs=1e-6)


def test_half_of_the_loss_is_cut_from_the_first_in_the_queue_and_the_rest_from_the_next():
    s = Scenario(**COIN)
    done = after.sold(s, 56_500.0, fund=250.0)
    # 500 a unit; Cleo has a quarter of a unit, Ada a fifth: together 225 of the 250.
    assert done.haircuts == pytest.approx((100.0, 25.0, 125.0))
    assert [one.number for one in after.queue(s, 56_500.0)] == [3, 1, 2]
    late = after.sold(s, 55_900.0, fund=250.0)
    assert late.socialised == pytest.approx(1100.0 - 250.0 - 0.75 * 1100.0)


def test_the_trader_gets_the_rest_where_the_fund_does_not_keep_it():
    done = after.sold(Scenario(**COIN), 57_100.0, fund=250.0)
    assert (done.settlement.returned, done.fund_after) == pytest.approx((71.45, 250.0))


@given(positions)
def test_sales_start_beyond_bankruptcy_and_get_worse(s):
    prices = after.sale_prices(s)
    sign = s.side.sign
    way = [sign * price for price in (prices.trigger, s.bankruptcy_price, prices.start, prices.usual)]
    assert way == sorted(way, reverse=True)
    assert prices.least == pytest.approx(s.bankruptcy_price * (0.5 if sign > 0 else 2.0))
    cushion = s.bankruptcy_price - prices.trigger
    assert prices.usual - s.bankruptcy_price == pytest.approx(4 * cushion, rel=1e-6)


# --- how much is sold ----------------------------------------------------------------------------


# --- a loan on chain -----------------------------------------------------------------------------
