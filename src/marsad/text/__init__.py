"""Arabic that still points at the original: folding, tokens, quantities and dates."""

from marsad.text.dates import DateMention, find_ages, find_dates, load_dates
from marsad.text.normalize import Normalized, fold, normalize
from marsad.text.numbers import Quantity, bound_after, find_quantities, load_numbers
from marsad.text.tokens import Tokens, variants

__all__ = [
    "DateMention",
    "Normalized",
    "Quantity",
    "Tokens",
    "bound_after",
    "find_ages",
    "find_dates",
    "find_quantities",
    "fold",
    "load_dates",
    "load_numbers",
    "normalize",
    "variants",
]
