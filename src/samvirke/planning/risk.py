"""How much a year's cost of hospital stays swings in each municipality and cooperation, and how small one may be and bear it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import MissingTableError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import gaps, municipalities, population_gap, population_years
from samvirke.measures.membership import Array, Membership, membership, read_services
from samvirke.planning._compound import GridError
from samvirke.planning._risk_inputs import RiskError, RiskInputs, read_inputs
from samvirke.planning._risk_model import LARGEST, Model, model
from samvirke.planning._risk_tables import (
    acute_beds,
    borne_of_acute_beds,
    by_cooperation,
    by_municipality,
    by_size,
    incomes,
    kroner,
    numbers,
    tolerable,
    units,
    worked_out,
)
from samvirke.planning._travel import InputProblem
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Hvor mye svinger årets utgift, og hvor liten kan en kommune være og tåle det?",
    nn="Kor mykje svingar utgifta i eit år, og kor liten kan ein kommune vere og tole det?",
    en="How much does a year's cost swing, and how small can a municipality be and bear it?",
)
METHOD = Text(
    nb="Antallet innleggelser i et år og det kommunen betaler for hver gir til sammen fordelingen av årets utgift. Den regnes ut på et rutenett av kroner med rask Fourier-transform, ikke ved trekning: alt utenfor vinduet som regnes, er til sammen under 10⁻¹² av sannsynligheten. Snitt og standardavvik er i lukket form. Beløp per innleggelse er lagt på rutenettet slik at snittet beholdes, og taket holdes nøyaktig. Alle kommuner har samme antall innleggelser per innbygger og samme fordeling av beløp, og er uavhengige av hverandre utenom årets felles faktor. Et samarbeid regnes som om medlemmene delte én utgift. Svingningen er det et år koster ut over det ventede, som er budsjettert.",
    nn="Talet på innleggingar i eit år og det kommunen betaler for kvar gjev til saman fordelinga av utgifta i året. Ho blir rekna ut på eit rutenett av kroner med rask Fourier-transform, ikkje ved trekning: alt utanfor vindauget som blir rekna, er til saman under 10⁻¹² av sannsynet. Snitt og standardavvik er i lukka form. Beløp per innlegging er lagde på rutenettet slik at snittet blir halde, og taket blir halde nøyaktig. Alle kommunar har same talet på innleggingar per innbyggjar og same fordeling av beløp, og er uavhengige av kvarandre utanom den felles faktoren i året. Eit samarbeid blir rekna som om medlemmene delte éi utgift. Svinginga er det eit år kostar ut over det venta, som er budsjettert.",
    en="The number of admissions in a year and what the municipality pays for each give the distribution of the year's cost. It is worked out on a grid of kroner by the fast Fourier transform, not by drawing: all that lies outside the window worked on has a probability below 10⁻¹². Means and standard deviations are in closed form. Amounts per admission are put on the grid with their mean kept, and the ceiling is kept exactly. All municipalities have the same number of admissions per inhabitant and the same distribution of amounts, and are independent but for the year's common factor. A cooperation is worked out as if its members shared one cost. The swing is what a year costs beyond the expected, which is budgeted.",
)


def risk(
    edition: Edition,
    *,
    service: str | None = None,
    year: int | None = None,
    admissions_per_1000: float | None = None,
    severity: str | None = None,
    share: float | None = None,
    unit_price: float | None = None,
    ceiling: float | None = None,
    discharge_cases_per_1000: float | None = None,
    discharge_days: float | None = None,
    day_price: float | None = None,
    overdispersion: float | None = None,
    common_variation: float | None = None,
    free_income: float | None = None,
    share_of_free_income: float | None = None,
    tolerable_nok: float | None = None,
    tolerable_probability: float | None = None,
    acute_bed_cost: float | None = None,
    step: float | None = None,
) -> Finding:
    """Work out how much a year's cost swings in every municipality and every cooperation.

    Parameters
    ----------
    edition : Edition
        With populations in the table figure, and free_income_per_capita where it is known.
    service : str or None
        Cooperations of this service only.
    year : int or None
        The year whose rules hold: by default the edition's where co-financing held then, else 2014.
    admissions_per_1000, discharge_cases_per_1000 : float or None
        Admissions that are co-financed, and patients ready for discharge who stay on, per 1000 inhabitants and year.
    severity : str or None
        The full price of an admission: ``lognormal:MEAN:VARIATION``, ``gamma:MEAN:VARIATION`` (kroner, coefficient of variation) or a CSV
        with amount_nok and probability or count.
    share, unit_price, ceiling : float or None
        The share that the municipality pays, the price of cost weight 1, and the most that it pays for one admission, in kroner.
    discharge_days, day_price : float or None
        Mean days that one stays on (geometric), and kroner a day.
    overdispersion, common_variation : float or None
        Variance over mean of the number within a year, and the coefficient of variation of the year's common factor.
    free_income, share_of_free_income : float or None
        Kroner per inhabitant, and the share of it that a year may cost beyond the expected.
    tolerable_nok, tolerable_probability : float or None
        The same limit in kroner per inhabitant, and how often it may be passed.
    acute_bed_cost : float or None
        What the acute beds cost per inhabitant and year, before the grant's two halves.
    step : float or None
        Kroner between the points of the grid.

    Returns
    -------
    Finding
        One row per municipality with a known population; supporting tables `cooperations`, `sizes`, `acute_beds`, `numbers`. ``result``
        holds the year, the limit and the smallest populations.

    Raises
    ------
    RiskError
        With every problem of the options.
    MissingTableError
        When the edition has no figures.
    """
    asked = {name: value for name, value in locals().items() if name != "edition"} | {"tolerable": tolerable_nok}
    return _answer(edition, service, read_inputs(asked, int(edition.as_of[:4]) if edition.as_of else None))


def _answer(edition: Edition, service: str | None, given: RiskInputs) -> Finding:
    """Work everything out from what was read."""
    data = membership(edition)
    if not np.isfinite(data.population).any():
        raise MissingTableError("risk", ("figure",))
    if not (np.nan_to_num(data.population) > 0).any():
        remedy = Text(
            nb="Gi minst én kommune et folketall over 0",
            nn="Gje minst éin kommune eit folketal over 0",
            en="Give at least one municipality a population above 0",
        )
        raise RiskError([InputProblem("figure.population", "0", remedy)])
    chosen = read_services(data, (service,) if service else None, option="service")
    income = incomes(edition, data.codes, given)
    limit, within = tolerable(given, income, data.population), given["tolerable_probability"]
    columns = np.flatnonzero(data.cooperations["service"].isin(chosen).to_numpy(dtype=bool))
    people, incomes_of_all = units(data, columns, income)
    try:
        own = model(given)
        frame = worked_out(own, given, people, incomes_of_all, limit)
        sizes = by_size(own, given, _mean(income, data.population), limit, within)
        smallest = {"by_deviation": own.smallest_by_deviation(limit), "by_probability": own.smallest_by_probability(limit, within)}
    except GridError:
        remedy = Text(nb="Gi et større --step, eller la det være", nn="Gje eit større --step, eller lat det vere", en="Give a larger --step, or leave it out")
        raise RiskError([InputProblem("step", f"{given.step or 0:g}", remedy)]) from None
    table = by_municipality(frame, data, edition.names(), within)
    cooperations = by_cooperation(frame, data, columns, own, within)
    rests_on = numbers(given, own, limit)
    supporting = {"cooperations": cooperations, "sizes": sizes, "acute_beds": acute_beds(given), "numbers": rests_on}
    headline = _swing(table, given, own) + _smallest(smallest, limit, within)
    return Finding(
        id="plan_risk",
        edition=edition.name,
        question=QUESTION,
        statement=headline + _limit(table, cooperations, limit, within) + _pooled(cooperations) + _common(own) + _acute(given) + _unverified(rests_on),
        headline=headline,
        method=METHOD + population_years(data),
        table=table,
        coverage=Coverage(
            len(table),
            {"municipalities": len(data.codes), "cooperations": len(columns)},
            (*population_gap(data, np.arange(len(data.codes))), *_no_income(income, data), *gaps(data, chosen)),
        ),
        chart=Chart("table"),
        supporting={name: one for name, one in supporting.items() if len(one)},
        options={"service": service, "year": given.year, "severity": given.severity_told, **{one.id: one.value for one in given.parameters.values()}},
        constructed=edition.constructed,
        result={
            "year": given.year,
            "limit_nok_per_inhabitant": limit,
            "smallest_population": smallest,
            "mean_payment_nok": own.moment(1),
            "expected_nok_per_inhabitant": own.rate * own.moment(1) + borne_of_acute_beds(given),
            **{name: one.to_dict("records") for name, one in supporting.items()},
        },
    )


def _mean(income: Array, people: Array) -> float:
    known = np.isfinite(income) & np.isfinite(people)
    return float(np.average(income[known], weights=people[known])) if known.any() else math.nan


def _swing(table: pd.DataFrame, given: RiskInputs, own: Model) -> Text:
    small, large = table.iloc[0], table.iloc[-1]
    w = {name: kroner(float(one["deviation_nok_per_inhabitant"])) for name, one in (("small", small), ("large", large))}
    middle, mean = kroner(float(table["deviation_nok_per_inhabitant"].median())), kroner(own.rate * own.moment(1) + borne_of_acute_beds(given))
    people = {name: {one: number(float(row["population"]), one) for one in LANGUAGES} for name, row in (("small", small), ("large", large))}
    return Text(
        nb=f"Med reglene for {given.year} koster et år i snitt {mean.nb} per innbygger. Standardavviket er {w['small'].nb} per innbygger i den minste kommunen ({people['small']['nb']} innbyggere), {middle.nb} i median og {w['large'].nb} i den største ({people['large']['nb']}).",
        nn=f"Med reglane for {given.year} kostar eit år i snitt {mean.nn} per innbyggjar. Standardavviket er {w['small'].nn} per innbyggjar i den minste kommunen ({people['small']['nn']} innbyggjarar), {middle.nn} i median og {w['large'].nn} i den største ({people['large']['nn']}).",
        en=f"With the rules of {given.year} a year costs {mean.en} per inhabitant on average. The standard deviation is {w['small'].en} per inhabitant in the smallest municipality ({people['small']['en']} inhabitants), {middle.en} in the median one and {w['large'].en} in the largest ({people['large']['en']}).",
    )


def _smallest(smallest: dict[str, float], limit: float, within: float) -> Text:
    kr, often = kroner(limit), {one: percent(within, one, 0 if within >= 0.01 else 1) for one in LANGUAGES}
    size = smallest["by_probability"]
    if math.isinf(size):
        most = {one: number(LARGEST, one) for one in LANGUAGES}
        first = Text(
            nb=f"Ingen kommune er stor nok til at utgiften går mer enn {kr.nb} per innbygger over det ventede i høyst {often['nb']} av årene (prøvd til {most['nb']} innbyggere).",
            nn=f"Ingen kommune er stor nok til at utgifta går meir enn {kr.nn} per innbyggjar over det venta i høgst {often['nn']} av åra (prøvd til {most['nn']} innbyggjarar).",
            en=f"No municipality is large enough for the cost to pass the expected by more than {kr.en} per inhabitant in at most {often['en']} of years (tried up to {most['en']} inhabitants).",
        )
    else:
        people = {one: number(float(f"{size:.3g}"), one) for one in LANGUAGES}
        first = Text(
            nb=f"Fra om lag {people['nb']} innbyggere går utgiften mer enn {kr.nb} per innbygger over det ventede i høyst {often['nb']} av årene.",
            nn=f"Frå om lag {people['nn']} innbyggjarar går utgifta meir enn {kr.nn} per innbyggjar over det venta i høgst {often['nn']} av åra.",
            en=f"From about {people['en']} inhabitants the cost passes the expected by more than {kr.en} per inhabitant in at most {often['en']} of years.",
        )
    size = smallest["by_deviation"]
    if math.isinf(size):
        return first
    people = {one: number(float(f"{size:.3g}"), one) for one in LANGUAGES}
    return first + Text(
        nb=f"Standardavviket er under {kr.nb} per innbygger fra om lag {people['nb']} innbyggere.",
        nn=f"Standardavviket er under {kr.nn} per innbyggjar frå om lag {people['nn']} innbyggjarar.",
        en=f"The standard deviation is below {kr.en} per inhabitant from about {people['en']} inhabitants.",
    )


def _limit(table: pd.DataFrame, cooperations: pd.DataFrame, limit: float, within: float) -> Text:
    over, kr = int((~table["tolerable"].astype(bool)).sum()), kroner(limit)
    often = {one: percent(within, one, 0 if within >= 0.01 else 1) for one in LANGUAGES}
    first = Text(
        nb=f"{over} av {municipalities(len(table)).nb} passerer grensen på {kr.nb} oftere enn i {often['nb']} av årene",
        nn=f"{over} av {municipalities(len(table)).nn} passerer grensa på {kr.nn} oftare enn i {often['nn']} av åra",
        en=f"{over} of {municipalities(len(table)).en} pass the limit of {kr.en} oftener than in {often['en']} of years",
    )
    if cooperations.empty:
        return Text(**{one: f"{first[one]}." for one in LANGUAGES})
    pooled = int((~cooperations["tolerable"].astype(bool)).sum())
    return Text(
        nb=f"{first.nb}, mot {pooled} av {len(cooperations)} samarbeid når medlemmene deler utgiften.",
        nn=f"{first.nn}, mot {pooled} av {len(cooperations)} samarbeid når medlemmene deler utgifta.",
        en=f"{first.en}, against {pooled} of {len(cooperations)} cooperations when the members share the cost.",
    )


def _pooled(cooperations: pd.DataFrame) -> Text:
    if cooperations.empty:
        return EMPTY
    apart, together = (kroner(float(cooperations[name].median())) for name in ("deviation_apart_nok_per_inhabitant", "deviation_nok_per_inhabitant"))
    return Text(
        nb=f"I median går standardavviket i et samarbeid fra {apart.nb} per innbygger hver for seg til {together.nb} sammen.",
        nn=f"I median går standardavviket i eit samarbeid frå {apart.nn} per innbyggjar kvar for seg til {together.nn} saman.",
        en=f"In the median cooperation the standard deviation goes from {apart.en} per inhabitant apart to {together.en} together.",
    )


def _common(own: Model) -> Text:
    if own.frequency.common < 1e-9:
        return Text(
            nb="Felles gode og dårlige år er ikke regnet med; de jevnes ikke ut av samarbeid (--common-variation).",
            nn="Felles gode og dårlege år er ikkje rekna med; dei blir ikkje jamna ut av samarbeid (--common-variation).",
            en="Common good and bad years are not counted in; cooperation does not even them out (--common-variation).",
        )
    floor = kroner(own.rate * own.frequency.common * own.moment(1))
    return Text(
        nb=f"Årets felles faktor alene gir et standardavvik på {floor.nb} per innbygger, som ingen størrelse jevner ut.",
        nn=f"Den felles faktoren i året åleine gjev eit standardavvik på {floor.nn} per innbyggjar, som ingen storleik jamnar ut.",
        en=f"The year's common factor alone gives a standard deviation of {floor.en} per inhabitant, which no size evens out.",
    )


def _acute(given: RiskInputs) -> Text:
    if math.isnan(given["acute_bed_cost_nok"]):
        return EMPTY
    borne, whole = kroner(borne_of_acute_beds(given)), kroner(given["acute_bed_cost_nok"])
    return Text(
        nb=f"Av {whole.nb} per innbygger til ø-hjelp-senger bærer kommunen {borne.nb} etter tilskuddets to halvdeler i {given.year}; det er lagt til det ventede.",
        nn=f"Av {whole.nn} per innbyggjar til ø-hjelp-senger ber kommunen {borne.nn} etter dei to halvdelane av tilskotet i {given.year}; det er lagt til det venta.",
        en=f"Of {whole.en} per inhabitant for acute beds the municipality bears {borne.en} after the grant's two halves in {given.year}; it is added to the expected.",
    )


def _unverified(rests_on: pd.DataFrame) -> Text:
    assumed, loose = int((rests_on["basis_of_number"] == "assumed").sum()), int((rests_on["number_verified"] == "no").sum())
    if not assumed + loose:
        return EMPTY
    return Text(
        nb=f"Av {len(rests_on)} tall det hviler på, er {assumed} antatt og {loose} ikke kontrollert mot en kilde.",
        nn=f"Av {len(rests_on)} tal det kviler på, er {assumed} rekna med utan kjelde og {loose} ikkje kontrollerte mot ei kjelde.",
        en=f"Of {len(rests_on)} numbers that it rests on, {assumed} are assumed and {loose} not checked against a source.",
    )


def _no_income(income: Array, data: Membership) -> tuple[Missing, ...]:
    lacking = tuple(str(code) for code in data.codes[~np.isfinite(income)])
    if not lacking:
        return ()
    why = Text(
        nb=f"Fri inntekt er ukjent for {municipalities(len(lacking)).nb}; uten den holdes svingningen mot en grense i kroner",
        nn=f"Fri inntekt er ukjend for {municipalities(len(lacking)).nn}; utan henne blir svinginga halden mot ei grense i kroner",
        en=f"Free income is unknown for {municipalities(len(lacking)).en}; without it the swing is held against a limit in kroner",
    )
    return (Missing("figure", lacking if len(lacking) < len(data.codes) else (), why),)
