"""Words inside the linked figure: lines named where they end, and the sentence at the moment of closing."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.market.replay import Run
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.words import read

HEIGHT = 430
NARROW_HEIGHT = 520
LABEL_GAP = 17
FAR = 1.5
BESIDE_A_LINE = 10  # px from the middle of words to the line that they name on a phone
PAST_THE_START = 40  # px: there a sloping line has left the words beside its beginning
FONT = 13
SMALL = 12
GUESS = "guess"
WORDS = read("drawing")

LINE_COLOURS = {
    "entry": theme.MUTED,
    "stop": theme.INK,
    GUESS: theme.INK,
    "warning": theme.WARNING_TEXT,
    "liquidation": theme.LIQUIDATION_TEXT,
    "bankruptcy": theme.BANKRUPTCY_TEXT,
}

Dict = dict[str, Any]
Columns = dict[str, Any]
Range = tuple[float, float]


@dataclass(frozen=True)
class Panels:
    """Where the three panels stand: shares of the plot height and the margins around it, px."""

    price: tuple[float, float]
    whose: tuple[float, float] | None
    yours: tuple[float, float]
    height: int
    margin: Dict

    def pixels(self, domain: tuple[float, float]) -> float:
        inside = self.height - self.margin["t"] - self.margin["b"]
        return inside * (domain[1] - domain[0])


WIDE = Panels((0.55, 1.0), (0.36, 0.485), (0.0, 0.28), HEIGHT, {"l": 50, "r": 208, "t": 22, "b": 40})
NARROW = Panels((0.42, 1.0), None, (0.0, 0.34), NARROW_HEIGHT, {"l": 42, "r": 8, "t": 38, "b": 40})


@dataclass(frozen=True)
class Scene:
    """What is drawn, and how far each axis reaches.

    Attributes
    ----------
    run, ghost : Run
        The run and, if one is compared, another position on the same path.
    ghost_name : str
        What the other is called.
    guesses : dict of float
        The level a learner guessed, by panel.
    steps : dict of arrays
        The drawn steps of the run, by column.
    x : list
        Their places on the time axis.
    lived : int
        How many of them until the position is closed, the closing one included.
    levels : dict
        Where each named line of the price panel ends.
    edges : dict
        The lines too far away to fit: -1 below the panel, +1 above.
    price, whose, yours : tuple of float
        Ranges of the three panels.
    """

    run: Run
    ghost: Run | None
    ghost_name: str
    guesses: dict[str, float]
    steps: Columns
    x: list[Any]
    lived: int
    levels: dict[str, float]
    edges: dict[str, int]
    price: Range
    whose: Range
    yours: Range


def labels(scene: Scene, panels: Panels, moment: str) -> list[Dict]:
    """Every annotation of the figure in one layout."""
    words = []
    for name in ("price", "whose", "yours"):
        if domain := getattr(panels, name):
            above = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 4}
            words.append(text_label(WORDS[f"panel_{name}"], 0, domain[1], theme.MUTED, **above))
    words += _price_labels(scene, panels) + _yours_labels(scene, panels)
    if panels.whose:
        words += _whose_labels(scene.run)
    if scene.run.is_closed:
        words.append(_callout(scene, moment, panels))
    return words


def text_label(text: str, x: Any, y: Any, colour: str, **more: Any) -> Dict:
    return {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "font": {"size": FONT, "color": colour},
        "xanchor": "left",
        "align": "left",
        **more,
    }


def price_range(low: float, high: float, trigger: float) -> Range:
    """Range of a panel of prices; a trigger further away than 1.5 times their reach stays outside."""
    reach = FAR * (high - low)
    if low - reach <= trigger <= high + reach:
        low, high = min(low, trigger), max(high, trigger)
    edge = max(0.12 * (high - low), 0.001 * high)  # with room for words beyond the trigger
    return low - edge, high + edge


def trigger_label(text: str, price: float, extent: Range, below: bool, **more: Any) -> Dict:
    """Words at the trigger, on the side away from the prices; a trigger out of sight is named at the edge.

    Parameters
    ----------
    text : what the price is called
    extent : range of the panel
    below : whether the trigger lies below the prices
    """
    is_far = not extent[0] <= price <= extent[1]
    arrow = ("↓ " if below else "↑ ") if is_far else ""
    place = {"yanchor": "top", "yshift": -4} if below != is_far else {"yanchor": "bottom", "yshift": 4}
    level = extent[0 if below else 1] if is_far else price
    place |= {"xshift": 4, "bgcolor": theme.PAPER_FILL, "borderpad": 1, **more}
    told = f"{arrow}{text} <b>{formats.price(price)}</b>"
    return text_label(told, 0, level, theme.LIQUIDATION_TEXT, **place)


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart, within [low, high] if they fit.

    >>> spread([10.0, 12.0, 50.0], 15.0, 0.0, 100.0)
    [10.0, 25.0, 50.0]
    """
    order = np.argsort(wanted, kind="stable")
    placed = np.clip(np.array(wanted, dtype=float)[order], low, high)
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    placed[-1:] = np.minimum(placed[-1:], high)
    for i in range(len(placed) - 2, -1, -1):
        placed[i] = min(placed[i], placed[i + 1] - gap)
    result = np.empty_like(placed)
    result[order] = placed
    return result.tolist()


