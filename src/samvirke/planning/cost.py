"""How a cost is divided between those who cooperate, and whether anybody would be better off otherwise."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.planning._cost_reading import read_cost_specification, words
from samvirke.planning._cost_specification import Specification, group_name
from samvirke.planning._cost_tables import Weighed, amounts, better_off, by_method, leaving, pricing, side_by_side, weigh
from samvirke.planning._games import concave
from samvirke.planning.cost_keys import told, written
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number, percent

QUESTION = Text(
    nb="Hvordan deles kostnaden, og vil noen være bedre tjent alene eller i en mindre gruppe?",
    nn="Korleis blir kostnaden delt, og vil nokon vere betre tent åleine eller i ei mindre gruppe?",
    en="How is the cost divided, and would anybody be better off alone or in a smaller group?",
)
METHOD = Text(
    nb="Kostnaden av hver mulig gruppe av partene regnes ut. En deling er i kjernen når ingen gruppe til sammen betaler mer enn gruppen ville kostet for seg. Shapley-verdien er det hver part i snitt legger til kostnaden over alle rekkefølger de kan komme i; nukleolus gjør den sterkeste klagen så liten som mulig, så den neste, og så videre. Begge er regnet over alle grupper, uten trekninger. Å gå ut regnes med nøkkelen slik den står, brukt på dem som er igjen. Pris på bruk er endringen i det parten betaler når bare dens bruk endres, holdt mot endringen i kostnaden.",
    nn="Kostnaden av kvar mogleg gruppe av partane blir rekna ut. Ei deling er i kjernen når inga gruppe til saman betaler meir enn gruppa ville kosta for seg. Shapley-verdien er det kvar part i snitt legg til kostnaden over alle rekkjefølgjer dei kan kome i; nukleolus gjer den sterkaste klaga så lita som råd, så den neste, og så vidare. Båe er rekna over alle grupper, utan trekningar. Å gå ut blir rekna med nøkkelen slik han står, brukt på dei som er att. Pris på bruk er endringa i det parten betaler når berre bruken til parten blir endra, halden mot endringa i kostnaden.",
    en="The cost of every possible group of the parties is worked out. A division is in the core when no group pays more together than the group would cost by itself. The Shapley value is what each party adds to the cost on average over every order in which they may join; the nucleolus makes the strongest complaint as small as can be, then the next, and so on. Both are worked out over all groups, with no random draws. Leaving is worked out with the key as it stands, applied to those who stay. The price of use is the change in what a party pays when only its use changes, held against the change in the cost.",
)
MOST_USE_CHANGE = 0.9
_BEYOND = Text(
    nb="Hver for seg er billigere enn sammen, så nukleolus lar noen betale mer enn alene (prenukleolus).",
    nn="Kvar for seg er billegare enn saman, så nukleolus lèt nokon betale meir enn åleine (prenukleolus).",
    en="Each alone is cheaper than together, so the nucleolus lets some pay more than alone (the prenucleolus).",
)


def cost(specification: Specification | str | Path, *, use_change: float = 0.1) -> Finding:
    """Divide a cost by the key of an agreement, side by side with other keys, the Shapley value and the nucleolus.

    Parameters
    ----------
    specification : Specification or str or pathlib.Path
        What `read_cost_specification` gives, or its YAML file.
    use_change : float
        The share by which use is changed up and down to price it; above 0, at most 0.9.

    Returns
    -------
    Finding
        Columns party, population, use, own_cost_nok (where known), alone_nok, and the kroner under each way to divide: key, other_key,
        equal, per_inhabitant, by_use, by_own_cost, shapley, nucleolus. Supporting tables `methods` (core and strongest complaint),
        `better_off` (who would pay less in which group), `leaving`, `after_leaving`, `use_priced`, `amounts` (each with its source, or
        assumed).

    Raises
    ------
    CostError
        With every problem of the specification.
    OptionError
        When `use_change` is out of range.

    Examples
    --------
    >>> from samvirke.planning._cost_reading import check_cost_specification
    >>> parties = [{"name": "Sel", "population": 5900}, {"name": "Lom", "population": 2300}]
    >>> found = cost(check_cost_specification({"parties": parties, "key": "equal", "cost": {"fixed_nok": 600000, "per_inhabitant_nok": 100}}))
    >>> found.table[["party", "alone_nok", "key_nok", "shapley_nok"]].values.tolist()
    [['Sel', 1190000.0, 710000.0, 890000.0], ['Lom', 830000.0, 710000.0, 530000.0]]
    """
    if not 0 < use_change <= MOST_USE_CHANGE:
        allowed = Text(nb="over 0 og høyst 90 prosent", nn="over 0 og høgst 90 prosent", en="above 0 and at most 90 per cent")
        raise OptionError("use-change", use_change * 100, allowed)
    given = specification if isinstance(specification, Specification) else read_cost_specification(specification)
    weighed = weigh(given)
    left, after = leaving(weighed)
    supporting = {
        "methods": by_method(weighed),
        "better_off": better_off(weighed),
        "leaving": left,
        "after_leaving": after,
        "use_priced": pricing(weighed, use_change),
        "amounts": amounts(given),
    }
    assumed = supporting["amounts"]["basis_of_number"] == "assumed"
    headline = _headline(weighed)
    return Finding(
        id="plan_cost",
        edition=given.edition,
        question=QUESTION,
        statement=headline + _complaints(weighed) + _core(weighed) + _left(left) + _priced(supporting["use_priced"], given) + _assumed(assumed),
        headline=headline,
        method=METHOD,
        table=side_by_side(weighed),
        coverage=Coverage(int((~assumed).sum()), {"numbers": len(assumed), "parties": len(weighed.names), "groups": len(weighed.costs) - 1}, _gaps(assumed)),
        chart=Chart("table"),
        supporting={name: frame for name, frame in supporting.items() if len(frame)},
        options={
            "specification": Path(given.path).name or given.name,
            "key": written(given.key),
            "other_key": written(given.other_key) if given.other_key else None,
            "use_change": use_change,
        },
        constructed=given.constructed,
    )


def _kroner(value: float) -> dict[Language, str]:
    return {language: f"{number(abs(value) if abs(value) < 0.5 else value, language)} kr" for language in LANGUAGES}


def _headline(weighed: Weighed) -> Text:
    total, alone = float(weighed.costs[-1]), float(weighed.basis.alone.sum())
    saved = alone - total
    w = {"all": _kroner(total), "alone": _kroner(alone), "saved": _kroner(abs(saved))}
    share = {language: percent(abs(saved) / alone if alone else 0.0, language) for language in LANGUAGES}
    first = Text(
        nb=f"Sammen koster det {w['all']['nb']}, hver for seg {w['alone']['nb']}.",
        nn=f"Saman kostar det {w['all']['nn']}, kvar for seg {w['alone']['nn']}.",
        en=f"Together it costs {w['all']['en']}, each alone {w['alone']['en']}.",
    )
    if saved < -weighed.slack:
        return first + Text(
            nb=f"Samarbeidet er {w['saved']['nb']} ({share['nb']}) dyrere enn å stå alene.",
            nn=f"Samarbeidet er {w['saved']['nn']} ({share['nn']}) dyrare enn å stå åleine.",
            en=f"Cooperation is {w['saved']['en']} ({share['en']}) dearer than standing alone.",
        )
    return first + Text(
        nb=f"Samarbeidet sparer {w['saved']['nb']} ({share['nb']}).",
        nn=f"Samarbeidet sparer {w['saved']['nn']} ({share['nn']}).",
        en=f"Cooperation saves {w['saved']['en']} ({share['en']}).",
    )


def _complaints(weighed: Weighed) -> Text:
    """Say of the agreement's key, and of the other one, whether anybody would be better off otherwise."""
    sentence = EMPTY
    parts = {"key": weighed.given.key, "other_key": weighed.given.other_key}
    for name in (one for one in parts if one in weighed.methods):
        method = weighed.methods[name]
        key = told(parts[name], words("parts"))
        lead = (
            Text(nb=f"Med nøkkelen ({key.nb})", nn=f"Med nøkkelen ({key.nn})", en=f"With the key ({key.en})")
            if name == "key"
            else Text(nb=f"Med den andre nøkkelen ({key.nb})", nn=f"Med den andre nøkkelen ({key.nn})", en=f"With the other key ({key.en})")
        )
        if method.in_core:
            own = _kroner(-method.worst.amount)
            sentence += Text(
                nb=f"{lead.nb} ville ingen part eller gruppe betalt mindre for seg selv; den som tjener minst på å bli, sparer {own['nb']}.",
                nn=f"{lead.nn} ville ingen part eller gruppe betalt mindre for seg sjølv; den som tener minst på å bli, sparer {own['nn']}.",
                en=f"{lead.en} no party or group would pay less by itself; the one that gains least by staying saves {own['en']}.",
            )
            continue
        group, own = group_name(method.worst.mask, weighed.names), _kroner(method.worst.amount)
        together = Text(nb="til sammen ", nn="til saman ", en="together ") if "+" in group else EMPTY
        one = method.complaining == 1
        count = Text(
            nb="ingen andre grupper" if one else f"{number(method.complaining, 'nb')} grupper i alt",
            nn="ingen andre grupper" if one else f"{number(method.complaining, 'nn')} grupper i alt",
            en="no other group" if one else f"{number(method.complaining, 'en')} groups in all",
        )
        sentence += Text(
            nb=f"{lead.nb} ville {group} {together.nb}betalt {own['nb']} mindre for seg selv ({count.nb}).",
            nn=f"{lead.nn} ville {group} {together.nn}betalt {own['nn']} mindre for seg sjølv ({count.nn}).",
            en=f"{lead.en} {group} would {together.en}pay {own['en']} less by {'themselves' if together.en else 'itself'} ({count.en}).",
        )
    return sentence + _alone(weighed)


