"""Something began at different times in different units: what did it change, and how sure is it?"""

from pvtools.stats.staggered._effects import effects, usual_default
from pvtools.stats.staggered._placebos import placebo_dates

__all__ = ["effects", "placebo_dates", "usual_default"]
