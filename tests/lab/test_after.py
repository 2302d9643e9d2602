"""What follows the trigger, drawn and told: bars that hang together, words that agree with them."""

import re

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loss import after, part_sale
from engine.margin.scenario import Scenario, ScenarioError, Side
from pages.lab.after import part_sale as part_story
from pages.lab.after import sale
from pages.lab.after.tabs import AFTER, LARGER
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.words import unmarked
from tests.runs import at_most

fewer = at_most(60)


def scenario(**fields):
    try:
        return Scenario(**fields)
    except ScenarioError:
        return None


positions = st.builds(
    scenario,
    side=st.sampled_from(Side),
    capital=st.sampled_from([10.0, 3000.0, 1234.56, 150_000.0]),
    leverage=st.sampled_from([1.5, 7.0, 20.0, 125.0]),
    entry_price=st.sampled_from([0.01, 100.0, 60_000.0]),
).filter(bool)
pasts = st.sampled_from([0.0, 0.001, 0.003, 0.005, 0.01, 0.1])


@st.composite
def sales(draw):
    s = draw(positions)
    price, fund = part_sale.past_trigger(s, draw(pasts)), draw(st.sampled_from([0.0, 1.5, 250.0, 1e6]))
    return sale.Sale(s, after.sold(s, price, fund=fund, fund_keeps_rest=draw(st.booleans())), fund)


def sold_at(price, fund=250.0, keeps=True, **fields):
    s = Scenario(**AFTER | fields)
    return sale.Sale(s, after.sold(s, price, fund=fund, fund_keeps_rest=keeps), fund)


def labels(picture):
    """Words of the wide and of the narrow picture, without their tags."""
    figure, narrow, _ = picture
    return [
        [re.sub("<.*?>", "", label["text"]) for label in layout["annotations"]]
        for layout in (figure["layout"], narrow)
    ]


def trace(picture, name):
    return next(one for one in picture[0]["data"] if one.get("name") == name)


# --- who pays ------------------------------------------------------------------------------------


@fewer
@given(sales())
def test_the_shares_add_up_to_what_is_left_or_missing(story):
    bars = trace(sale.picture(story), "shares")
    assert bars["x"][0] == story.left == pytest.approx(sum(story.shares.values()), abs=0.005)
    ends = [base + length for base, length in zip(bars["base"], bars["x"], strict=True)]
    assert bars["base"][1] == pytest.approx(ends[0])
    for end, start in zip(ends[1:], bars["base"][2:], strict=False):
        assert start == pytest.approx(end, abs=1e-6)
    assert ends[-1] == pytest.approx(0.0, abs=1e-6)
    assert story.left == pytest.approx(story.done.settlement.equity_at_fill, abs=0.011)
    signs = {amount > 0 for amount in story.shares.values() if amount}
    assert signs <= {story.left > 0}


@pytest.mark.parametrize("price, left", [(57_000.5, 0.5), (57_000.0, 0.0), (56_999.5, -0.5)])
def test_the_first_bar_says_by_its_colour_whether_a_cent_is_left(price, left):
    story = sold_at(price)
    assert story.left == left
    marker = trace(sale.picture(story), "shares")["marker"]
    fill, edge, hatch = (
        marker["pattern"]["bgcolor"][0],
        marker["line"]["color"][0],
        marker["pattern"]["shape"][0],
    )
    if left > 0:
        assert (fill, edge, hatch) == (theme.EQUITY_FILL, theme.EQUITY, "")
        assert marker["color"][0] == theme.EQUITY_FILL
    else:
        assert (fill, edge, hatch) == (theme.LOSS_FILL, theme.BANKRUPTCY, "x")
        assert marker["color"][0] == theme.BANKRUPTCY
    assert marker["line"]["width"][0] == (1.5 if left else 0)


@pytest.mark.parametrize("price", [57_286.43, 57_100.0, 56_500.0, 55_900.0])
@pytest.mark.parametrize("keeps", [True, False])
def test_each_share_says_by_its_colour_who_gets_and_who_pays(price, keeps):
    story = sold_at(price, keeps=keeps)
    marker = trace(sale.picture(story), "shares")["marker"]
    for i, (party, amount) in enumerate(story.shares.items(), 1):
        pays = (theme.LOSS_FILL, theme.BANKRUPTCY)
        gets = (
            (theme.EQUITY_FILL, theme.EQUITY) if party == "trader" else (theme.BORROWED_FILL, theme.BORROWED)
        )
        shown = marker["pattern"]["bgcolor"][i], marker["line"]["color"][i]
        assert shown == (pays if amount < 0 else gets)


@pytest.mark.parametrize("price", [57_286.43, 57_000.0, 56_900.0, 56_500.0])
def test_the_words_beside_a_bar_are_red_for_who_pays_and_pale_for_who_gets_nothing(price):
    story = sold_at(price)
    inks = [ink for _, _, ink in sale._named_shares(story)][1:]
    amounts = list(story.shares.values())
    assert 0 in amounts
    for amount, ink in zip(amounts, inks, strict=True):
        assert ink == (theme.BANKRUPTCY_TEXT if amount < 0 else theme.INK if amount else theme.MUTED)