def _alone(weighed: Weighed) -> Text:
    """Name the single parties that the agreement's key charges more than they would pay alone."""
    more = weighed.methods["key"].division - weighed.basis.alone
    own = [(name, float(value)) for name, value in zip(weighed.names, more, strict=True) if value > weighed.slack]
    if not own:
        return EMPTY
    w = {language: listing([f"{name} {_kroner(value)[language]}" for name, value in own], language) for language in LANGUAGES}
    return Text(
        nb=f"Nøkkelen tar mer enn det koster å stå alene: {w['nb']} mer.",
        nn=f"Nøkkelen tek meir enn det kostar å stå åleine: {w['nn']} meir.",
        en=f"The key takes more than it costs to stand alone: {w['en']} more.",
    )


def _core(weighed: Weighed) -> Text:
    """Say whether any division satisfies all, and whether the Shapley value and the nucleolus do."""
    least = weighed.nucleolus.least_core
    if least > weighed.slack:
        own = _kroner(least)
        return Text(
            nb=f"Ingen deling gjør alle grupper tilfredse: i den beste betaler en gruppe {own['nb']} mer enn for seg selv.",
            nn=f"Inga deling gjer alle grupper nøgde: i den beste betaler ei gruppe {own['nn']} meir enn for seg sjølv.",
            en=f"No division satisfies every group: in the best one a group pays {own['en']} more than by itself.",
        ) + (EMPTY if weighed.nucleolus.imputation else _BEYOND)
    inside = weighed.methods["shapley"].in_core
    sentence = Text(
        nb=f"Nukleolus gjør alle grupper tilfredse, og Shapley-verdien {'også' if inside else 'ikke'}.",
        nn=f"Nukleolus gjer alle grupper nøgde, og Shapley-verdien {'òg' if inside else 'ikkje'}.",
        en=f"The nucleolus satisfies every group, and the Shapley value {'does too' if inside else 'does not'}.",
    )
    if inside and concave(weighed.costs):
        sentence += Text(
            nb="En ny part legger aldri mer til kostnaden jo større gruppen er, så samarbeidet er stabilt for mange delinger.",
            nn="Ein ny part legg aldri meir til kostnaden jo større gruppa er, så samarbeidet er stabilt for mange delingar.",
            en="A newcomer never adds more to the cost the larger the group is, so cooperation is stable under many divisions.",
        )
    return sentence


