"""What is planted: the parameters that every row is drawn by. Written to planted.yaml beside the tables, so that a test can read the truth."""

from __future__ import annotations

TOGETHER = ("Almvang", "Midtheim", "Nordrand", "Sørhav", "Tindmark")
"""Counties in which the same groups recur; in the others (Austvoll, Vestrand, Øyriket) each service is drawn anew by distance alone."""
FIDELITY = {"legevakt": 0.92, "ohjelp": 0.92, "barnevern": 0.85}
"""In those counties: the chance that a member is in the group that recurs; else it is drawn by distance anew."""
TAKES_PART = {"legevakt": 0.95, "barnevern": 0.65}
DECAY_KM = 26.0
"""A municipality joins a seat with a chance in proportion to exp(-kilometres / this), less by OTHER_COUNTY over the county's border."""
OTHER_COUNTY = 0.12

ODDS_PER_DOUBLING = 3.0
"""Odds of applying alone, and of applying as host, against taking part in another's application, for twice the population."""
AT_5000 = {"alone": 0.16, "host": 0.50}
"""Those odds at 5,000 inhabitants."""

BUILT_SHARE = 0.70
"""Cooperations on acute beds in the counties above, which are founded by the groups that cooperated on emergency care before."""

RATES = {"legevakt": {"visits": 0.260}, "ohjelp": {"admissions": 0.0055}}
"""Use per inhabitant and year before any skew."""
STAY_DAYS = 2.9
SKEW = {"strong": {"host": 1.65, "participant": 0.80}, "weak": {"host": 1.15, "participant": 0.90}}
"""Use per inhabitant against that rate, by role; half of the cooperations have each, which makes 1.40 and 0.85 on the mean."""
START_UP = (0.55, 0.85)
"""Use in the first and second calendar year, against later ones (the first from the month of the start)."""

EVENTS = {"per_year": 0.07, "strong_skew": 2.5, "no_dispute_clause": 2.0}
"""Disagreements per cooperation and year with weak skew and a clause; what each multiplies it by."""

NO_DISPUTE_CLAUSE = {"share": 0.55, "odds_per_doubling": 0.70}
"""Agreements without a mechanism for disputes, and its odds for twice the population of the host."""
NO_BASIS = 0.40
STATED = {
    "before": {"section_27_board": 0.42, "host_administrative": 0.34, "intermunicipal_company": 0.16, "purchase_agreement": 0.08},
    "after": {"host_administrative": 0.66, "host_joint_board": 0.10, "section_27_board": 0.08, "intermunicipal_company": 0.08, "joint_municipality": 0.04, "purchase_agreement": 0.04},
}  # fmt: skip
"""The model of those that state one, by whether they were signed before 2012."""
CITED_TOO_EARLY = 0.6
"""Of agreements signed before 2007 on a host municipality: the chance that they cite § 28 b, which was not there; else they name no section."""
OLD_NUMBER = 0.30
"""Of agreements on a host municipality signed after a renumbering: the chance that they cite the number before it."""

SURVEY = {
    "works_well": {"agree": 0.60, "neither": 0.09, "disagree": 0.07, "dont_know": 0.24},
    "cost_sharing_hard": {"agree": 0.20, "neither": 0.17, "disagree": 0.42, "dont_know": 0.21},
    "built_on_earlier": {"agree": 0.70, "neither": 0.06, "disagree": 0.12, "dont_know": 0.12},
}
"""Weighted shares of all who answered an item, those who do not know among them."""
DONT_KNOW_ODDS = 0.75
"""Odds of not knowing, for twice the population."""
COST_ODDS = 1.4
"""Odds of agreeing that sharing costs is hard, among those with an opinion, for twice the population."""
NO_ANSWER = 0.03

MOTIVES = {
    "large": {"economy_of_scale": 0.24, "capacity": 0.16, "professional_environment": 0.16, "quality": 0.14, "risk": 0.08, "transaction_cost": 0.07, "democracy": 0.05, "distance": 0.04, "local_development": 0.03, "recruitment": 0.02, "necessity": 0.01},
    "small": {"necessity": 0.24, "recruitment": 0.22, "professional_environment": 0.13, "distance": 0.12, "quality": 0.09, "risk": 0.06, "democracy": 0.05, "local_development": 0.04, "economy_of_scale": 0.02, "capacity": 0.02, "transaction_cost": 0.01},
}  # fmt: skip
"""What statements speak of, by whether the municipality has 10,000 inhabitants or more."""
DIRECTIONS = {"distance": (0.10, 0.70, 0.20), "democracy": (0.15, 0.55, 0.30), "transaction_cost": (0.10, 0.70, 0.20), "local_development": (0.35, 0.40, 0.25), "": (0.75, 0.10, 0.15)}  # fmt: skip
"""For, against and ambiguous by motive; the last is all others."""