def _price_labels(scene: Scene, panels: Panels) -> list[Dict]:
    run, extent = scene.run, scene.price
    early = run.is_closed and scene.lived < len(scene.x) / 2
    pixels = panels.pixels(panels.price)
    scale = pixels / (extent[1] - extent[0])
    # The words of a phone stand where the lines begin, those of a wide screen where they end.
    starts = {} if panels.whose or early else _moving(scene, LABEL_GAP / scale)
    entries = _price_words(scene, starts)
    lines = len(entries)
    if panels.whose:
        entries += _whose_loss(scene)
    # On a phone words stand on their line; below it where the lines rise, out of their way.
    is_rising = any(level < scene.levels[name] for name, level in starts.items())
    by = 0 if panels.whose else -BESIDE_A_LINE if is_rising else BESIDE_A_LINE
    wanted = [(level - extent[0]) * scale + by for _, level, _ in entries]
    placed = spread(wanted, LABEL_GAP, 8, pixels - 8)
    labels = []
    for i, ((text, wanted_level, colour), at) in enumerate(zip(entries, placed, strict=True)):
        level, is_line = min(max(wanted_level, extent[0]), extent[1]), i < lines
        shift = at - (level - extent[0]) * scale
        if panels.whose:
            name = "" if formats.no_trigger() in text else "line"
            where = {"x": 1, "xref": "paper", "xshift": 14, "yshift": shift, "name": name}
        else:
            # A phone has no room beside the panel: the words stand where the story is not.
            side = {"x": 1, "xanchor": "right", "xshift": -3} if early else {"x": 0, "xshift": 3}
            if "→" in text:
                side["xshift"] = PAST_THE_START
            where = {"xref": "paper", "yshift": shift, "bgcolor": theme.PAPER_FILL, "borderpad": 0} | side
        label = text_label(text, 1, level, colour) | where
        label["font"] = {"size": FONT if panels.whose and is_line else SMALL, "color": colour}
        labels.append(label)
    return labels


def _price_words(scene: Scene, starts: dict[str, float]) -> list[tuple[str, float, str]]:
    """What each line of the price panel is called, its level and its colour; `starts` of those that creep."""
    extent, levels, entry = scene.price, scene.levels, scene.run.scenario.entry_price
    entries = []
    for name, end in levels.items():
        level = starts.get(name, end)
        text = WORDS[f"line_{name}"].format(price=formats.price(level))
        if name == "liquidation":
            change = f" ({formats.percent(level / entry - 1, signed=True)})"
            text = f"<b>{text} → {formats.price(end)}</b>" if name in starts else f"<b>{text}</b>{change}"
        edge = (level > extent[1]) - (level < extent[0]) if name in starts else scene.edges.get(name, 0)
        if edge:
            text += " ↑" if edge > 0 else " ↓"
        entries.append((text, level, LINE_COLOURS[name]))
    if "liquidation" not in levels:
        entries.append((f"<b>{formats.no_trigger()}</b>", extent[0], theme.LIQUIDATION_TEXT))
    return entries


