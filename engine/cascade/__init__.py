"""What happens to a crowd.

Many positions and a market of limited depth: each forced sale lowers the price at which the next
one is judged. `avalanche` plays it round by round; the rest says how far it goes and how likely it
stops.
"""

from engine.cascade.book import Book, Queue, queue, last_prices, one_unit_each, crowd
from engine.cascade.branching import branching_ratio, critical_open_interest, total_fall, sales_odds, expected_sales, sales_variance, stopping_odds
from engine.cascade.depth import PERCENT, Curve, Depth, depth_of_volume, depth_of_impact
from engine.cascade.forced_sales import Deleveraging, Rules, Avalanche, avalanche, ledger, ledger_in_cents
