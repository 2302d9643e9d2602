"""Several positions on one wallet: cross margin, judged as a whole at the marks of this moment."""

from dataclasses import dataclass
from math import nan

import numpy as np

from engine.margin import risk
from engine.margin.risk import NOISE, Floats


@dataclass(frozen=True, slots=True)
class Leg:
    """One linear position in an account.

    Attributes
    ----------
    quantity : float
        Signed units of the asset, not zero.
    entry_price, mark_price : float
        Quote per unit.
    maintenance_rate : float
        Fraction of notional.
    maintenance_amount : float
        Tier deduction, quote.
    closing_fee : float
        Fee the venue counts in the trigger, fraction of notional.
    name : str
        Asset. Legs of one name share one price and move together; a leg without a name is alone.

    Examples
    --------
    >>> Leg(-2.0, 100.0, 103.0, 0.005, name="ETH").quantity
    -2.0
    """

    quantity: float
    entry_price: float
    mark_price: float
    maintenance_rate: float
    maintenance_amount: float = 0.0
    closing_fee: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A wallet and the legs it stands behind. With one leg it is an isolated position.

    Attributes
    ----------
    wallet : float
        The trader's money before unrealised profit and loss, less costs so far, quote.
    legs : tuple of Leg

    Raises
    ------
    ValueError
        If there is no leg, a leg is empty, or legs of one name have different marks.

    Examples
    --------
    >>> alone = Account(100.0, (Leg(10.0, 100.0, 94.0, 0.05),))
    >>> alone.equity, alone.maintenance_margin, alone.is_liquidatable
    (40.0, 47.0, True)
    """

    wallet: float
    legs: tuple[Leg, ...]

    def __post_init__(self) -> None:
        if not self.legs or any(leg.quantity == 0 for leg in self.legs):
            raise ValueError("An account needs at least one leg, each with a quantity that is not zero.")
        marks = {(leg.name, leg.mark_price) for leg in self.legs if leg.name}
        if len(marks) > len({name for name, _ in marks}):
            raise ValueError("Legs of one name share one price: give them the same mark price.")

    @property
    def equity(self) -> float:
        """Wallet plus unrealised profit of all legs, quote; negative when more than all is lost."""
        return self.wallet + float(np.sum(self._profits()))

    @property
    def maintenance_margin(self) -> float:
        """Sum of the legs' requirements, quote; long and short of one asset both count in full."""
        return float(np.sum(self._requirements()))

    @property
    def notional(self) -> float:
        """Sum of the legs' sizes at their marks, quote."""
        return float(np.sum(risk.notional(self._of("quantity"), self._of("mark_price"))))

    @property
    def margin_ratio(self) -> float:
        """Equity as a fraction of the notional of all legs."""
        return float(risk.margin_ratio(self.equity, self.notional))

    @property
    def is_liquidatable(self) -> bool:
        """Whether equity has fallen to the requirement; the venue may then close any of the legs."""
        return bool(risk.is_liquidatable(self.equity, self.maintenance_margin))

    def liquidation_price(self, index: int) -> float:
        """Price of one leg's asset at which the account is liquidated, the others held at their marks.

        What the other legs lend, their profit less their requirement, stands in for collateral.
        Legs of the same name move with it and share this price.

        Parameters
        ----------
        index : int
            Which of `legs`.

        Returns
        -------
        float
            Quote per unit; ``nan`` when no positive price liquidates the account, 0 when every
            price does. A pair hedged in full is liquidated by a rise, for only its requirement moves.

        References
        ----------
        Binance, FAQ b3c689c1f50a44cabb3a84e663b81d93, the example with ETH and BTC.

        Examples
        --------
        >>> eth = Leg(3683.979, 1456.84, 1335.18, 0.10, 135_365.0, name="ETH")
        >>> btc = Leg(109.488, 32_481.98, 31_967.27, 0.025, 16_300.0, name="BTC")
        >>> both = Account(1_535_443.01, (eth, btc))
        >>> round(both.liquidation_price(0), 2), round(both.liquidation_price(1), 2)
        (1153.26, 26316.89)
        """
        name = self.legs[index].name
        moves = np.array([i == index or bool(name) and leg.name == name for i, leg in enumerate(self.legs)])
        lent = np.sum(np.where(moves, 0.0, self._profits() - self._requirements()))
        quantity = np.where(moves, self._of("quantity"), 0.0)
        rate = self._of("maintenance_rate") + self._of("closing_fee")
        cost = float(quantity @ self._of("entry_price"))
        amount = float(moves @ self._of("maintenance_amount"))
        # Equity less requirement is spare + slope * price.
        spare = self.wallet + float(lent) - cost + amount
        slope = float(np.sum(quantity) - np.abs(quantity) @ rate)
        if abs(slope) <= NOISE * float(np.sum(np.abs(quantity))):
            return nan if spare > 0 else 0.0
        price = -spare / slope
        if price > NOISE * self.legs[index].entry_price:
            return price
        return nan if slope > 0 else 0.0

    def _of(self, field: str) -> Floats:
        return np.array([getattr(leg, field) for leg in self.legs], dtype=float)

    def _profits(self) -> Floats:
        return risk.equity(self._of("quantity"), self._of("entry_price"), 0.0, self._of("mark_price"))

    def _requirements(self) -> Floats:
        return risk.maintenance_margin(
            self._of("quantity"),
            self._of("mark_price"),
            self._of("maintenance_rate"),
            maintenance_amount=self._of("maintenance_amount"),
            closing_fee=self._of("closing_fee"),
        )
