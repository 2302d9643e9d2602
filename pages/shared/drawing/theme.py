"""The one home of colours: the same meaning looks the same on every page.

Figures are drawn in the light colours. Whoever shows them on a dark page replaces each string by
``DARK[string]``, so every string here is unique. Names ending in ``_TEXT`` are for words (contrast
at least 4.5:1), names ending in ``_FILL`` for areas, the others for lines (at least 3:1).
"""

INK = "#1A1F26"  # price, text
MUTED = "#55606C"  # second-rank text; what an untouched holder would have
AXIS = "#6F7B88"
GRID = "#E6E8EB"
PAPER = "#FFFFFF"

EQUITY = "#0072B2"  # yours
EQUITY_FILL = "rgba(0,114,178,0.20)"
EQUITY_TEXT = "#00679F"
BORROWED = "#8F8471"  # the lender's
BORROWED_FILL = "rgba(184,174,156,0.38)"
BORROWED_TEXT = "#6B6150"
REQUIREMENT = "#B07500"
REQUIREMENT_TEXT = "#8A5A00"
WARNING = "#B87A00"
WARNING_TEXT = "#845600"
LIQUIDATION = "#D55E00"
LIQUIDATION_TEXT = "#B24A00"
LIQUIDATION_FILL = "rgba(213,94,0,0.45)"
CUSHION_FILL = "rgba(213,94,0,0.08)"  # between liquidation and bankruptcy
HEAT_FILL = "#EE9A62"  # all of a hundred, on a map; INK must be read on it
BANKRUPTCY = "#882255"  # also the shortfall: someone else's loss
BANKRUPTCY_TEXT = "#7D1F4E"
LOSS_FILL = "rgba(136,34,85,0.16)"
GHOST = "#3E8FC2"  # another run
FAN_FILL = "rgba(26,31,38,0.10)"  # where many prices stand; the darker, the more
PAPER_FILL = "rgba(255,255,255,0.75)"  # behind words that must stand on a drawing
CLOSED_FILL = "rgba(85,96,108,0.10)"  # the ground after the position is closed

DARK = {
    INK: "#E8EDF2",
    MUTED: "#A3AEBA",
    AXIS: "#7C8896",
    GRID: "#232B34",
    PAPER: "#0F141A",
    EQUITY: "#56B4E9",
    EQUITY_FILL: "rgba(86,180,233,0.26)",
    EQUITY_TEXT: "#6FC0EE",
    BORROWED: "#8D8371",
    BORROWED_FILL: "rgba(141,131,113,0.34)",
    BORROWED_TEXT: "#B5AB9A",
    REQUIREMENT: "#E69F00",
    REQUIREMENT_TEXT: "#F0B429",
    WARNING: "#E8A713",
    WARNING_TEXT: "#F2BA3A",
    LIQUIDATION: "#FF8A5B",
    LIQUIDATION_TEXT: "#FF9A70",
    LIQUIDATION_FILL: "rgba(255,138,91,0.50)",
    CUSHION_FILL: "rgba(255,138,91,0.13)",
    HEAT_FILL: "#A64B22",
    BANKRUPTCY: "#D98CB3",
    BANKRUPTCY_TEXT: "#E09ABF",
    LOSS_FILL: "rgba(217,140,179,0.20)",
    GHOST: "#4384AE",
    FAN_FILL: "rgba(232,237,242,0.12)",
    PAPER_FILL: "rgba(15,20,26,0.75)",
    CLOSED_FILL: "rgba(163,174,186,0.12)",
}

# Form beside colour, for greyscale print and colour-blind eyes. Plotly's names.
DASH = {
    INK: "solid",
    MUTED: "dot",
    EQUITY: "solid",
    BORROWED: "solid",
    REQUIREMENT: "dash",
    WARNING: "longdash",
    LIQUIDATION: "solid",
    BANKRUPTCY: "dot",
    GHOST: "dashdot",
}
WIDTH = {INK: 2, MUTED: 1.25, EQUITY: 2, BORROWED: 1, REQUIREMENT: 1.75, WARNING: 1.5, LIQUIDATION: 3}
WIDTH |= {BANKRUPTCY: 2, GHOST: 1.75}
PATTERN = {BORROWED_FILL: "/", LOSS_FILL: "x", CLOSED_FILL: "\\"}

# --- numbers to words ----------------------------------------------------------------------------
