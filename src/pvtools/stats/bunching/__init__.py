"""Bunching: how many cases were moved across a threshold, beyond rounding and chance.

Values are counted in bins, a smooth and partly rounded distribution is fitted to the bins away
from the threshold, and what lies too many on the side that meets the target and too few on the
other is counted. Nothing here says why cases were moved, or by whom.
"""

from pvtools.stats.bunching._moved import counterfactual, excess_mass
from pvtools.stats.bunching._placebos import placebo

__all__ = ["counterfactual", "excess_mass", "placebo"]
