"""Counts of people and things in running English: a text in, number phrases with their lowest and highest value out.

Words with no exact value take their bounds from the vocabulary `quantities`; exact ones are composed ("twenty-five
hundred to thirty-five hundred"). Dates, ages, money, measures, times, ordinals and designations ("AK-47") are refused.
"""

from tasks.language.quantities.find import Quantities, QuantitySpan

__all__ = ["Quantities", "QuantitySpan"]
