"""What is told of cooperation: applications, use, disagreements, a survey and statements."""

from __future__ import annotations

import math

import pandas as pd

from constructed.draws import Draws, intercept, logistic, odds
from constructed.effects import COST_ODDS, DIRECTIONS, DONT_KNOW_ODDS, EVENTS, MOTIVES, NO_ANSWER, RATES, SKEW, START_UP, STAY_DAYS, SURVEY
from constructed.people import Country
from constructed.together import Cooperation, Roles
from constructed.written import Agreement

USE_YEARS = range(2014, 2021)
LARGE = 10_000


def application_table(country: Country, roles: Roles, found: list[Cooperation]) -> pd.DataFrame:
    """Make the table `application`: what each municipality of 2013 applied as, and with whom."""
    draws, rows = Draws("application"), []
    by = {index: one for one in found if one.service == "ohjelp" for index in one.members}
    for index, one in enumerate(country.before):
        role = roles.role[index]
        own = by.get(index)
        partners = ";".join(sorted(country.before[other].code for other in own.members if other != index)) if own and role == "host" else ""
        people = sum(country.before[other].population[2013] for other in own.members) if own and role == "host" else one.population[2013]
        places = max(0.2, round(people / 6200, 1)) if role != "participant" else None
        amount = round(places * 2_150_000, -3) if places else None
        status = "granted" if draws.chance(0.93) else "granted_later"
        rows.append((one.code, "ohjelp", 2012 if draws.chance(0.4) else 2013, role, status, partners, places, amount))
    return pd.DataFrame(rows, columns=["municipality", "service", "year", "role", "status", "partners", "places", "amount"]).sort_values("municipality")


