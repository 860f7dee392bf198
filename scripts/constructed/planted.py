"""What was planted, for a person or a test to read: name, what, where and size of each effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from constructed import effects
from constructed.claims import WRONG_BY
from constructed.draws import SEED
from constructed.people import Country
from constructed.together import Cooperation
from constructed.told import LARGE
from constructed.written import NO_COMPANY_FOR, Agreement


@dataclass(frozen=True)
class Drawn:
    """What the drawing settled on beyond the parameters."""

    country: Country
    found: list[Cooperation]
    agreements: list[Agreement]
    skew: dict[str, str]
    dispute_level: float
    survey_levels: dict[str, dict[str, float]]
    doubtful: tuple[str, str]
    reports_differ: list[str]


def planted(drawn: Drawn) -> dict[str, Any]:
    """Return the truth about the edition."""
    told = [*_together(drawn), *_roles(drawn), *_written(drawn), *_evidence(drawn), *_blemishes(drawn)]
    return {"edition": "constructed-2020", "seed": SEED, "effects": [dict(zip(("name", "what", "where", "size"), one, strict=True)) for one in told]}


Effect = tuple[str, str, dict[str, Any], dict[str, Any]]


def _together(drawn: Drawn) -> list[Effect]:
    before = drawn.country.before
    other = sorted({one.county for one in before} - set(effects.TOGETHER))
    built = [one.id for one in drawn.found if one.service == "ohjelp" and before[one.host].county in effects.TOGETHER]
    return [
        (
            "consolidation",
            "The same groups recur in three services in five counties, beyond what distance makes; in three counties each service is drawn anew by distance.",
            {"services": list(effects.FIDELITY), "counties": list(effects.TOGETHER), "counties_by_distance_alone": other},
            {
                "stays_in_the_group": effects.FIDELITY,
                "takes_part": effects.TAKES_PART,
                "decay_km": effects.DECAY_KM,
                "over_the_county_border": effects.OTHER_COUNTY,
            },
        ),
        (
            "path_dependence",
            "In the five counties every cooperation on acute beds is founded by the group that cooperated on emergency care before; elsewhere none is.",
            {"new": "ohjelp", "old": "legevakt", "cut": "2012-01-01", "cooperations": built},
            {
                "share_of_cooperations": effects.BUILT_SHARE,
                "cooperations_built": len(built),
                "cooperations": sum(one.service == "ohjelp" for one in drawn.found),
            },
        ),
    ]


def _roles(drawn: Drawn) -> list[Effect]:
    kinds = effects.SKEW
    mean = {role: round((kinds["strong"][role] + kinds["weak"][role]) / 2, 4) for role in ("host", "participant")}
    return [
        (
            "size_effects",
            "Larger municipalities more often apply alone or as host, smaller ones take part with others: a multinomial logit on the logarithm of population in 2013.",
            {"table": "application", "service": "ohjelp", "against": "participant"},
            {"odds_ratio_per_doubling": {"alone": effects.ODDS_PER_DOUBLING, "host": effects.ODDS_PER_DOUBLING, "participant_against_both": round(1 / effects.ODDS_PER_DOUBLING, 6)}, "odds_at_5000": effects.AT_5000},
        ),
        (
            "skewed_use",
            "Hosts use the service more per inhabitant than participants do: use is a Poisson count of rate x inhabitants x this, in each year.",
            {"table": "use", "measures": effects.RATES, "strong": [one for one, kind in drawn.skew.items() if kind == "strong"], "weak": [one for one, kind in drawn.skew.items() if kind == "weak"]},
            {"per_inhabitant": mean, "strong": kinds["strong"], "weak": kinds["weak"], "use_over_share_of_population": _over_share(drawn), "stay_days": effects.STAY_DAYS},
        ),
        (
            "start_up",
            "Use is lower in the calendar year in which a service begins (in proportion to its months too) and in the next.",
            {"table": "use"},
            {"first_year": effects.START_UP[0], "second_year": effects.START_UP[1]},
        ),
        ("cost_split", "Costs are paid by a fixed key, whatever the agreement says.", {"table": "use", "measure": "cost"}, {"equal": 0.2, "per_inhabitant": 0.8}),
    ]  # fmt: skip


def _over_share(drawn: Drawn) -> dict[str, float]:
    """Return the mean over cooperations of expected use over share of the population, which depends on how large hosts are."""
    before, found = drawn.country.before, {"host": 0.0, "participant": 0.0}
    own = [one for one in drawn.found if one.id in drawn.skew]
    for one in own:
        people = [before[index].population[2013] for index in one.members]
        intensity, share = effects.SKEW[drawn.skew[one.id]], people[0] / sum(people)
        mean = share * intensity["host"] + (1 - share) * intensity["participant"]
        for role in found:
            found[role] += intensity[role] / mean / len(own)
    return {role: round(value, 4) for role, value in found.items()}


def _written(drawn: Drawn) -> list[Effect]:
    return [
        (
            "missing_dispute_clause",
            "Agreements lack a mechanism for disputes, more often where the host is small: a logit on the doublings of the host's population from 5,000.",
            {"table": "clause", "kind": "dispute", "values": ["not_specified", "statutory_reference"]},
            {**effects.NO_DISPUTE_CLAUSE, "intercept": drawn.dispute_level},
        ),
        (
            "missing_legal_basis",
            "Agreements name no legal basis, whatever their date or size.",
            {"table": "agreement", "basis": "not_specified"},
            {"share": effects.NO_BASIS},
        ),
        (
            "models_over_time",
            "Of agreements that state a model, those from 2012 on are more often on a host municipality and less often on a section 27 board.",
            {"table": "agreement", "cut": "2012-01-01"},
            {"of_those_that_state_one": effects.STATED},
        ),
        (
            "anachronisms",
            "Some agreements cite section 28 b before it was there, and some the number that a section had before.",
            {"table": "agreement", "column": "basis_text"},
            {"cited_before_2007": effects.CITED_TOO_EARLY, "old_number": effects.OLD_NUMBER},
        ),
    ]


def _evidence(drawn: Drawn) -> list[Effect]:
    items: list[Effect] = []
    for item, shares in effects.SURVEY.items():
        size = {
            "shares": shares,
            "dont_know_odds_per_doubling": effects.DONT_KNOW_ODDS,
            "no_answer": effects.NO_ANSWER,
            "intercepts": drawn.survey_levels[item],
        }
        if item == "cost_sharing_hard":
            size["agree_odds_per_doubling"] = effects.COST_ODDS
        items.append(
            (
                f"survey_{item}",
                "Weighted shares of all who answered; those in small municipalities more often do not know.",
                {"table": "survey", "item": item},
                size,
            )
        )
    return [
        *items,
        (
            "motives",
            "Large municipalities speak of economy and advantage, small ones of necessity and recruitment.",
            {"table": "statement", "large_from": LARGE},
            {"motives": effects.MOTIVES, "for_against_ambiguous": {motive or "all_others": list(shares) for motive, shares in effects.DIRECTIONS.items()}},
        ),
        (
            "conflict",
            "Disagreements are a Poisson count a year, from the first January that a cooperation is there; more where use is strongly skewed and where the agreement in force has no mechanism.",
            {"table": "event", "years": [2014, 2020]},
            {"per_year": effects.EVENTS["per_year"], "rate_ratio_strong_skew": effects.EVENTS["strong_skew"], "rate_ratio_no_dispute_clause": effects.EVENTS["no_dispute_clause"]},
        ),
    ]  # fmt: skip


def _blemishes(drawn: Drawn) -> list[Effect]:
    called = [one.id for one in drawn.found if one.model == "intermunicipal_company" and not one.end]
    return [
        ("doubtful_travel", "A ferry trip from an island that is said to take two minutes.", {"table": "travel", "from_code": drawn.doubtful[0], "to_code": drawn.doubtful[1]}, {"minutes": 2}),
        ("reports_differ", "In three cooperations one municipality leaves a partner out of its report; these are the edition's only warnings.", {"table": "report", "cooperations": drawn.reports_differ}, {"cooperations": len(drawn.reports_differ)}),
        ("wrong_claim", "One printed number is not the table's.", {"table": "claim", "id": "agreements"}, {"too_high_by": WRONG_BY}),
        ("register", "One cooperation called a company is not in the register, and one company there belongs to no cooperation.", {"cooperation": called[NO_COMPANY_FOR], "company": "900000999"}, {"companies_missing": 1, "companies_unknown": 1}),
    ]  # fmt: skip
