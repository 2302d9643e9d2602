"""The same seed gives the same picture on two machines, as near as one machine can show it.

A second Python runs without the processor's special instructions that numpy and its linear algebra choose
at the start, and with another order of hashes: what is then drawn and said must be the same text.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.margin.scenario import Scenario, Side
from engine.market.history import sp500
from engine.market.price_file import parse_csv
from engine.market.prices import PathChoice, Shape, price_frame
from engine.odds import counted, tails
from engine.odds.hundred import hundred
from engine.odds.moves import garch_moves
from pages.lab.cascade import chains, ledger
from pages.lab.cascade.tabs import ROOM, THIN
from pages.lab.odds import fans, real_prices
from pages.lab.odds.odds_map import Outlook
from pages.shared import formats

ROOT = Path(__file__).parents[1]
SPECIAL = [
    name
    for name in np._core._multiarray_umath.__cpu_dispatch__
    if np._core._multiarray_umath.__cpu_features__.get(name)
]


def hourly():
    """A file of prices as a learner would bring one; the file itself is the same on every machine."""
    rules = {"omega": 2e-6, "alpha": 0.1, "beta": 0.85, "degrees_of_freedom": 4.0, "variance": 4e-5}
    moves = garch_moves(1, 1500, np.random.default_rng(4), drift=0.0, step_years=1 / 8760, **rules)[0]
    rows = enumerate(60_000 * np.exp(np.cumsum(moves)))
    return "time,close\n" + "\n".join(f"{1_700_000_000 + 3600 * row},{price:.2f}" for row, price in rows)


def drawn(picture):
    """The lines and numbers of a picture, finer than a screen shows them."""
    return [
        [str(trace.get("name")), *(np.round(np.array(trace[axis], dtype=float), 6).tolist() for axis in "xy")]
        + [str(trace.get("text"))]
        for trace in picture["data"]
    ]


def shown():
    """Texts and figures of the pages where chance or many sums decide, as a learner sees them."""
    found = {}
    for side, leverage, days, volatility in ((Side.LONG, 10.0, 30, 0.6), (Side.SHORT, 25.0, 7, 0.9)):
        s = Scenario(side=side, leverage=leverage)
        outlook, name = Outlook(s, days, volatility), f"{side} {leverage:g}x {days} days"
        ends = counted.days_of_liquidation(s, float(days), volatility).round(4)
        found[f"dots {name}"] = ends.astype(str).tolist()
        paths = hundred(s, float(days), volatility)
        found[f"paths {name}"] = [paths.times.round(3).tolist(), paths.prices.round(2).tolist()]
        found[f"odds {name}"] = [outlook.sentence(), outlook.alt(), outlook.survival()[1]]
        found[f"fan {name}"] = [fans.sentence(outlook), *drawn(fans.fan(outlook)[0])]
        found[f"still open {name}"] = drawn(outlook.survival()[0])
        found[f"map {name}"] = drawn(outlook.picture()[0])
        found[f"odds tables {name}"] = [*outlook.table(), *outlook.looks(), *outlook.money()]
        found[f"rough {name}"] = outlook.rough()
        for series, prices in (("index", sp500()), ("file", parse_csv(hourly()))):
            known = tails.measure(prices)
            found[f"real {series} {name}"] = [
                *real_prices.sentences(prices, known, 1, days),
                *real_prices.rows(s, prices, known, days),
                real_prices.picture(prices, known)[1],
            ]
    for seed in (0, 7):
        path = PathChoice(shape=Shape.RANDOM, steps=250, volatility=0.8, seed=seed)
        found[f"path {seed}"] = formats.price_texts(
            price_frame(path, 100.0).drop(columns="time").to_numpy().ravel()
        )
    for name, numbers in (("room", {own: ROOM[own].start for own in ROOM}), ("thin room", THIN)):
        chain = chains.room(numbers)
        found[name] = [
            chains.sentence(numbers, chain),
            chains.alt(numbers, chain),
            *ledger.rows(chain),
            *ledger.sales(chain),
        ]
    return found


def elsewhere(**more):
    """The same, by another Python on a machine that knows less."""
    code = "import json, sys; from tests.test_same_everywhere import shown; json.dump(shown(), sys.stdout)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | more,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout), done.stderr


@pytest.mark.slow
def test_the_same_texts_and_figures_by_other_instructions():
    there, warnings = elsewhere(
        NPY_DISABLE_CPU_FEATURES=" ".join(SPECIAL), OPENBLAS_CORETYPE="Nehalem", PYTHONHASHSEED="4711"
    )
    # Numpy says so when it could not turn a feature off.
    assert "NPY_DISABLE_CPU_FEATURES" not in warnings, warnings
    here = json.loads(json.dumps(shown()))
    assert [*here] == [*there]
    for name, texts in here.items():
        assert texts == there[name], name


def test_the_other_machine_is_another_one():
    """No special instructions are left there; a numpy that has none to turn off differs in the rest."""
    code = (
        "import numpy as np; u = np._core._multiarray_umath;"
        "print(*[name for name in u.__cpu_dispatch__ if u.__cpu_features__.get(name)])"
    )
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(SPECIAL)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == []
