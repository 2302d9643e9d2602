"""Crowds for tests: small ones by hand, random ones by a seed."""

import numpy as np
from hypothesis import strategies as st

from engine.cascade import (
    Book,
    Curve,
    Deleveraging,
    Depth,
    Rules,
)
from engine.margin import risk

seeds = st.integers(0, 2**32 - 1)
AT_THE_END = (Deleveraging.PRO_RATA, Deleveraging.RANKED)


def hand_book(*triggers):
    """One unit each from 100 without a requirement, so that the trigger is the entry less the margin."""
    longs = len(triggers)
    margins = [100.0 - trigger for trigger in triggers]
    return Book([1.0] * longs + [-longs], 100.0, [*margins, 100.0 * longs], maintenance_rate=0.0)


def linear(impact):
    return Depth(1.0 / impact, 100.0)


def random_book(rng, traders=40):
    """Longs due from 60 to below 100 and shorts above it; entries on both sides of 100, all with margin."""
    longs, shorts = rng.integers(1, traders), rng.integers(1, traders)
    quantity = np.concatenate([rng.exponential(1.0, longs) + 0.01, -rng.exponential(1.0, shorts) - 0.01])
    quantity[longs:] *= quantity[:longs].sum() / -quantity[longs:].sum()
    entry = rng.uniform(85.0, 115.0, longs + shorts)
    low = rng.uniform(60.0, np.minimum(entry[:longs], 100.0) - 0.5)
    high = rng.uniform(np.maximum(entry[longs:], 100.0) + 5.0, 200.0)
    trigger = np.concatenate([low, high])
    rate = rng.uniform(0.0, 0.03)
    return Book(quantity, entry, risk.collateral_for_trigger(quantity, entry, trigger, rate), rate)


def random_case(seed):
    rng = np.random.default_rng(seed)
    book = random_book(rng)
    held = book.quantity[book.quantity > 0].sum()
    depth = Depth(held / rng.uniform(0.5, 40.0), 100.0, Curve(rng.choice(list(Curve))))
    rules = Rules(
        liquidation_fee=rng.choice([0.0, rng.uniform(0.0, 0.01)]),
        fund=rng.choice([0.0, held * rng.uniform(0.0, 5.0)]),
        rest_to_fund=bool(rng.integers(2)),
        deleveraging=Deleveraging(rng.choice(list(Deleveraging))),
    )
    return book, depth, rng.uniform(70.0, 100.0), rules, rng


def size(book):
    return 100.0 * np.abs(book.quantity).sum()


def with_rules(rules, **changes):
    return Rules(
        **{
            name: changes.get(name, getattr(rules, name))
            for name in ("liquidation_fee", "fund", "rest_to_fund", "deleveraging")
        }
    )