def skews(found: list[Cooperation]) -> dict[str, str]:
    """Draw how strongly the host over-uses each cooperation that use is known of: half of them strongly."""
    draws = Draws("skew")
    own = [one.id for one in found if one.service in RATES and not one.end and one.hours not in ("day", "night")]
    strong = set(draws.some(own, len(own) // 2))
    return {one: "strong" if one in strong else "weak" for one in own}


def use_table(country: Country, found: list[Cooperation], member: pd.DataFrame, skew: dict[str, str]) -> pd.DataFrame:
    """Make the table `use`: Poisson counts by inhabitants, role and how long the service has run, and the costs paid."""
    draws, rows = Draws("use"), []
    people = {one.code: one.population for one in country.everyone}
    service = {one.id: one for one in found}
    for cooperation, own in member[member["cooperation"].isin(skew)].groupby("cooperation", sort=False):
        one = service[str(cooperation)]
        for year in USE_YEARS:
            run = _running(one.start, year)
            here = own[(own["valid_from"] <= f"{year}-06-30") & ((own["valid_to"] == "") | (own["valid_to"] > f"{year}-06-30"))]
            if not run or len(here) < 2:
                continue
            total = sum(people[code][year] for code in here["municipality"])
            cost = (5_200_000 if one.service == "ohjelp" else 6_400_000) * (0.35 + total / 30_000) * run * draws.between(0.97, 1.03)
            for row in here.itertuples():
                inhabitants = people[row.municipality][year]
                intensity = SKEW[skew[str(cooperation)]][row.role] * run
                for measure, rate in RATES[one.service].items():
                    count = draws.poisson(rate * inhabitants * intensity)
                    rows.append((row.municipality, cooperation, year, measure, count))
                    if measure == "admissions":
                        rows.append((row.municipality, cooperation, year, "bed_days", draws.poisson(STAY_DAYS * count)))
                rows.append((row.municipality, cooperation, year, "cost", round(cost * (0.2 / len(here) + 0.8 * inhabitants / total), -2)))
    return pd.DataFrame(rows, columns=["municipality", "cooperation", "year", "measure", "value"])


def _running(start: str, year: int) -> float:
    """Return how much of a full year's use a service has in a year: part of the year it began, and a slow start."""
    first, month = int(start[:4]), int(start[5:7])
    if year < first:
        return 0.0
    return START_UP[0] * (13 - month) / 12 if year == first else START_UP[1] if year == first + 1 else 1.0


def event_table(found: list[Cooperation], agreements: list[Agreement], skew: dict[str, str]) -> pd.DataFrame:
    """Make the table `event`: more disagreements where use is skewed, and where the agreement in force is silent on disputes."""
    draws, rows = Draws("events"), {}
    for one in found:
        for year in USE_YEARS if one.id in skew else ():
            if f"{year}-01-01" < one.start:
                continue
            agreement = max((two for two in agreements if two.cooperation is one and two.signed <= f"{year}-01-01"), key=lambda two: two.signed)
            clause = agreement.has_dispute_clause
            rate = EVENTS["per_year"] * (EVENTS["strong_skew"] if skew[one.id] == "strong" else 1) * (1 if clause else EVENTS["no_dispute_clause"])
            for _ in range(draws.poisson(rate)):
                matter = draws.pick(("cost_sharing", "use", "opening_hours", "staffing", "location"), (0.4, 0.25, 0.13, 0.14, 0.08))
                without = ("negotiation", "forum_of_chief_executives", "mediation_county_governor")
                step = draws.pick(agreement.dispute) if clause else draws.pick(without, (0.7, 0.2, 0.1))
                outcome = draws.pick(("settled", "agreement_changed", "unresolved", "member_left"), (0.62, 0.2, 0.14, 0.04))
                rows[one.id, f"{year}-{draws.whole(1, 12):02d}-{draws.whole(1, 28):02d}", matter] = (step, outcome)
    return pd.DataFrame([(*key, *value) for key, value in rows.items()], columns=["cooperation", "date", "matter", "step", "outcome"])


ASKED = {
    "works_well": ("Alt i alt fungerer samarbeidet bra", "Alt i alt fungerer samarbeidet bra", "All in all the cooperation works well"),
    "cost_sharing_hard": ("Det er utfordrende å dele kostnadene", "Det er utfordrande å dele kostnadene", "Sharing the costs is a challenge"),
    "built_on_earlier": ("Tilbudet bygger på tidligere samarbeid", "Tilbodet byggjer på tidlegare samarbeid", "The service builds on earlier cooperation"),
    "would_join_again": ("Vi ville gått inn i samarbeidet igjen", "Vi ville gått inn i samarbeidet igjen", "We would join the cooperation again"),
}
"""What the constructed survey asked, in nb, nn and en."""


def survey_table(country: Country) -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    """Make the table `survey`, and return the intercepts that the answers were drawn with."""
    draws, people = Draws("survey"), []
    for one in country.now:
        asked = 1 if one.latest < 3_000 else 2 if one.latest < LARGE else 3
        came = sum(draws.chance(0.8) for _ in range(asked))
        people += [(one, f"R{len(people) + place:03d}", asked / came) for place in range(1, came + 1)]
    size = [math.log2(one.latest / 5_000) for one, _, _ in people]
    weights = [weight for _, _, weight in people]
    levels, rows = {}, []
    for item, shares in SURVEY.items():
        silent = intercept(math.log(DONT_KNOW_ODDS), size, shares["dont_know"], weights)
        hard = math.log(COST_ODDS) if item == "cost_sharing_hard" else 0.0
        with_opinion = shares["agree"] / (1 - shares["dont_know"])
        agree = intercept(hard, size, with_opinion, weights) if hard else odds(with_opinion)
        levels[item] = {"dont_know": silent, "agree_if_opinion": round(agree, 9)}
        knows, agrees = draws.spread(len(people)), draws.spread(len(people))
        for place, ((one, respondent, weight), large) in enumerate(zip(people, size, strict=True)):
            if draws.chance(NO_ANSWER):
                answer = "no_answer"
            elif knows[place] < logistic(silent + math.log(DONT_KNOW_ODDS) * large):
                answer = "dont_know"
            elif agrees[place] < logistic(agree + hard * large):
                answer = draws.pick(("fully_agree", "agree"), (0.4, 0.6))
            else:
                answer = draws.pick(("neither", "disagree", "fully_disagree"), (shares["neither"], 0.7 * shares["disagree"], 0.3 * shares["disagree"]))
            rows.append((item, respondent, one.code, answer, round(weight, 4), None))
    counts = {"fully_agree": 41, "agree": 63, "neither": 22, "disagree": 17, "fully_disagree": 6, "dont_know": 38, "no_answer": 4}
    rows += [("would_join_again", None, None, answer, None, count) for answer, count in counts.items()]
    frame = pd.DataFrame(rows, columns=["item", "respondent", "municipality", "answer", "weight", "count"])
    for place, language in enumerate(("nb", "nn", "en")):
        frame[f"item_text_{language}"] = [ASKED[item][place] for item in frame["item"]]
    return frame.astype({"count": "Int64"}), levels


SAID = {
    "economy_of_scale": "Sammen kan vi kjøpe inn og drive rimeligere enn hver for oss.",
    "capacity": "Plassene står ikke tomme når flere deler dem.",
    "risk": "Ett dyrt år kan velte budsjettet når vi er alene.",
    "transaction_cost": "Det går mye tid til møter og avtaler.",
    "professional_environment": "Med flere kolleger blir det et fagmiljø.",
    "recruitment": "Vi får ikke søkere til stillingene.",
    "quality": "Det handler om hva innbyggerne får.",
    "distance": "Veien er lang for dem som skal bruke tilbudet.",
    "democracy": "Kommunestyret bestemmer mindre enn før.",
    "local_development": "Det betyr noe for stedet hvor tjenesten ligger.",
    "necessity": "Vi klarer det rett og slett ikke alene.",
}


def statement_table(country: Country, found: list[Cooperation], member: pd.DataFrame, count: int = 180) -> pd.DataFrame:
    """Make the table `statement`: motives by size of the municipality, directions by motive."""
    draws, rows = Draws("statements"), []
    now = member[(member["valid_to"] == "") & member["cooperation"].isin([one.id for one in found if one.service in RATES])]
    of = {str(code): list(own) for code, own in now.groupby("municipality")["cooperation"]}
    people = {one.code: one.latest for one in country.now}
    start = {one.id: int(one.start[:4]) for one in found}
    large = sorted(code for code in of if people[code] >= LARGE)
    small = sorted(code for code in of if people[code] < LARGE)
    for number in range(1, count + 1):
        code = draws.pick(large if number % 2 else small)
        shares = MOTIVES["large" if number % 2 else "small"]
        motive = draws.pick(tuple(shares), tuple(shares.values()))
        direction = draws.pick(("for", "against", "ambiguous"), DIRECTIONS.get(motive, DIRECTIONS[""]))
        role = draws.pick(("mayor", "chief_executive", "director", "local_politician"), (0.2, 0.35, 0.3, 0.15))
        interview = draws.chance(0.7)
        document = f"Konstruert intervju {1 + number // 6}" if interview else f"Konstruert prosjektrapport {1 + number % 9}"
        cooperation = draws.pick(of[code])
        day = f"{draws.whole(max(2013, start[cooperation] + 1), 2020)}-{draws.whole(1, 12):02d}-{draws.whole(1, 28):02d}"
        rows.append((f"S{number:03d}", document, role if interview else "", code, cooperation, day, motive, direction, SAID[motive]))
    return pd.DataFrame(rows, columns=["id", "document", "informant_role", "municipality", "cooperation", "date", "motive", "direction", "text"])
