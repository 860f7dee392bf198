"""What an agreement says it rests on: provisions of the municipal acts and the companies act, or the name of a form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements.passages import Passage, Passages

_ACT = r"(?:kommunelov\w*|koml\.?|komml\.?|kml\.?|kommunel\.|lov (?:(?:av )?\d.{0,30})?om kommun\w+(?: og fylkeskommun\w+)?|\bkl\.)"
_SECTION = re.compile(
    r"(?P<cited>(?P<sign>§{1,2}|\b[Pp]aragraf(?:en|ane|ene|ar|er)?|\bS|\b5)\s*(?P<number>28|20|18|19|27|17)(?:\s*[-–]\s*(?P<second>\d))?(?:\s*nr\.?\s*1(?=\s*(?:bokstav|litra|[a-c]\b)))?(?:\s*(?:[,-]\s*)?(?:(?P<word>bokstav|bokst\.?|litra|pkt\.?)\s*)?(?P<letter>[a-eA-E])(?!\w))?)"
)
_CHAPTER = re.compile(r"(?P<cited>(?:kap(?:ittel|\.)?|kapitla)\s*(?P<chapter>5\s*B|5|17|18|19|20)\b)", re.IGNORECASE)
_COMPANY_ACT = re.compile(
    r"lov\s+(?:av\s+)?\d{1,2}\.\s*\w+\s*\d{4}\s*nr\.?\s*\d+\s+om\s+interkommunale\s+selska\w+|lov\s+om\s+interkommunale\s+selska[pe]\w*(?:\s+(?:av|\()\s*\d{1,2}\.?\s*\w+\.?\s*\d{4}\s*(?:nr\.?\s*\d+)?\)?)?(?:\s*\(?IKS-lov\w*\)?)?|IKS-lov\w*|IKS-l\.|lov\s+(?:av\s+)?1999-01-29(?:\s*(?:-|nr\.?)\s*6)?|lov\s+(?:av\s+)?29\.\s*januar\s*1999\s*(?:nr\.?\s*6)?",
    re.IGNORECASE,
)
_OTHER_ACT = re.compile(
    r"\b(?!kommunelov|koml)(?:\w+(?:-\s*og\s*\w+)?-?lov(?:a|en|ens|as)?|lov om (?!kommun|interkommunale)\w+|forskrift\w*|aml\.?|fvl\.?|hol\.?)\b", re.IGNORECASE
)
_RESTS = re.compile(
    r"hjem(?:mel|let|la)|heim(?:el|la)|medhald|medhold|rettsgrunn|rettslig|rettsleg|lovgrunn|grunnlag|bas(?:ert|erer)|byg(?:ger|gjer|d)|følgj|fylgj|kviler|hviler|i samsvar med|i henhold til|i høve til|oppret|skip[aet]|stift|organiser|etablert|"
    r"vertskommune|samarbeid\w*\s+(?:\w+\s+){0,3}(?:etter|jf)|inngått|etter\b|jf\b|jfr\b|regulert|følger|fylgjer|med utgangspunkt i",
    re.IGNORECASE,
)
_UNDERLIES = re.compile(
    r"^-?\s?(?:samarbeid|styre|selskap)\b|ligg\w*\s+til\s+grunn|gjeld(?:er)?\s+for\s+(?:denne\s+)?(?:avtal|samarbeid)|er\s+(?:rettsgrunnlag|hjemmel|heimel)",
    re.IGNORECASE,
)
_CONSIDERED = re.compile(
    r"\b(?:vurdert(?:e)?|seinare|senere|nabokommun\w+|uavhengig av|rådde til|tilråd\w*|anbefal\w*|utgreiinga|utredningen|ansett|lite egnet|lite eigna|ikke egnet|ikkje eigna|uaktuel\w*|drøfta|drøftet|sett på|rådde ifrå|frarådd?|kunne (?:vore|vært))\b",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"ikk(?:e|je)\s+(?:\w+\s+){0,4}(?:etter|oppret|valgt|valt|med hjemmel|med heimel|vertskommunesamarbeid)|vore organisert|vært drevet|vært organisert|"
    r"verken\b|korkje\b|gjeld(?:er)? ikk(?:e|je)|i den gamle|gamle kommunelov|tidligere|tidlegare|avløser|avløyser|erstatt(?:er|ar)|avviklet|skal ikk(?:e|je)|funne?t at den modellen|valt bort|valgt bort|i staden for|i stedet for|framfor",
    re.IGNORECASE,
)
_NOT_BASIS = re.compile(
    r"uttre|utmeld|oppsei|oppsig|oppløs|oppløys|avvikl|klage|innhold|innehald|endring|innsyn|underret|§\s*(?:28\s*-?\s*1?\s*[d-k]\b|20-[4-9]|18-[2-9]|19-[2-9])|taushet|teieplikt|kontrollutv|lovlighets|lovlegheits|tvist|uenig|usemje",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"hjemmel|heimel|rettsgrunn|rettsl|lovgrunn|grunnlag|lovheimel|lovhjemmel|rettsleg|opprettelse|skiping|organisering|rettslige ramme|selskap", re.IGNORECASE
)
_JOINT = re.compile(r"felles\s+(?:folkevald\w*\s+|folkevalgt\w*\s+|politisk\w*\s+)?nemnd|folkevald nemnd|folkevalgt nemnd|vertskommunenemnd", re.IGNORECASE)
_NO_JOINT = re.compile(
    r"ikk(?:e|je)\s+(?:\w+\s+){0,4}nemnd|uten (?:felles |politisk |folkevalgt )*nemnd|utan (?:felles |politisk |folkevald )*nemnd|inga\s+(?:\w+\s+){0,2}nemnd|ingen\s+(?:\w+\s+){0,2}nemnd|heller ikk(?:e|je) nok(?:o|a|en) (?:\w+ )?nemnd",
    re.IGNORECASE,
)
_FORMS = (
    ("joint_municipality", re.compile(r"\bsamkommun(?:e|en)\b", re.IGNORECASE)),
    ("political_council", re.compile(r"interkommunalt politisk råd|\bIPR\b")),
    ("task_community", re.compile(r"kommunalt oppg[aå]vefellesskap|\bKO\b")),
    ("intermunicipal_company", re.compile(r"interkommunalt selskap|\bIKS\b")),
    ("purchase_agreement", re.compile(r"(?<!eigen )(?<!egen )(?<!eigne )(?<!egne )kjøpsavtale|kjøps- og sal(?:g)?savtale", re.IGNORECASE)),
    ("purchase_agreement", re.compile(r"(?:(?:avtale|kontrakt) om )?kjøp og sal(?:g)?(?: av tjenester| av tenester)?(?: mellom (?:to )?kommun\w+)?|avtale om (?:kjøp|sal(?:g)?) av \w+|kontrakt mellom \w+ om kjøp av \w+", re.IGNORECASE)),
    ("public_private", re.compile(r"offentlig[- –]privat samarbeid|offentleg[- –]privat samarbeid|\bOPS\b", re.IGNORECASE)),
)  # fmt: skip
_BARE = re.compile(r"vertskommun|vertsmodell", re.IGNORECASE)
_HOST_MODEL = re.compile(
    r"administrativt\s+vertskommunesamarbeid|(?:administrativ\w*\s+)?vertskommunemodell\w*(?:\s+(?:i|etter)\s+kommunelov\w*)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Cited:
    """What the text says it rests on, which model that is, and by which way of reading."""

    citation: str
    model: str
    passage: Passage
    route: str


def basis(text: Passages) -> list[Cited]:
    """Find the provisions that an agreement rests on; where there is none, the name of a form that has no other meaning."""
    found: dict[tuple[str, str], Cited] = {}
    joint = any(_JOINT.search(one.text) and not _NO_JOINT.search(one.text) and not _NOT_THIS.search(one.text) for one in text.sentences)
    for one in (*text.headings, *text.sentences):
        for cited in _provisions(one, joint=joint):
            found.setdefault((cited.model, re.sub(r"\W|bokstav|bokst|litra", "", cited.citation.lower())), cited)
    if found:
        return _by_model(list(found.values()))
    return _by_form(text, joint=joint)


def _provisions(one: Passage, *, joint: bool) -> list[Cited]:
    found = []
    headed = bool(_HEADED.search(one.heading))
    for match in _COMPANY_ACT.finditer(one.text):
        before, after = one.text[: match.start()], one.text[match.end() :]
        if (
            not _NOT_THIS.search(one.text)
            and not re.match(r"\s*§", after)
            and not _NOT_BASIS.search(before[-60:])
            and (headed or _RESTS.search(before) or _RESTS.search(one.text))
            and not re.search(r"\bgjeld(?:er)?\s*$", before)
        ):
            found.append(Cited(match.group().strip(), "intermunicipal_company", one, "provision"))
    for pattern in (_SECTION, _CHAPTER):
        for match in pattern.finditer(one.text):
            model = _model(match, one.text, joint=joint)
            if model is None or not _of_the_act(one.text, match.start(), headed=headed):
                continue
            part = _around(one.text, match.start(), match.end())
            if (
                _NOT_THIS.search(part)
                or _CONSIDERED.search(one.text)
                or _NOT_BASIS.search(one.text[max(0, match.start() - 70) : match.start()])
                or (_NOT_BASIS.search(one.heading) and not headed)
            ):
                continue
            if not headed and not _RESTS.search(one.text[: match.end()]) and not _UNDERLIES.search(one.text[match.end() :]):
                continue
            found.append(Cited(match["cited"].strip(), model, one, "provision" if pattern is _SECTION else "chapter"))
    return found


def _model(match: re.Match[str], text: str, *, joint: bool) -> str | None:
    parts = match.groupdict()
    if chapter := parts.get("chapter"):
        host = "host_joint_board" if joint else "host_administrative"
        return {"5b": "joint_municipality", "18": "political_council", "19": "task_community", "20": host, "5": host if _BARE.search(text) else None}.get(
            re.sub(r"\s", "", chapter.lower())
        )
    number, second, letter = parts["number"], parts["second"], (parts["letter"] or "").lower()
    if parts["sign"] in ("S", "5") and not letter and not second and number != "27":
        return None
    if number == "28":
        if second == "2":
            return "joint_municipality"
        if second not in (None, "1"):
            return None
        return {"b": "host_administrative", "c": "host_joint_board"}.get(letter) or (
            ("host_joint_board" if joint else "host_administrative") if letter in ("", "a") and (second or _BARE.search(text)) else None
        )
    if number == "20":
        return {"2": "host_administrative", "3": "host_joint_board"}.get(second or "") or (
            ("host_joint_board" if joint else "host_administrative") if second == "1" else None
        )
    return {("18", "1"): "political_council", ("19", "1"): "task_community", ("27", None): "section_27_board"}.get((number, second))


def _around(text: str, begin: int, end: int) -> str:
    """Return the clause of a sentence that a citation stands in: from the comma or colon before to the one after."""
    left = max(text.rfind(mark, 0, begin) for mark in (",", ";", ":", " men ", " og "))
    right = min((place for mark in (",", ";", " men ", " og ", ". ") if (place := text.find(mark, end)) >= 0), default=len(text))
    return text[left + 1 : right]


def _of_the_act(text: str, place: int, *, headed: bool) -> bool:
    """Say whether a section is one of the municipal acts: the nearest act named before it, or none and the heading is about the basis."""
    before = text[:place]
    acts = [match.end() for match in re.finditer(_ACT, before, re.IGNORECASE)]
    others = [match.end() for match in _OTHER_ACT.finditer(before)]
    if acts:
        return not others or acts[-1] >= others[-1]
    if re.match(r"[^.;]{0,60}\bi (?:den \w+ )?kommunelov", text[place:], re.IGNORECASE):
        return True
    return not others and (
        headed or bool(re.search(r"vertskommune|samkommune|oppg[aå]vefellesskap|politisk råd|§\s*27[- ]?(?:styre|samarbeid|selskap)", text, re.IGNORECASE))
    )


def _by_model(found: list[Cited]) -> list[Cited]:
    """Keep one citation of each provision, the first."""
    kept: dict[tuple[str, str], Cited] = {}
    for one in found:
        digits = re.sub(r"[^0-9a-e]", "", re.sub(r"bokstav|bokst|litra|kapittel|kap|av .*", "", one.citation.lower()))
        kept.setdefault((one.model, digits if one.model != "intermunicipal_company" else ""), one)
    return list(kept.values())


def _by_form(text: Passages, *, joint: bool) -> list[Cited]:
    for one in (*text.headings, *text.sentences):
        if (match := _HOST_MODEL.search(one.text)) and re.search("kommunelov|koml", one.text, re.IGNORECASE) and not _NOT_THIS.search(one.text):
            return [Cited(match.group(), "host_joint_board" if joint else "host_administrative", one, "form")]
    for model, pattern in _FORMS:
        for one in (*text.headings, *text.sentences):
            match = pattern.search(one.text)
            if match and not _NOT_THIS.search(one.text) and not _CONSIDERED.search(one.text) and (one.place < 0.35 or _HEADED.search(one.heading)):
                stated = model == "purchase_agreement" or re.search(
                    r"(?:er|som|skipa|oppret|stift|organiser|form|selskaps?avtale|avtale for|vedtekter for)", one.text, re.IGNORECASE
                )
                if stated:
                    return [Cited(match.group(), model, one, "form")]
    return []


def bare_host(text: Passages) -> Passage | None:
    """Return the first sentence that says *vertskommune* where no provision is named."""
    return next((one for one in text.sentences if _BARE.search(one.text)), None)


def bare_words(words: str) -> bool:
    """Say whether words on the legal basis are the bare word for host municipality."""
    return bool(_BARE.search(words))
