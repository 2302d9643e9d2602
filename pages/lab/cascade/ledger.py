"""Who pays when one forced sale follows another, and every sale. No Streamlit."""

from engine import cascade
from pages.lab.cascade.chains import Chain
from pages.shared import formats
from pages.shared.words import read, say

WORDS = read("cascade")


def rows(chain: Chain) -> list[tuple[str, str]]:
    """What each party gained or lost, in cents that add up to nothing."""
    lines = cascade.ledger_in_cents(chain.result)
    rows = [(WORDS[f"party_{party}"], _signed(amount)) for party, amount in lines.items()]
    return [*rows, (WORDS["party_sum"], _signed(sum(lines.values())))]


def sentence(chain: Chain) -> str:
    """Who pays for whom."""
    r = chain.result
    kind = "owed_none" if not r.shortfall else "owed" if r.fund_change > 0 else "owed_empty"
    return say(
        WORDS[kind],
        under=str(int((r.sales["equity_at_fill"] < 0).sum())),
        missing=formats.money(r.shortfall),
        fund=formats.money(r.fund_change),
    )


def sales(chain: Chain) -> list[tuple[str, ...]]:
    """A row a sale."""
    s = chain.result.sales
    columns = zip(*(s[name] for name in ("trigger_price", "price_after", "equity_at_fill")), strict=True)
    return [
        (str(k), formats.trigger(line), formats.trigger(after), formats.money(own))
        for k, (line, after, own) in enumerate(columns, 1)
    ]


def _signed(amount: float) -> str:
    amount = round(amount, 2)
    return f"+{formats.money(amount, cents=True)}" if amount > 0 else formats.money(amount, cents=True)
