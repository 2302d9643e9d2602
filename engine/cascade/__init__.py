"""What happens to a crowd.

Many positions and a market of limited depth: each forced sale lowers the price at which the next
one is judged. `avalanche` plays it round by round; the rest says how far it goes and how likely it
stops.
"""

from engine.cascade.cascade import (
    PERCENT,
    Avalanche,
    Book,
    Curve,
    Deleveraging,
    Depth,
    Queue,
    Rules,
    avalanche,
    branching_ratio,
    critical_open_interest,
    crowd,
    depth_of_impact,
    depth_of_volume,
    expected_sales,
    last_prices,
    ledger,
    ledger_in_cents,
    one_unit_each,
    queue,
    sales_odds,
    sales_variance,
    stopping_odds,
    total_fall,
)
