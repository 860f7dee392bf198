"""What a plan of cooperation areas says, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, number, percent

QUESTION = Text(
    nb="Hvilke kommuner kan være én region for tjenesten, og hvem er vert?",
    nn="Kva kommunar kan vere éin region for tenesta, og kven er vert?",
    en="Which municipalities can be one region for the service, and who is the host?",
)
METHOD = Text(
    nb="Hver kommune får høyst én vert innen reisegrensen, en vert er i sin egen region på 0 minutter, og hver region har minst gulvet av innbyggere. Det er et heltallsproblem som HiGHS løser; «bound» er bevist: ingen plan er bedre enn den, og «gap» er avstanden dit som andel. Minutter: først færrest mulig innbyggere uten region, så færrest innbyggerminutter til verten, i to trinn uten vekt mellom dem. Regioner: flest mulig over gulvet, med et bevis fra en pakking av minste regioner; ties: flest par av kommuner som samarbeider nå, i samme region; begge så færrest uten region og færrest minutter. Er flere planer like gode, er det løseren som velger én; startverdi og tråder er faste, men når tiden går ut, kan en annen maskin gi en annen plan. Det er en reisetid per kommune, og ingen kapasitet, vaktordning eller vilje til å samarbeide er med.",
    nn="Kvar kommune får høgst éin vert innan reisegrensa, ein vert er i sin eigen region på 0 minutt, og kvar region har minst golvet av innbyggjarar. Det er eit heiltalsproblem som HiGHS løyser; «bound» er bevist: ingen plan er betre enn den, og «gap» er avstanden dit som del. Minutt: fyrst færrast mogleg innbyggjarar utan region, så færrast innbyggjarminutt til verten, i to steg utan vekt mellom dei. Regionar: flest mogleg over golvet, med eit bevis frå ei pakking av minste regionar; ties: flest par av kommunar som samarbeider no, i same region; båe så færrast utan region og færrast minutt. Er fleire planar like gode, er det løysaren som vel éin; startverdi og trådar er faste, men når tida går ut, kan ei anna maskin gje ein annan plan. Det er éi reisetid per kommune, og ingen kapasitet, vaktordning eller vilje til å samarbeide er med.",
    en="Each municipality gets at most one host within the travel limit, a host is in its own region at 0 minutes, and every region has at least the floor of inhabitants. It is an integer programme that HiGHS solves; `bound` is proven: no plan is better than it, and `gap` is the distance to it as a share. Minutes: first the fewest residents without a region, then the fewest resident-minutes to the host, in two steps with no weight between them. Regions: as many above the floor as can be, proven by a packing of minimal regions; ties: most pairs of municipalities that cooperate now, in one region; both then fewest residents without a region and fewest minutes. Where several plans are equally good, the solver picks one; seed and threads are fixed, but when the time runs out, another machine may give another plan. There is one travel time per municipality, and no capacity, roster or will to cooperate is in it.",
)
_NAMES = {
    "minutes": Text(nb="innbyggerminutter til verten", nn="innbyggjarminutt til verten", en="resident-minutes to the host"),
    "regions": Text(nb="regioner", nn="regionar", en="regions"),
    "ties": Text(nb="bånd som beholdes", nn="band som blir haldne", en="ties kept"),
}


def statement(result: Mapping[str, Any], objective: str, residents: float, assigned: float, minutes: float, travel: Text) -> Text:
    """Write what came out of it.

    Parameters
    ----------
    result : Mapping
        The finding's result.
    objective : str
        What came first.
    residents, assigned, minutes : float
        All residents, those in a region, and their mean minutes to the host.
    travel : Text
        Where the minutes are from.
    """
    if result["status"] == "infeasible":
        return Text(
            nb="Ingen plan holder alle reglene; tabellen sier hvilken vert det er, og hva som ville løst det.",
            nn="Ingen plan held alle reglane; tabellen seier kva vert det er, og kva som ville løyst det.",
            en="No plan keeps all the rules; the table says which host it is, and what would free it.",
        )
    if result["status"] == "none":
        return Text(
            nb="Ingen plan ble funnet i tiden, og det er ikke bevist at det ikke finnes noen: gi mer tid (--seconds).",
            nn="Ingen plan vart funnen i tida, og det er ikkje bevist at det ikkje finst nokon: gje meir tid (--seconds).",
            en="No plan was found in the time, nor was it proven that there is none: give more time (--seconds).",
        )
    many = len(result["regions"])
    w: dict[Language, dict[str, str]] = {
        language: {
            "regions": number(many, language),
            "residents": number(residents, language),
            "share": percent(assigned / residents if residents else None, language),
            "minutes": number(minutes, language, 1),
            "kept": number(sum(row["ties_kept"] for row in result["regions"]), language),
            "objective": number(result["objective"], language),
            "bound": number(result["bound"], language),
            "gap": number(100 * result["gap"], language, 2) if result["gap"] is not None else "–",
        }
        for language in LANGUAGES
    }
    first = Text(
        nb=f"Planen har {w['nb']['regions']} {'region' if many == 1 else 'regioner'} med {w['nb']['share']} av {w['nb']['residents']} innbyggere, i snitt {w['nb']['minutes']} minutter fra verten; {w['nb']['kept']} bånd mellom kommuner som samarbeider nå, beholdes.",
        nn=f"Planen har {w['nn']['regions']} {'region' if many == 1 else 'regionar'} med {w['nn']['share']} av {w['nn']['residents']} innbyggjarar, i snitt {w['nn']['minutes']} minutt frå verten; {w['nn']['kept']} band mellom kommunar som samarbeider no, blir haldne.",
        en=f"The plan has {w['en']['regions']} {'region' if many == 1 else 'regions'} with {w['en']['share']} of {w['en']['residents']} residents, on average {w['en']['minutes']} minutes from the host; {w['en']['kept']} ties between municipalities that cooperate now are kept.",
    )
    return first + _proof(result, objective, w) + _left_out(result["unassigned"]) + travel


def _proof(result: Mapping[str, Any], objective: str, w: Mapping[Language, Mapping[str, str]]) -> Text:
    name = _NAMES[objective]
    if result["status"] == "optimal":
        return Text(
            nb=f"Den er bevist best innenfor {w['nb']['gap']} %: {w['nb']['objective']} {name.nb}.",
            nn=f"Han er bevist best innanfor {w['nn']['gap']} %: {w['nn']['objective']} {name.nn}.",
            en=f"It is proven best within {w['en']['gap']}%: {w['en']['objective']} {name.en}.",
        )
    return Text(
        nb=f"Tiden gikk ut før den var bevist best: {w['nb']['objective']} {name.nb}, og ingen plan har bedre enn {w['nb']['bound']} (gap {w['nb']['gap']} %).",
        nn=f"Tida gjekk ut før han var bevist best: {w['nn']['objective']} {name.nn}, og ingen plan har betre enn {w['nn']['bound']} (gap {w['nn']['gap']} %).",
        en=f"Time ran out before it was proven best: {w['en']['objective']} {name.en}, and no plan has better than {w['en']['bound']} (gap {w['en']['gap']}%).",
    )


def _left_out(unassigned: Sequence[Mapping[str, Any]]) -> Text:
    many = len({row["municipality"] for row in unassigned})
    if not many:
        return EMPTY
    return Text(
        nb=f"{many} {'kommune' if many == 1 else 'kommuner'} er uten region; tabellen sier hvorfor og hva som ville løst det.",
        nn=f"{many} {'kommune' if many == 1 else 'kommunar'} er utan region; tabellen seier kvifor og kva som ville løyst det.",
        en=f"{many} {'municipality is' if many == 1 else 'municipalities are'} in no region; the table says why and what would free {'it' if many == 1 else 'them'}.",
    )
