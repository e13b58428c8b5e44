"""The one rounding of amounts (M7)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext


def round_half_up(value: Decimal, places: int) -> Decimal:
    """`value` with exactly `places` decimals, halves away from zero; exact for numbers of any length."""
    with localcontext() as context:
        context.prec = max(value.adjusted() + places + 3, 28)
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