def _whose_loss(scene: Scene) -> list[tuple[str, float, str]]:
    """Names of the grounds beyond the trigger, where all of them can be seen."""
    levels, extent = scene.levels, scene.price
    if scene.edges or not {"liquidation", "bankruptcy"} <= levels.keys():
        return []
    middle = (levels["liquidation"] + levels["bankruptcy"]) / 2
    outside = extent[0] if scene.run.scenario.side.sign > 0 else extent[1]
    return [
        (WORDS["cushion"], middle, theme.LIQUIDATION_TEXT),
        (WORDS["loss"], (levels["bankruptcy"] + outside) / 2, theme.BANKRUPTCY_TEXT),
    ]


def _moving(scene: Scene, gap: float) -> dict[str, float]:
    """Where the lines of the price panel begin, if they creep by more than a label, as costs make them.

    A line that jumps, as when a part is closed, is named where it is afterwards.
    """
    names = [name for name in ("warning", "liquidation", "bankruptcy") if name in scene.levels]
    lines = np.array([scene.steps[f"{name}_price"][: scene.lived] for name in names])
    if not lines.size or not np.isfinite(lines).all():
        return {}
    creeps = np.abs(lines[:, -1] - lines[:, 0]).max() > gap
    jumps = np.abs(np.diff(lines)).max(initial=0.0) > gap
    return dict(zip(names, lines[:, 0].tolist(), strict=True)) if creeps and not jumps else {}


def connectors(labels: list[Dict]) -> list[Dict]:
    """Shapes that join each named line of the price panel to its words.

    An annotation's own arrow would do it too, but the browser measures arrows at every drawing,
    and that took half of the time.
    """
    return [
        {
            "type": "line",
            "xref": "paper",
            "xsizemode": "pixel",
            "xanchor": 1,
            "x0": 2,
            "x1": 12,
            "ysizemode": "pixel",
            "yanchor": label["y"],
            "y0": 0,
            "y1": label["yshift"],
            "line": {"color": label["font"]["color"], "width": 1},
        }
        for label in labels
        if label.get("name") == "line"
    ]


def _whose_labels(run: Run) -> list[Dict]:
    owed, own = run.scenario.borrowed, run.scenario.backing
    labels = []
    if owed > 0:
        word = "owed" if run.scenario.side.sign < 0 else "borrowed"
        text = WORDS[f"whose_{word}"].format(amount=formats.money(owed))
        labels.append(text_label(text, 1, owed / 2, theme.BORROWED_TEXT, xref="paper", yref="y2", xshift=14))
    text = WORDS["whose_yours"].format(amount=formats.money(own))
    labels.append(text_label(text, 1, owed + own / 2, theme.EQUITY_TEXT, xref="paper", yref="y2", xshift=14))
    for label in labels:
        label["font"]["size"] = SMALL
    return labels


