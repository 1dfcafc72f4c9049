"""A citizens' panel of a borough, drawn by lot from made-up volunteers."""

from __future__ import annotations

from functools import cached_property

from pvtools import areas, engagement, exhibits, synthetic
from pvtools.exhibits import Exhibit, Notice

_SEATS, _VOLUNTEERS = 40, 300
#: Of the volunteers and, published before, of the draw.
_SEED = 2026
_MADE_UP = "SYNTHETIC residents and volunteers made by pvtools (seed {})"
_VINTAGE = "Made up; nothing observed enters this figure"
_OPEN = engagement.Minimum(1, reason="the people are made up")


class DrawnPanel:
    """What a draw shows, made when first asked for; away from boroughs a notice."""

    def __init__(self, area: str, seed: int = _SEED) -> None:
        self._area, self._seed = areas.find_reported(area), seed
        self._about = {"source": _MADE_UP.format(seed), "vintage": _VINTAGE}

    @property
    def area(self) -> str:
        """The area's name."""
        return self._area.name

    @cached_property
    def chances(self) -> Exhibit | Notice:
        """How likely each type of people is to sit."""
        if self._area.kind != "borough":
            return self._nowhere
        table = engagement.fairness(self._made.people, self._lots, area=self._area.name)
        return exhibits.engagement.chances(table, seed=self._seed, **self._about)

    @cached_property
    def beside_residents(self) -> Exhibit | Notice:
        """Who was drawn, beside who lives there."""
        if self._area.kind != "borough":
            return self._nowhere
        table = engagement.beside_residents(
            self._made.people, self._members, self._made.residents, area=self._area.name,
            minimum=_OPEN,
        )  # fmt: skip
        return exhibits.engagement.panel(table, **self._about)

    @cached_property
    def kept(self) -> Exhibit | Notice:
        """What reweighting to the borough leaves of the panel, and of those who came."""
        if self._area.kind != "borough":
            return self._nowhere
        people = self._made.people
        bodies = {
            f"all {_VOLUNTEERS} volunteers": people,
            f"the first {_SEATS} to come": people.head(_SEATS),
            f"the {_SEATS} drawn by lot": people.loc[self._members.index],
        }
        table = engagement.kept_by_weights(bodies, self._made.residents, area=self._area.name)
        return exhibits.engagement.kept(table, **self._about)

    @cached_property
    def _made(self) -> synthetic.Volunteers:
        return synthetic.volunteers(self._seed, self._area.name, people=_VOLUNTEERS)

    @cached_property
    def _lots(self) -> engagement.Lottery:
        quotas = engagement.quotas(self._made.residents, panel=_SEATS)
        return engagement.lottery(self._made.people, quotas, panel=_SEATS)

    @cached_property
    def _members(self):
        return self._lots.draw(self._seed)

    @property
    def _nowhere(self) -> Notice:
        return Notice(
            "A panel drawn by lot",
            [f"It is drawn for a borough, not for {self._area.name}. Choose a borough to see one."],
        )