@fewer
@given(sales())
def test_every_picture_is_one_and_shows_what_it_speaks_of(story):
    picture = sale.picture(story)
    figure, narrow, height = picture
    go.Figure(figure)
    go.Figure({"layout": narrow})
    assert figure["layout"]["height"] == height
    s = story.scenario
    start, far = figure["layout"]["xaxis2"]["range"]
    for price in (s.liquidation_price, s.bankruptcy_price, story.price):
        assert min(start, far) <= price <= max(start, far)
    assert (far < start) == (s.side is Side.LONG)
    low, high = figure["layout"]["xaxis"]["range"]
    assert low <= story.left <= high
    for words in labels(picture):
        for price in (s.liquidation_price, s.bankruptcy_price, story.price):
            assert any(formats.trigger(price) in word for word in words)
        for amount in story.shares.values():
            told = formats.money(amount) if amount else "nothing"
            assert any(word.removeprefix("+") == told for word in words)
    alt = sale.alt(story)
    assert all(f": {told}" in alt for _, told, _ in sale._named_shares(story))


@fewer
@given(sales())
def test_the_sentence_names_every_cent_and_the_tables_agree(story):
    told, shares = unmarked(sale.sentence(story)), story.shares
    for party in ("trader", "platform", "insurance_fund", "everybody"):
        if shares[party]:
            assert formats.money(abs(shares[party])) in told
    for _, amount in sale._given(story):
        assert formats.money(amount) in told
    rows = sale.ledger(story)
    assert rows[-1][1] == "$0.00"
    assert dict(rows)["You"] == formats.money(story.gained["trader"], cents=True)
    ranked = {name: row for name, *row in sale.queue(story)}
    for i, name in enumerate(sale.winners(), 1):
        assert ranked[name][-1] == formats.money(-story.gained[f"winner_{i}"], cents=True)
        assert dict(rows)[f"{name}, cut short"] == formats.money(story.gained[f"winner_{i}"], cents=True)


@pytest.mark.parametrize(
    "story, told",
    [
        (sold_at(57_286.43), "$28.64, and $257.79 goes to the"),
        (sold_at(57_100.0, keeps=False), "$71.45 comes back to you"),
        (sold_at(57_020.0, keeps=False), "The fee takes all of it"),
        (sold_at(57_000.0), "nobody else loses a cent"),
        (sold_at(56_800.0), "pays $200.00 and has $50.00 left"),
        (sold_at(56_500.0), "Cleo gives up $125.00, Ada gives up $100.00, Ben gives up $25.00"),
        (sold_at(56_500.0, fund=0.0), "is empty"),
        (sold_at(55_900.0), "$25.00 is still missing"),
    ],
)
def test_every_end_has_its_sentence(story, told):
    said = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", unmarked(sale.sentence(story)))
    assert told in said


def test_the_scale_stands_still_for_small_moves():
    first, second = (sale.picture(sold_at(price))[0]["layout"] for price in (56_900.0, 56_700.0))
    for axis in ("xaxis", "xaxis2"):
        assert first[axis]["range"] == second[axis]["range"]


# --- how much is sold ----------------------------------------------------------------------------


@fewer
@given(positions, pasts, st.sampled_from([0.0, 0.001, 0.0055, 0.006, 0.007, 0.1]))
def test_the_bars_are_the_rules_shares_and_the_table_tells_the_same(s, past, cost):
    story = part_story.position_due(s, past, cost)
    picture = part_story.picture(story)
    go.Figure(picture[0])
    held, sold = (trace(picture, name) for name in ("held", "sold"))
    assert (held["x"][0], sold["x"][0]) == (1.0, 0.0)
    for way, keeps, goes in zip(story.ways, held["x"][1:], sold["x"][1:], strict=True):
        assert keeps + goes == pytest.approx(1.0)
        assert goes == (way.fraction if way.fraction == way.fraction else 0.0)
    assert sold["base"] == held["x"]
    rows = part_story.rows(story)
    assert [row[0] for row in rows] == [name for name, _, _ in part_story._named_parts(story, False)[1:]]
    alt = part_story.alt(story)
    assert all(row[0] in alt for row in rows)
    for words in labels(picture):
        assert len(words) == 2 * len(rows) + 2
    worse = story.ways[0].fraction != story.ways[0].fraction
    assert (rows[0][1] == "no part helps") == worse


@pytest.mark.parametrize(
    "past, cost, told",
    [
        (0.0, 0.001, "20.00 % of it"),
        (0.001, 0.001, "39.92 % of it"),
        (0.001, 0.0055, "all of it has to go"),
        (0.001, 0.006, "each part sold makes it worse"),
        (0.001, 0.02, "each part sold makes it worse"),
        (0.006, 0.001, "your money is gone: $57.29 is missing"),
    ],
)
def test_whether_selling_helps_is_said(past, cost, told):
    said = unmarked(part_story.sentence(part_story.position_due(Scenario(**AFTER), past, cost)))
    assert told in said.replace(formats.NBSP, " ")


def test_the_vault_is_named_when_it_takes_over():
    s = Scenario(**AFTER)
    assert "vault" not in part_story.note(part_story.position_due(s, 0.001, 0.001))
    assert "$114.57 as well" in unmarked(part_story.note(part_story.position_due(s, 0.003, 0.001)))


def test_a_larger_position_goes_in_parts():
    rows = part_story.rows(part_story.position_due(Scenario(**AFTER | LARGER), 0.001, 0.001))
    shares = [row[1].partition("(")[2].removesuffix(f"{formats.NBSP}%)") for row in rows]
    assert shares == ["39.92", "20.00", "93.01", "9.14", "100.00"]