def _left(left: pd.DataFrame) -> Text:
    worst = left.iloc[int(left["rest_change_nok"].to_numpy().argmax())].to_dict()
    own, hit = _kroner(worst["rest_change_nok"]), _kroner(worst["most_affected_change_nok"])
    if worst["rest_change_nok"] <= 0:
        return Text(
            nb="De andre betaler ikke mer i sum om noen går ut.",
            nn="Dei andre betaler ikkje meir i sum om nokon går ut.",
            en="The others do not pay more in sum whoever leaves.",
        )
    return Text(
        nb=f"Mest har det å si om {worst['leaver']} går ut: de andre betaler da {own['nb']} mer til sammen, {worst['most_affected']} mest ({hit['nb']} mer).",
        nn=f"Mest har det å seie om {worst['leaver']} går ut: dei andre betaler då {own['nn']} meir til saman, {worst['most_affected']} mest ({hit['nn']} meir).",
        en=f"It matters most if {worst['leaver']} leaves: the others then pay {own['en']} more together, {worst['most_affected']} most ({hit['en']} more).",
    )


def _priced(table: pd.DataFrame, given: Specification) -> Text:
    if table.empty:
        return EMPTY
    unit = f" ({given.use_unit})" if given.use_unit else ""
    per = Text(nb=f"én enhet til{unit}", nn=f"éi eining til{unit}", en=f"one more unit{unit}")
    more = table[table["use_then"] > table["use"]]
    widest = more.iloc[int(more["others_per_use_nok"].abs().to_numpy().argmax())].to_dict()
    price, cost_ = _kroner(widest["price_per_use_nok"]), _kroner(widest["cost_per_use_nok"])
    pays = widest["others_per_use_nok"] > 0.5
    if abs(widest["others_per_use_nok"]) <= 0.5:
        return Text(
            nb=f"Nøkkelen priser {per.nb} til det den koster.",
            nn=f"Nøkkelen prisar {per.nn} til det ho kostar.",
            en=f"The key prices {per.en} at what it costs.",
        )
    first = Text(
        nb=f"Skjevest er prisen på bruk for {widest['party']}: {per.nb} koster {cost_['nb']}, men parten betaler {price['nb']}",
        nn=f"Skeivast er prisen på bruk for {widest['party']}: {per.nn} kostar {cost_['nn']}, men parten betaler {price['nn']}",
        en=f"The price of use is most out of line for {widest['party']}: {per.en} costs {cost_['en']}, but the party pays {price['en']}",
    )
    gap = _kroner(abs(widest["others_per_use_nok"]))
    end = (
        Text(
            nb=f"; de andre bærer {gap['nb']}, så overforbruk lønner seg.",
            nn=f"; dei andre ber {gap['nn']}, så overforbruk løner seg.",
            en=f"; the others bear {gap['en']}, so that over-use pays.",
        )
        if pays
        else Text(
            nb=f"; de andre slipper {gap['nb']}, så det lønner seg å bruke for lite.",
            nn=f"; dei andre slepp {gap['nn']}, så det løner seg å bruke for lite.",
            en=f"; the others are spared {gap['en']}, so that under-use pays.",
        )
    )
    return Text(**{language: first[language] + end[language] for language in LANGUAGES})


def _assumed(assumed: pd.Series) -> Text:
    count, of = int(assumed.sum()), len(assumed)
    if not count:
        return EMPTY
    return Text(
        nb=f"{count} av {of} tall som kostnadene er laget av, er antatt uten kilde.",
        nn=f"{count} av {of} tal som kostnadene er laga av, er rekna med utan kjelde.",
        en=f"{count} of {of} numbers that the costs are made from are assumed without a source.",
    )


def _gaps(assumed: pd.Series) -> tuple[Missing, ...]:
    if not assumed.any():
        return ()
    why = Text(
        nb="Tall uten kilde står som antatt i tabellen over tall; svaret holder bare så langt de gjør det.",
        nn="Tal utan kjelde står som rekna med i tabellen over tal; svaret held berre så langt dei gjer det.",
        en="Numbers without a source are marked assumed in the table of numbers; the answer holds only as far as they do.",
    )
    return (Missing("specification", (), why),)
