"""What was written down: agreements and their clauses, the copies that came in, what municipalities report, and the register of companies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from constructed.draws import Draws, intercept, logistic
from constructed.effects import CITED_TOO_EARLY, NO_BASIS, NO_DISPUTE_CLAUSE, OLD_NUMBER, STATED
from constructed.people import Country
from constructed.together import OWN_SERVICE, Cooperation

HOST_NUMBERS = (("2007-01-01", "§ 28 {}"), ("2012-07-01", "§ 28-1 {}"), ("2019-11-01", "§ 20-{}"))
DISPUTES = ((("negotiation",), 0.22), (("negotiation", "courts"), 0.20), (("courts",), 0.14), (("dispute_board",), 0.14), (("negotiation", "mediation_county_governor", "arbitration"), 0.12), (("forum_of_chief_executives",), 0.10), (("health_trust_agreement",), 0.08))  # fmt: skip
STEP_WORDS = {"negotiation": "Partene forhandler.", "courts": "Tvister avgjøres av domstolene.", "dispute_board": "En nemnd med ett medlem fra hver part avgjør.", "mediation_county_governor": "Fylkesmannen mekler.", "arbitration": "Saken avgjøres ved voldgift.", "forum_of_chief_executives": "Rådmennene finner en løsning.", "health_trust_agreement": "Ordningen i avtalen med helseforetaket brukes.", "statutory_reference": "Ut over dette gjelder loven.", "not_specified": ""}  # fmt: skip
COST_KEYS = ((("per_inhabitant",), 0.42), (("equal:20", "per_inhabitant:80"), 0.33), (("equal:20", "by_use:80"), 0.15), (("by_use",), 0.10))
PRESENT = {"tasks": 0.96, "authority": 0.70, "transfer": 0.60, "notification": 0.45, "withdrawal": 0.85, "dissolution": 0.62, "reporting": 0.48, "duration": 0.55, "purpose": 0.88, "archives": 0.18, "representatives": 0.40, "board": 0.40, "contributions": 0.55, "ownership": 0.60, "liability": 0.50, "seat": 0.75, "name": 0.90, "borrowing": 0.30}  # fmt: skip
"""How often an agreement has a clause of each kind; board and what follows only where the cooperation has a body of its own."""
WITH_BODY = {"representatives", "board", "contributions", "ownership", "liability", "seat", "name", "borrowing"}
NO_COMPANY_FOR = 0
"""Which of the cooperations called a company is not in the register of companies."""
BODIES = {"section_27_board", "intermunicipal_company", "joint_municipality", "host_joint_board"}


@dataclass(frozen=True)
class Agreement:
    """One agreement as coded."""

    id: str
    cooperation: Cooperation
    signed: str
    written: str
    basis: str
    basis_text: str
    dispute: tuple[str, ...]

    @property
    def has_dispute_clause(self) -> bool:
        """Whether it says how disagreement is settled."""
        return self.dispute[0] not in ("not_specified", "statutory_reference")


def make_agreements(country: Country, found: list[Cooperation]) -> tuple[list[Agreement], float]:
    """Draw the agreements, and return them with the intercept of the odds of having no mechanism for disputes."""
    draws, basis = Draws("agreements"), Draws("basis")
    signed = [(one, one.start) for one in found]
    renewable = [one for one in found if one.start < "2013" and not one.end]
    signed += [(one, f"{draws.whole(2014, 2020)}-{draws.whole(1, 12):02d}-15") for one in draws.some(renewable, 22)]
    size = [math.log2(country.before[one.host].latest / 5_000) for one, _ in signed]
    slope = math.log(NO_DISPUTE_CLAUSE["odds_per_doubling"])
    level = intercept(slope, size, NO_DISPUTE_CLAUSE["share"])
    made = []
    for number, ((one, day), large) in enumerate(zip(signed, size, strict=True), 1):
        if draws.chance(logistic(level + slope * large)):
            dispute: tuple[str, ...] = ("not_specified",) if draws.chance(0.95) else ("statutory_reference",)
        else:
            dispute = draws.pick([steps for steps, _ in DISPUTES], [weight for _, weight in DISPUTES])
        model, words = _basis(basis, country, one, day)
        told = "" if draws.chance(0.04) else day[:4] if draws.chance(0.10) else day
        made.append(Agreement(f"K{number:03d}", one, day, told, model, words, dispute))
        if model != "not_specified":
            one.model = model
    return made, level


def _basis(draws: Draws, country: Country, one: Cooperation, day: str) -> tuple[str, str]:
    """Draw the model that an agreement states, and its words."""
    host = country.before[one.host].name
    stated = one.model or draws.pick(*zip(*STATED["before" if day < "2012" else "after"].items(), strict=True))
    early, number, bare = draws.chance(CITED_TOO_EARLY), draws.chance(OLD_NUMBER), draws.chance(0.5)
    if not one.model and draws.chance(NO_BASIS):
        return "not_specified", f"vertskommune ({host})" if bare else "ikke oppgitt"
    if stated == "section_27_board":
        return stated, "kommuneloven § 27"
    if stated == "intermunicipal_company":
        return stated, "interkommunalt selskap (IKS)"
    if stated == "joint_municipality":
        return (stated, "samkommune, kommuneloven § 28-2") if "2012-07-01" <= day < "2020" else ("section_27_board", "kommuneloven § 27")
    if stated == "purchase_agreement":
        return stated, f"kjøp av tjenesten fra {host}"
    numbers = [words for start, words in HOST_NUMBERS if start <= day]
    if not numbers:
        return ("host_administrative", "kommuneloven § 28 b") if early else ("section_27_board", "kommuneloven § 27")
    written = numbers[-2] if len(numbers) > 1 and number else numbers[-1]
    letter = {"host_administrative": ("b", "2"), "host_joint_board": ("c", "3")}[stated]["20" in written]
    return stated, f"kommuneloven {written.format(letter)}"


def agreement_tables(country: Country, made: list[Agreement]) -> dict[str, pd.DataFrame]:
    """Make the tables `agreement` and `clause`."""
    draws = Draws("clauses")
    rows, clauses = [], []
    for one in made:
        host = country.before[one.cooperation.host].code
        legal_host = host if one.basis.startswith("host") else ""
        has = {kind for kind, share in PRESENT.items() if draws.chance(share) and (kind not in WITH_BODY or one.basis in BODIES)}
        months = draws.pick(("6", "12", "12", "24")) if "withdrawal" in has else ""
        rows.append((one.id, one.cooperation.id, one.written, one.basis, one.basis_text, legal_host, months, f"{one.id}.pdf (finnes ikke)"))
        clauses += [(one.id, "participants", 1, "", ""), (one.id, "host", 1, host, "")]
        clauses += [(one.id, kind, 1, f"{months}" if kind == "withdrawal" else "", "") for kind in PRESENT if kind in has]
        keys = draws.pick(*zip(*COST_KEYS, strict=True))
        if draws.chance(0.88):
            clauses += [(one.id, "cost_key", step, key, "") for step, key in enumerate(keys, 1)]
        clauses += [(one.id, "dispute", step, value, STEP_WORDS[value]) for step, value in enumerate(one.dispute, 1)]
    agreement = pd.DataFrame(rows, columns=["id", "cooperation", "signed", "basis", "basis_text", "legal_host", "notice_months", "document"])
    return {"agreement": agreement, "clause": pd.DataFrame(clauses, columns=["agreement", "kind", "step", "value", "text"])}


def collected(country: Country, made: list[Agreement], member: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], list[Agreement]]:
    """Make the tables `submission` and `collection`, and return the agreements that a copy came in of."""
    draws = Draws("collection")
    answer = {one.code: draws.pick(("sent", "no", "no_answer", "missing"), (0.66, 0.04, 0.14, 0.16)) for one in country.now}
    now = member[member["valid_to"] == ""]
    of = {str(key): sorted(own) for key, own in now.groupby("cooperation")["municipality"]}
    copies, kept, number = [], [], {}
    for one in made:
        own = [code for code in of.get(one.cooperation.id, ()) if answer[code] != "no"]
        senders = [code for code in own if answer[code] == "sent" and draws.chance(0.85)]
        others = [code for code in own if answer[code] != "sent" and senders and draws.chance(0.06)]
        kept += [one] if senders else []
        for code in [*senders, *others]:
            number[code] = number.get(code, 0) + 1
            dispute = " ".join(STEP_WORDS[step] for step in one.dispute).strip() or "ikke spesifisert"
            copies.append((code, number[code], one.id, code != senders[0], one.written or "udatert", one.cooperation.service, one.basis_text, dispute))
    status = {code: "yes" if code in number else "no_answer" if told == "sent" else told for code, told in answer.items()}
    columns = ["municipality", "seq", "agreement", "known_through_other", "year_text", "service_text", "legal_text", "dispute_text"]
    submission = pd.DataFrame(copies, columns=columns).sort_values(["municipality", "seq"])
    return {"submission": submission, "collection": pd.DataFrame(sorted(status.items()), columns=["municipality", "status"])}, kept


def reported(found: list[Cooperation], member: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Make the table `report`: whom each municipality in child welfare names; return it with the three cooperations whose members do not agree."""
    draws, rows = Draws("report"), []
    now = member[member["valid_to"] == ""]
    here = [one for one in found if one.service == "barnevern" and not one.end]
    differing = {one.id for one in draws.some([two for two in here if len(two.members) > 3], 3)}
    told: set[str] = set()
    for one in here:
        own = sorted(now.loc[now["cooperation"] == one.id, "municipality"])
        for code in [code for code in own if code not in told]:
            told.add(code)
            named = [other for other in own if not (one.id in differing and code == own[0] and other == own[-1])]
            rows += [(one.service, code, other, one.id, draws.pick(("both", "names", "codes"), (0.9, 0.07, 0.03))) for other in named]
    return pd.DataFrame(rows, columns=["service", "municipality", "partner", "cooperation", "said_in"]), sorted(differing)


