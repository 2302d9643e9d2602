"""What happens to a crowd.

Many positions and a market of limited depth: each forced sale lowers the price at which the next
one is judged. `avalanche` plays it round by round; the rest says how far it goes and how likely it
stops.
"""

from engine.cascade.book import Book, Queue, crowd, last_prices, one_unit_each, queue
from engine.cascade.branching import (
    branching_ratio,
    critical_open_interest,
    expected_sales,
    sales_odds,
    sales_variance,
    stopping_odds,
    total_fall,
)
from engine.cascade.depth import PERCENT, Curve, Depth, depth_of_impact, depth_of_volume
from engine.cascade.forced_sales import Avalanche, Deleveraging, Rules, avalanche, ledger, ledger_in_cents
