"""The part of ``make bench`` without a server: the engine against plain numpy, a plain loop and QuantLib.

All of it runs in one thread and is counted in processor time: other programs do not disturb that.
"""

import time
from collections.abc import Callable
from math import ceil
from statistics import median, quantiles
from typing import Any, NamedTuple

import numpy as np

from engine.cascade import Book, Depth, crowd, last_prices, queue
from engine.margin import risk
from engine.margin.scenario import Scenario
from engine.market.prices import bars
from engine.market.replay import replay
from engine.odds.counted import DAYS_PER_YEAR
from engine.odds.moves import normal_moves, price_paths
from engine.odds.simulate import Estimate, bridged_estimate
from engine.odds.touch import touch_probability
from pages.shared.presets import HORIZON_DAYS, VOLATILITY

try:
    import QuantLib
except ModuleNotFoundError:
    QuantLib = None

Times = dict[str, list[float]]
LOOKS, PILOT, STANDARD_ERROR = 30, 20_000, 1e-3
BLOCK = 2_000  # paths at a time: their numbers stay in the processor's cache
TRADERS, MANY_TRADERS, SHOCKS = 10_000, 1_000_000, 1_000


class Engine(NamedTuple):
    """What was measured, times in milliseconds of processor time."""

    replays: dict[int, Times]  # by the number of steps
    odds: Times
    chances: dict[str, float]
    paths: dict[str, int]
    cascades: Times
    last_prices: dict[str, float]


def measure() -> Engine:
    replays = {steps: on_replay(steps, repeats) for steps, repeats in ((1_000, 200), (1_000_000, 30))}
    return Engine(replays, *on_odds(), *on_cascades())


def in_turns(jobs: dict[str, Callable[[], Any]], repeats: int, warm_up: int = 3) -> Times:
    """Milliseconds of processor time of each job."""
    times: Times = {name: [] for name in jobs}
    for i in range(warm_up + repeats):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            if i >= warm_up:
                times[name].append(1e3 * (time.process_time() - start))
    return times


def on_replay(steps: int, repeats: int) -> Times:
    """A replay and two plain scans of the same length."""
    rng = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 1e-5, steps)))
    prices, scenario = bars(close, 1.0), Scenario()
    jobs: dict[str, Callable[[], Any]] = {
        "replay": lambda: replay(scenario, prices),
        "cumsum": lambda: np.cumsum(close),
        "minimum": lambda: np.minimum.accumulate(close),
    }
    return in_turns(jobs, repeats)


# --- odds ------------------------------------------------------------------------------------------


def on_odds() -> tuple[Times, dict[str, float], dict[str, int]]:
    """The lesson's odds by formula, and by two simulations with as many paths as the error asks for."""
    scenario, years = Scenario(leverage=10.0), HORIZON_DAYS / DAYS_PER_YEAR
    spot, barrier = scenario.entry_price, scenario.liquidation_price
    rng, step = np.random.default_rng(1), {"volatility": VOLATILITY, "step_years": years / LOOKS}

    def formula() -> float:
        return float(touch_probability(spot, barrier, drift=0.0, volatility=VOLATILITY, years=years))

    def block() -> Estimate:
        moves = normal_moves(BLOCK, LOOKS, rng, drift=0.0, **step)
        return bridged_estimate(price_paths(spot, moves), barrier, **step)

    def paths(count: int) -> Estimate:
        values, errors = np.transpose([block() for _ in range(ceil(count / BLOCK))])
        return Estimate(float(values.mean()), float(np.linalg.norm(errors) / len(errors)))

    roads: dict[str, Callable[[int], Estimate]] = {"paths": paths}
    if QuantLib:
        roads["QuantLib"] = lambda count: quantlib(spot, barrier, count)
    counts = {
        name: ceil(PILOT * (road(PILOT).standard_error / STANDARD_ERROR) ** 2) for name, road in roads.items()
    }
    jobs = {name: lambda road=road, name=name: road(counts[name]) for name, road in roads.items()}
    chances = {"formula": formula()} | {name: job().value for name, job in jobs.items()}
    return in_turns({"formula": formula}, 500) | in_turns(jobs, 5, 0), chances, counts


def quantlib(spot: float, barrier: float, count: int) -> Estimate:
    """Monte Carlo with QuantLib's correction for what happens between the looks.

    An option that is worth nothing, with a rebate of 1 when the barrier is touched and no interest, is
    worth the odds of a touch.
    """
    today, days = QuantLib.Settings.instance().evaluationDate, QuantLib.Actual365Fixed()
    rate = QuantLib.YieldTermStructureHandle(QuantLib.FlatForward(today, 0.0, days))
    level = QuantLib.BlackConstantVol(today, QuantLib.NullCalendar(), VOLATILITY, days)
    price = QuantLib.QuoteHandle(QuantLib.SimpleQuote(spot))
    process = QuantLib.BlackScholesMertonProcess(
        price, rate, rate, QuantLib.BlackVolTermStructureHandle(level)
    )
    payoff = QuantLib.PlainVanillaPayoff(QuantLib.Option.Call, 1e9)
    expiry = QuantLib.EuropeanExercise(today + HORIZON_DAYS)
    option = QuantLib.BarrierOption(QuantLib.Barrier.DownOut, barrier, 1.0, payoff, expiry)
    option.setPricingEngine(
        QuantLib.MCPRBarrierEngine(process, timeSteps=LOOKS, requiredSamples=count, seed=1)
    )
    return Estimate(option.NPV(), option.errorEstimate())