def _yours_labels(scene: Scene, panels: Panels) -> list[Dict]:
    extent = scene.yours
    # On a phone it is named where its line begins: at the end it would hide how the two lines meet.
    begins = not panels.whose and not (scene.run.is_closed and scene.lived < len(scene.x) / 2)
    entries = _yours_words(scene, 0 if begins else scene.lived - 1)
    pixels = panels.pixels(panels.yours)
    scale = pixels / (extent[1] - extent[0])
    clipped = [min(max(level, extent[0]), extent[1]) for _, level, _, _ in entries]
    at_line = [(level - extent[0]) * scale for level in clipped]
    if begins:
        is_low = at_line[0] < 2 * BESIDE_A_LINE
        at_line[0] += BESIDE_A_LINE if is_low or scene.ghost is None else -BESIDE_A_LINE
    placed = spread(at_line, LABEL_GAP, 8, pixels - 8)
    labels, asks = [], WORDS["requirement"]
    for (text, wanted, colour, name), level, at in zip(entries, clipped, placed, strict=True):
        if wanted != level:
            text += " ↓" if wanted < level else " ↑"
        shift = at - (level - extent[0]) * scale
        where = (
            {"xanchor": "left", "xshift": 14}
            if panels.whose
            else {"xanchor": "right", "xshift": -4, "bgcolor": theme.PAPER_FILL, "borderpad": 0}
        )
        if begins and text == asks:
            where |= {"x": 0, "xanchor": "left", "xshift": 3}
        label = text_label(text, 1, level, colour, name=name, xref="paper", yref="y3", yshift=shift) | where
        label["font"] = {"size": SMALL, "color": colour}
        labels.append(label)
    return labels


def _yours_words(scene: Scene, asked: int) -> list[tuple[str, float, str, str]]:
    """What each line of the last panel is called, its level and colour; the requirement at step `asked`.

    What carries the name "moment" is shown once playback has got there: it gives the ending away.
    """
    run, ghost, steps = scene.run, scene.ghost, scene.steps
    entries = [(WORDS["requirement"], float(steps["maintenance_margin"][asked]), theme.REQUIREMENT_TEXT, "")]
    if run.is_closed and scene.lived < len(scene.x):
        held = float(steps["equity_if_held"][-1])
        entries.append((WORDS["held"].format(amount=formats.money(held)), held, theme.MUTED, "moment"))
    elif not run.is_closed:
        text = WORDS["yours_end"].format(amount=formats.money(run.settlement.returned))
        entries.append((text, float(steps["equity"][scene.lived - 1]), theme.EQUITY_TEXT, ""))
    if ghost is not None:
        end = ghost.settlement
        text = WORDS["other_closed" if ghost.is_closed else "other_ends"].format(
            name=scene.ghost_name, amount=formats.money(end.returned)
        )
        entries.append((text, end.equity_at_fill, theme.EQUITY_TEXT, ""))
    if "yours" in scene.guesses:
        level = scene.guesses["yours"]
        entries.append((WORDS["guessed"].format(amount=formats.money(level)), level, theme.INK, ""))
    return entries


def _callout(scene: Scene, moment: str, panels: Panels) -> Dict:
    """The sentence at the moment of closing, where the price has least to say."""
    run, x, lived, extent = scene.run, scene.x, scene.lived, scene.price
    colour = theme.LIQUIDATION if run.is_liquidated else theme.INK
    fill, sign = run.settlement.fill_price, run.scenario.side.sign
    if not panels.whose:
        # No box fits beside the line labels of a phone: the words stand on top of the vertical line,
        # above the panel's title.
        side = "right" if lived > len(x) / 2 else "left"
        above = {"yref": "paper", "yanchor": "bottom", "yshift": 20, "xanchor": side}
        return (
            text_label(moment.partition("<br>")[0], x[lived - 1], 1, theme.LIQUIDATION_TEXT, name="moment")
            | above
        )
    share = (fill - extent[0]) / (extent[1] - extent[0])
    beyond = (share if sign > 0 else 1 - share) * panels.pixels(panels.price)
    # A late close has room on its left, beyond the trigger if there is any. After an early one the
    # price goes on beyond the trigger: the words keep to the other end of the panel.
    late = lived / len(x) > 0.44
    ay = (
        sign * (34 if beyond > 50 else min(0, beyond - 26))
        if late
        else -sign * (panels.pixels(panels.price) - beyond - 40)
    )
    return text_label(moment, x[lived - 1], fill, theme.INK, name="moment") | {
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 2,
        "arrowcolor": colour,
        "standoff": 9,
        "ax": -24 if late else 40,
        "ay": ay,
        "xanchor": "right" if late else "left",
        "bordercolor": colour,
        "borderwidth": 1.5,
        "borderpad": 5,
        "bgcolor": theme.PAPER,
    }