def covered(country: Country, member: pd.DataFrame, found: list[Cooperation]) -> pd.DataFrame:
    """Make the table `coverage`: the sources speak of all but a few municipalities, and of none beyond those asked."""
    draws, rows = Draws("coverage"), []
    service = {one.id: one.service for one in found}
    taking = {(service[str(row.cooperation)], str(row.municipality)) for row in member.itertuples()}
    for kind in sorted(set(service.values())):
        source = "kommuner" if kind == "barnevern" else "kartlegging"
        free = [one.code for one in country.now if (kind, one.code) not in taking]
        missing = set(draws.some(free, 0 if kind == "ohjelp" else 3))
        not_asked = set(draws.some([code for code in free if code not in missing], 2 if kind == OWN_SERVICE[0] else 0))
        for one in country.now:
            status = "missing" if one.code in missing else "not_asked" if one.code in not_asked else "covered"
            rows.append((source, kind, one.code, status))
    return pd.DataFrame(rows, columns=["source", "service", "municipality", "status"])


def companies(found: list[Cooperation], member: pd.DataFrame, people: dict[str, int]) -> dict[str, pd.DataFrame]:
    """Make the tables `company` and `owner`: all but one of the cooperations that say they are one, and one that no cooperation speaks of."""
    called = [one for one in found if one.model == "intermunicipal_company" and not one.end]
    now = member[member["valid_to"] == ""]
    company, owner = [], []
    sets = {
        f"9{number:08d}": (one.name, one.start, sorted(now.loc[now["cooperation"] == one.id, "municipality"]))
        for number, one in enumerate(called, 1)
        if number - 1 != NO_COMPANY_FOR
    }
    sets["900000999"] = ("Konstruert renovasjon IKS", "2009-01-01", ["9001", "9002", "9003"])
    for code, (name, start, own) in sets.items():
        company.append((code, name if name.endswith("IKS") else f"{name} IKS", "IKS", start, ""))
        total, left = sum(people[one] for one in own), 1.0
        for one in own[:-1]:
            share = round(people[one] / total, 3)
            left -= share
            owner.append((code, one, share, start, ""))
        owner.append((code, own[-1], round(left, 3), start, ""))
    return {
        "company": pd.DataFrame(company, columns=["id", "name", "form", "valid_from", "valid_to"]),
        "owner": pd.DataFrame(owner, columns=["company", "municipality", "share", "valid_from", "valid_to"]),
    }