# --- cascades --------------------------------------------------------------------------------------


def on_cascades() -> tuple[Times, dict[str, float]]:
    """One shock for a plain loop and for the queue; many shocks for a large book, and a sort of it."""
    depth, shock = Depth(1.0), 97.0
    book, large = shuffled(TRADERS), shuffled(MANY_TRADERS)
    jobs: dict[str, Callable[[], float]] = {
        "loop": lambda: one_by_one(book, depth, shock),
        "queue": lambda: float(last_prices(queue(book, depth), shock_price=[shock])["last_price"].iloc[0]),
    }
    ends = {name: job() for name, job in jobs.items()}
    times = in_turns(jobs, 5, 0)
    line, shocks = queue(large, depth), np.linspace(100.0, 80.0, SHOCKS)
    trigger = risk.liquidation_price(*large._positions, large.maintenance_rate)
    times |= in_turns(
        {
            "shocks": lambda: last_prices(line, shocks),
            "sort": lambda: np.sort(trigger),
            "prepare": lambda: queue(large, depth),
        },
        10,
        1,
    )
    return times, ends


def shuffled(traders: int) -> Book:
    """A crowd in no particular order, in which each sale makes less than one more."""
    book = crowd(traders, 5.0, 10.0, 50.0)
    order = np.random.default_rng(1).permutation(traders + 1)
    return Book(*(values[order] for values in book._positions), book.maintenance_rate)


def one_by_one(book: Book, depth: Depth, shock: float) -> float:
    """Close the long with the highest trigger and look again, until nobody is due; the last price."""
    is_open, sold, price = book.quantity > 0, 0.0, shock
    while True:
        trigger = risk.liquidation_price(*book._positions, book.maintenance_rate)
        first = int(np.argmax(np.where(is_open, trigger, -np.inf)))
        if not is_open[first] or trigger[first] < price:
            return price
        is_open[first] = False
        sold += book.quantity[first]
        price = float(depth.after(shock, sold))


# --- the table -------------------------------------------------------------------------------------


def spread(times: list[float]) -> str:
    """Median and quartiles."""
    first, middle, third = quantiles(times, n=4)
    return f"{middle:8.2f} ({first:.2f} to {third:.2f})"


def line(what: str, ratio: float, target: str = "") -> None:
    print(f"  {what:<72}{ratio:10,.2f}x   {target}")


def print_ratios(engine: Engine) -> None:
    for steps, times in engine.replays.items():
        for name, words in (("cumsum", "np.cumsum"), ("minimum", "np.minimum.accumulate")):
            target = "at most 10x" if steps == 1_000_000 else ""
            ratio = median(times["replay"]) / median(times[name])
            line(f"engine, replay of {steps:,} steps / {words} of as many", ratio, target)
    middle = {name: median(times) for name, times in (engine.odds | engine.cascades).items()}
    if QuantLib:
        line(
            "odds, QuantLib's paths / our formula", middle["QuantLib"] / middle["formula"], "at least 1,000x"
        )
        line("odds, QuantLib's paths / our paths", middle["QuantLib"] / middle["paths"], "at least 5x")
    else:
        print("  !!! NO ODDS AGAINST QUANTLIB: it is not installed (tests/bench-requirements.txt) !!!")
    line(
        f"cascade, {TRADERS:,} traders one by one / queue", middle["loop"] / middle["queue"], "at least 100x"
    )
    words = f"cascade, {SHOCKS:,} shocks / np.sort, {MANY_TRADERS:,} traders"
    line(words, middle["shocks"] / middle["sort"])
    line(f"cascade, queue / np.sort, {MANY_TRADERS:,} traders", middle["prepare"] / middle["sort"])


def print_milliseconds(engine: Engine) -> None:
    for steps, times in engine.replays.items():
        target = "   target: at most 1" if steps == 1_000 else ""
        print(f"  replay of {steps:>9,} steps    {spread(times['replay'])}{target}")
    for name, times in engine.odds.items():
        size = f", {engine.paths[name]:,} paths" if name in engine.paths else ""
        print(f"  {'odds, ' + name + size:<36}{spread(times)}   says {engine.chances[name]:.4f}")
    for name in ("loop", "queue"):
        words = f"cascade, {TRADERS:,} traders, {name}"
        print(f"  {words:<36}{spread(engine.cascades[name])}   ends at {engine.last_prices[name]:.4f}")
    many = {
        "shocks": (f"{SHOCKS:,} shocks", "   target: at most 5"),
        "sort": ("np.sort", ""),
        "prepare": ("queue", ""),
    }
    for name, (words, target) in many.items():
        words = f"{MANY_TRADERS:,} traders, {words}"
        print(f"  {words:<36}{spread(engine.cascades[name])}{target}")
