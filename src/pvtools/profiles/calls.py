"""Calls for officers in one place: when they come, who answers them, and what may become of both.

Nobody publishes calls. All of this rests on assumptions, which are there in one table to be
changed; exhibits say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from pvtools import areas, exhibits
from pvtools import demand as topic
from pvtools.exhibits import Exhibit, Ledger, Notice
from pvtools.profiles.gathered import Gathered


class Calls:
    """Calls, officers and scenarios of one place, as exhibits made when asked for."""

    def __init__(self, name: str, of: Gathered, hours: pd.DataFrame | None, *, seed: int) -> None:
        self.name = name
        self._of = of
        self._hours = hours  # the shape of the week, or nothing: then it is assumed
        self._seed = seed

    @cached_property
    def week(self) -> Exhibit:
        """The hours of the week in which searches take place: those brought, else as published."""
        if self._hours is None:
            return exhibits.demand.searched(
                self._of.everywhere.week,
                area=self.name,
                source=self._of.register["hours_of_week"],
                notes=[
                    "The week of calls is not made of these: until times of your own are named as "
                    "`searches`, calls are taken to be fewest at six in the morning, most at six "
                    "in the evening, and more on Friday and Saturday nights."
                ],
            )
        entry = self._of.register["police_uk"]
        return exhibits.demand.week(
            self._hours,
            what="stops and searches",
            source=f"{entry.title}, {entry.publisher}",
            vintage=f"Searches of {self._hours.period.iloc[0]}, all London",
            notes=[
                "A search happens when officers are there to make it: its hours stand in for those "
                "of calls, which nobody publishes."
            ],
        )

    @cached_property
    def unknown(self) -> Notice | None:
        """What stands in the place of calls where a year of offences is not whole here."""
        year = self._of.year
        why = year.says(self.name) or (year.london if self.name == areas.LONDON else "")
        return self._of.no_crime(f"Calls in {self.name} are not known", why) if why else None

    @cached_property
    def profile(self) -> topic.DemandProfile:
        """Calls for officers here, and everything that is assumed about them."""
        week = None if self._hours is None else self._hours[["weekday", "hour", "estimate"]]
        return topic.profile(
            self._of.held.recorded_crime, self.name, week=week, weights=self._of.group_weights
        )

    def supposing(self, likely: Mapping[str, float]) -> topic.DemandProfile:
        """Return the calls for officers here if some assumptions were likely to be otherwise.

        Parameters
        ----------
        likely
            Parameters of ``demand.assumptions()`` and what they are taken to be, such as
            ``{"occupancy_now": 0.8}``; their range is widened to hold it.

        Raises
        ------
        UsageError
            There is no such assumption.
        InputError
            A value outside what is allowed.
        """
        return self.profile.under(topic.supposing(topic.assumptions(), likely))

    def officers(
        self,
        day: str = "Friday",
        *,
        hours: tuple[int, int] = (20, 2),
        share_within: float = 0.9,
        within_minutes: float = 15,
        profile: topic.DemandProfile | None = None,
    ) -> Exhibit | Notice:
        """Return how many officers would answer this share of calls in time, and what is assumed.

        Parameters
        ----------
        day, hours
            The day on which the span begins, and from which hour to which it lasts.
        share_within, within_minutes
            Share of calls to be answered, and in how many minutes of waiting for a crew.
        profile
            What :meth:`supposing` returned, to see what other assumptions would change.

        Raises
        ------
        InputError
            A day, hours, a share or minutes that cannot be: all at once.
        """
        if self.unknown:
            return self.unknown
        asked = {"day": day, "hours": hours, "within_hours": within_minutes / 60}
        profile = profile or self.profile
        needed = topic.officers_needed(profile, share_within=share_within, seed=self._seed, **asked)
        most = needed.upper.max()
        numbers = sorted({max(2, 2 * round(most * step / 40)) for step in range(4, 23)})
        achieved = topic.waits(profile, numbers, seed=self._seed, **asked)
        return exhibits.demand.officers(needed, achieved, source=self._worked_out)

    @cached_property
    def cover(self) -> Exhibit | Notice:
        """What other shifts would do for the same officer-hours."""
        if self.unknown:
            return self.unknown
        plan = topic.shift_plan(self.profile)
        return exhibits.demand.cover(
            plan.hours,
            plan.match,
            area=self.name,
            period=self.profile.period,
            source=self._worked_out,
        )

    # Scenarios

    def scenario(
        self,
        measure: str = "mean_wait",
        *,
        years: int = 10,
        profile: topic.DemandProfile | None = None,
    ) -> Exhibit | Notice:
        """Return one outcome over the years, as now and under each of the three scenarios.

        Parameters
        ----------
        measure
            ``mean_wait, unmet_share, unmet_hours, unmet_harm`` or ``occupancy``.
        years
            How many years after today, 1 to 30.
        profile
            What :meth:`supposing` returned, to see what other assumptions would change.

        Raises
        ------
        InputError
            Years out of range.
        """
        if self.unknown:
            return self.unknown
        profile = profile or self.profile
        if self._weightless(measure, profile):
            return self._of.no_harm
        outcomes = pd.concat(
            [
                topic.scenario(profile, name=name, years=years, seed=self._seed)
                for name in topic.SCENARIOS
            ]
        )
        return exhibits.demand.fans(outcomes.assign(today=profile.period), measure=measure)

    def sensitivity(
        self, name: str = "overstretch", *, measure: str = "unmet_share"
    ) -> Exhibit | Notice:
        """Return which assumptions a scenario's outcome hangs on."""
        if self.unknown:
            return self.unknown
        if self._weightless(measure, self.profile):
            return self._of.no_harm
        table = topic.sensitivity(self.profile, name=name, measure=measure)
        return exhibits.demand.sensitivity(table, area=self.name, period=self.profile.period)

    @staticmethod
    def _weightless(measure: str, profile: topic.DemandProfile) -> bool:
        return measure == "unmet_harm" and bool(profile.groups.weight.isna().all())

    def assumptions(self, name: str | None = None) -> Ledger:
        """Return everything that is assumed, about today or in a scenario."""
        title = (
            "What is assumed about calls today"
            if name is None
            else f"What {exhibits.demand.CALLED[name].lower()} assumes"
        )
        return exhibits.demand.assumptions(topic.assumptions(name), title=title)

    @property
    def _worked_out(self) -> str:
        hours = "assumed" if self._hours is None else "those of stops and searches"
        source = exhibits.captions.named(self._of.crime)
        return f"Worked out under assumptions from {source}; hours of the week: {hours}"
