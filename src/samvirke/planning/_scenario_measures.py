"""What each option of a scenario comes to, measure by measure, with a note of every figure that was looked at.

The cost of an option in kroner a year is F + b C_b + A (1 - B) C_a + A B C_r + n C_s + extra: a fixed cost, beds, admissions that are
treated and refused, and coordination for each of n parties when they are several. A is the sum of expected admissions, B the share refused
(Erlang) with b beds and the load A / 365 x mean stay. The municipality pays what the key gives it, with expected admissions as use.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from samvirke.agreements._advice_specification import AdviceSpecification
from samvirke.agreements.advising import advise
from samvirke.planning._cost_reading import words as cost_words
from samvirke.planning._erlang import beds_needed, refusal_part_time
from samvirke.planning._rotation import every_nth
from samvirke.planning._scenario_checks import key_of
from samvirke.planning._scenario_reading import Held, Prepared
from samvirke.planning._scenario_specification import Option, words
from samvirke.planning.cost_keys import Array, Basis, Part, divide, told
from samvirke.vocabulary import law
from samvirke.vocabulary._terms import DatedValue
from samvirke.vocabulary.language import LANGUAGES, Text, filled, percent, same

YEAR_DAYS = 365.0
NINETEEN_OF_TWENTY = 1.96
COSTS = ("fixed_nok", "per_bed_nok", "per_admission_nok")


@dataclass
class Reading:
    """Gives figures by name, some of them changed, and notes which were looked at and what else was rested on."""

    held: Mapping[str, Held]
    changed: Mapping[str, float] = field(default_factory=dict)
    looked_at: dict[str, None] = field(default_factory=dict)
    notes: dict[Text, bool] = field(default_factory=dict)

    def __call__(self, name: str) -> float | None:
        """Return a figure; None where it is not given."""
        if name not in self.held:
            return None
        self.looked_at[name] = None
        return self.changed.get(name, self.held[name].value)

    def note(self, source: Text, *, assumed: bool = False) -> None:
        """Note a source that is none of the figures."""
        self.notes[source] = assumed


@dataclass(frozen=True)
class Worked:
    """Works an option out.

    Parameters
    ----------
    prepared : Prepared
        The scenario.
    option : Option
        Which of its options.
    """

    prepared: Prepared
    option: Option

    @cached_property
    def planned_beds(self) -> float | None:
        """The fewest beds for the limit of refusals by the figures as they are stated; None where the option says how many."""
        if f"beds:{self.option.name}" in self.prepared.held:
            return None
        load = sum(self._loads(Reading(self.prepared.held)))
        return float(beds_needed(np.array([load]), self.prepared.scenario.figures.max_refusal)[0])

    @cached_property
    def key(self) -> tuple[Part, ...]:
        """The parts of the key."""
        return key_of(self.option)

    @cached_property
    def _key_note(self) -> Text:
        return filled(words("sources")["key"], key=told(self.key, cost_words("parts")))

    @cached_property
    def _planned_note(self) -> Text:
        limit = self.prepared.scenario.figures.max_refusal
        share = Text(**{one: percent(limit, one, 0 if limit * 100 == round(limit * 100) else 1) for one in LANGUAGES})
        return filled(words("sources")["planned"], share=share)

    @cached_property
    def host(self) -> str:
        """Who is host; alone the municipality itself."""
        return self.option.host or self.option.members[0]

    @cached_property
    def place(self) -> int:
        """The municipality's place among the members."""
        return self.option.members.index(self.prepared.scenario.municipality)

    def _admissions(self, read: Reading) -> list[float]:
        """Return expected admissions a year by member."""
        found = []
        for member in self.option.members:
            rate = read(f"admissions_per_1000:{member}")
            found.append((read(f"population:{member}") or 0.0) * (read("admissions_per_1000") if rate is None else rate or 0.0) / 1000)  # type: ignore[operator]
        return found

    def _loads(self, read: Reading) -> list[float]:
        stay = read("mean_stay_days") or 0.0
        return [one / YEAR_DAYS * stay for one in self._admissions(read)]

    def beds(self, read: Reading) -> float:
        """Return the beds of the option: as it says, or as planned."""
        own = read(f"beds:{self.option.name}")
        if own is not None:
            return own
        self._loads(read)  # what they were planned by
        read.note(self._planned_note)
        return self.planned_beds or 0.0

    def share_refused(self, read: Reading) -> float:
        """Return the share of patients who are refused."""
        return refusal_part_time(sum(self._loads(read)), self._kept_beds(read))

    def _kept_beds(self, read: Reading) -> float:
        own = read(f"beds:{self.option.name}")
        if own is None:
            read.note(self._planned_note)
            return self.planned_beds or 0.0
        return own

    def _total(self, read: Reading, admissions: Array) -> float:
        """Return the yearly cost of the option with so many admissions by member; the share refused stays as expected."""
        refused, beds = self.share_refused(read), self._kept_beds(read)
        fixed, bed, each, away = (read(name) or 0.0 for name in (*COSTS, "per_refused_nok"))
        parties = len(self.option.members) if self.option.together else 0
        coordination = (read("per_party_nok") or 0.0) * parties if parties else 0.0
        whole = float(admissions.sum())
        return fixed + beds * bed + whole * ((1 - refused) * each + refused * away) + coordination + (read(f"extra_nok:{self.option.name}") or 0.0)

    def _paid(self, read: Reading, admissions: Array) -> float:
        """Return what the municipality pays of the cost."""
        total = self._total(read, admissions)
        if not self.option.together:
            return total
        key = self.key
        read.note(self._key_note)
        people = np.array([read(f"population:{member}") or 0.0 for member in self.option.members])
        alone = self._alone(read) if any(part.kind == "by_own_cost" for part in key) else np.ones(len(people))
        use = admissions if admissions.sum() > 0 else np.ones(len(people))
        return float(divide(key, total, Basis(alone, people, use))[self.place])

    def _alone(self, read: Reading) -> Array:
        """Return what each member would pay alone."""
        found = []
        for member in self.option.members:
            one = Worked(self.prepared, Option(name=f"alone {member}", members=(member,)))
            found.append(one._total(read, np.array(one._admissions(read))))
        return np.array(found)

    def cost_own(self, read: Reading) -> float | None:
        """Return what the municipality pays a year, in kroner."""
        if not any(name in self.prepared.held for name in COSTS):
            return None
        return self._paid(read, np.array(self._admissions(read)))

    def cost_per_inhabitant(self, read: Reading) -> float | None:
        """Return what the municipality pays a year per inhabitant."""
        own = self.cost_own(read)
        people = read(f"population:{self.prepared.scenario.municipality}")
        return None if own is None or not people else own / people

    def swing_per_inhabitant(self, read: Reading) -> float | None:
        """Return 1.96 standard deviations of what the municipality pays a year, per inhabitant.

        Admissions of each member are independent and Poisson; variance = sum over members j of ((P(a + sd_j) - P(a - sd_j)) / 2)^2 with
        P what is paid, and of the spread of the costs of single admissions, (P's share of one krone x C_a x v)^2 x admissions.
        """
        if self.cost_own(Reading(self.prepared.held)) is None:
            return None
        expected, people = np.array(self._admissions(read)), read(f"population:{self.prepared.scenario.municipality}") or math.nan
        variation, each = read("cost_variation") or 0.0, read("per_admission_nok") or 0.0
        variance = 0.0
        for step in np.diag(np.minimum(np.sqrt(expected), expected)):
            variance += ((self._paid(read, expected + step) - self._paid(read, expected - step)) / 2) ** 2
        if variation and each:
            variance += float(expected.sum()) * (self._of_one_krone(read, expected) * each * variation) ** 2
        return NINETEEN_OF_TWENTY * math.sqrt(variance) / people

    def _of_one_krone(self, read: Reading, admissions: Array) -> float:
        """Return what the municipality pays of one more krone."""
        if not self.option.together:
            return 1.0
        total = self._total(read, admissions)
        basis = Basis(np.ones(len(admissions)), np.array([read(f"population:{one}") or 0.0 for one in self.option.members]), admissions)
        return float(divide(self.key, total + 1, basis)[self.place] - divide(self.key, total, basis)[self.place])

    def doctors_sharing(self, read: Reading) -> float | None:
        """Return how many doctors share the duty; None where one member's are not given."""
        own = [read(f"doctors:{member}") for member in self.option.members]
        known = [one for one in own if one is not None]
        return sum(known) if len(known) == len(own) else None

    def duty_every(self, read: Reading) -> float | None:
        """Return how many turns there are from one duty to the same doctor's next."""
        doctors = self.doctors_sharing(read)
        return None if doctors is None else every_nth(doctors, max(round(read("doctors_on_duty") or 1), 1))

    def _minutes(self, read: Reading, member: str) -> float | None:
        if member == self.host:
            read.note(filled(words("sources")["own_point"]))
            return 0.0
        there = read(f"minutes:{member}>{self.host}")
        return there if there is not None else read(f"minutes:{self.host}>{member}")

    def minutes_own(self, read: Reading) -> float | None:
        """Return the minutes from the municipality to the host."""
        return self._minutes(read, self.prepared.scenario.municipality)

    def minutes_mean(self, read: Reading) -> float | None:
        """Return the minutes to the host, the mean over the residents of all members."""
        people = [read(f"population:{member}") or 0.0 for member in self.option.members]
        minutes = [self._minutes(read, member) for member in self.option.members]
        if any(one is None for one in minutes):
            return None
        return sum(one * count for one, count in zip(minutes, people, strict=True) if one is not None) / sum(people)

    def share_votes(self, read: Reading) -> float | None:
        """Return the municipality's share of the representatives in the common body; where there is none, 1 for the host and 0 for others."""
        option, own = self.option, self.prepared.scenario.municipality
        if not option.together:
            read.note(filled(words("sources")["alone"]))
            return 1.0
        if option.representatives is not None:
            read.note(filled(words("sources")["representatives"]))
            return option.representatives[own] / sum(option.representatives.values())
        required = self.law_of("required_contents")
        if required is None:
            return None
        if "representatives" in required.value:
            read.note(filled(words("sources")["equal_representatives"]), assumed=True)
            return 1 / len(option.members)
        read.note(filled(words("sources")["no_body"], reference=_checked(required)))
        return 1.0 if own == self.host else 0.0

    def law_of(self, fact: str) -> DatedValue | None:
        """Return a fact of the option's model on the day."""
        held = law.on(self.prepared.day).get(self.option.model or "")
        value: DatedValue | None = getattr(held, fact) if held is not None else None
        return value

    def jurisdictions(self, read: Reading) -> float | None:
        """Return how many cooperations the municipality is in, this one included."""
        before = read(f"cooperations:{self.prepared.scenario.municipality}")
        return None if before is None else before + float(self.option.together)

    def independence(self, read: Reading) -> float | None:
        """Return the model's step on figure 5.1 of the note, 1 the most political control; alone is outside it."""
        value = self.law_of("independence")
        if value is None:
            return None
        read.note(_checked(value))
        return float(value.value)

    def notice(self, read: Reading) -> float | None:
        """Return the months of notice that the law gives; None where it says nothing."""
        value = self.law_of("notice_months")
        if value is None:
            return None
        read.note(_checked(value))
        return float(value.value)

    def expected_admissions(self) -> float:
        """Return expected admissions a year by the figures as they are stated."""
        return sum(self._admissions(Reading(self.prepared.held)))

    def lawful(self) -> tuple[str, Text, bool] | None:
        """Return whether the model is lawful for the task, why in a sentence, and whether that was read in the statute; None where not asked."""
        scenario = self.prepared.scenario
        if self.option.model is None or scenario.exercises_authority is None:
            return None
        asked = AdviceSpecification(
            date=self.prepared.day, service=scenario.service, exercises_authority=scenario.exercises_authority, parties=len(self.option.members)
        )
        one = next(own for own in advise(asked).models if own.model == self.option.model)
        first = one.reasons[0]
        return one.answer, first.text, first.verified


def _checked(value: DatedValue) -> Text:
    """Write what a fact of law rests on, and whether nobody has checked it there."""
    reference = same(value.provision or value.reference)
    if value.verified:
        return reference
    unchecked = words("sources")["unchecked"]
    return Text(**{one: f"{reference[one]} ({unchecked[one]})" for one in LANGUAGES})
