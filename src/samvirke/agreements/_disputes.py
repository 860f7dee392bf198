"""How disagreement between the parties is to be settled: the mechanisms that an agreement names, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements import _words
from samvirke.agreements._clauses import EMPTY, Settled
from samvirke.agreements.passages import Passage, Passages

_NOT = r"(?:ikk(?:e|je)|verken|korkje|uten|utan|ingen|inga)"
_NEGATED_BEFORE = re.compile(
    rf"\b{_NOT}\s+(?:\w+\s+){{0,7}}$|(?:i st(?:eden|edet|aden) for|fr[ae]mfor|heller enn)\s+(?:(?!skal|kan|vert|blir|går)\w+\s+){{0,2}}$|"
    r"(?:frasier|fråseier|frafall|fråfall|avst[åe]r|avkall|sett bort fr|sett vekk fr|ser bort fr|utelukk|unngå|utenom|utanom)\w*\s+(?:\w+\s+){0,7}$",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(
    r"^\w*(?:\s+(?!og\b|men\b|dersom\b|hvis\b|om\b|når\b|som\b)\w+){0,4}?\s+(?:(?:ikk(?:e|je)|aldri)\b(?!\s+(?:\w+\s+){0,2}(?:fr[ae]m|lykk|lukk|enig|einig|semje|samd|løys|løs|result|ført|fører|nok|mulig|mogleg))|"
    r"utelukk|uaktuel|avtalt bort|avtala bort|(?:haldast|holdes) ut[ea]nfor)",
    re.IGNORECASE,
)
_ONLY_AFTER = re.compile(
    r"\bikk(?:e|je)\b.*\b(?:før|uten at|utan at|med mindre|fyrr|enn etter)\b|\b(?:ingen|inga)\b.*\b(?:før|uten at|utan at|fyrr)\b", re.IGNORECASE
)
_IF = re.compile(
    r"^\W*(?:(?:og|men|eller|bare|berre|først|fyrst|likevel|selv|sjølv|kun)\s+)?(?:dersom|hvis|om|når|såfremt|med mindre|der|i den grad)\b|\bsom\s+(?:\w+\s+)?ikk(?:e|je)\s+(?:\w+\s+)?(?:løs|løys|lar|let|blir|vert|kan|er|finn|ordn|ha)",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(
    r"^\W*(?:\d[\d.-]*\s+|og\s+|men\s+)?(?!tvist|part|kommun|sak|klag|konflikt|usemj|uenig|deltak|medlem|eier|eigar|heller|eller|voldgift|valdgift|domstol|\w*rett|mekl|der(?:etter|nest)|først|fyrst|eventuelt|ellers|elles|etter|under|over|til slutt|fortrinnsvis)(?:\w+(?:r|s|st|t)|kan|vil|finn|vann|gjekk|gikk)\s+(?!skal\b|kan\b|er\b|vert\b|blir\b|må\b|har\b|bør\b|vil\b|om\b|som\b|ikk(?:e|je)\s+\w+(?:ast|es)\b)",
    re.IGNORECASE,
)
_SET_ASIDE = re.compile(
    r"\b(?:vore|vært|vart|ble|er) (?:drøft|vurdert|foreslått|foreslege|diskuter)|fikk ikke tilslutning|fekk ikkje tilslutning", re.IGNORECASE
)
_CONTINUES = re.compile(
    r"\b(?:dersom|hvis|om|når|fører|førar|blir|vert|går|kommer|kjem|lykkes|løses|løysast|er)\b[^.]{0,70}\b(?:ikk(?:e|je)|heller)\b|deretter|dernest|så\b|i siste instans|til slutt|endelig|endeleg|sak(?:a|en)?\b|partene|partane|nemnda|avgjør|avgjer|verneting|voldgift|valdgift|domstol|tingrett|"
    r"\bellers\b|\belles\b|hjelper|hjelp\b|\bda\b",
    re.IGNORECASE,
)
_FIRST = r"\b(?:dersom|hvis|når|om(?=[^,;]*\bikk(?:e|je)\b)|etter at|etter(?= (?:forhandl|drøft|mekl|megl|forut|fyrst|først))|uten at|utan at|såfremt|forutsatt|føresett)\b"
_GOES_ON = r"\w{3,}(?:es|ast)\b|skal\b|kan\b|går\b|avgjør\b|avgjer\b"
_NOT_BEFORE = r"\b(?:før|fyrr|enn|med mindre)\b"
_BEFORE_THAT = re.compile(r"^\W*(?:før (?:dette|det|dess|så|sak|dit)|på forhånd|på førehand|i forkant|føreåt)", re.IGNORECASE)
_APPOINTS = r"(?:oppnevn|oppnemn|ne(?:v|m)ner? opp|utnevn|utnemn|utpek|utpeik|pe(?:k|ik)er? ut|vel(?:g|j)|leder(?:en)? (?:skal|kommer))\w*"
_ACTORS = ("forum_of_chief_executives", "local_cooperation_committee", "dispute_board", "mediation_county_governor")


@dataclass(frozen=True)
class _Mention:
    """A mechanism that a sentence names, and where."""

    name: str
    begin: int
    end: int


def disputes(text: Passages) -> list[Settled]:
    """Find the steps of the dispute clause, each mechanism once, in the order in which they follow.

    A mechanism that the text rules out is none. Where the text only points to a statute that is the one step.
    """
    found: list[Settled] = []
    begun = 0
    for one, route in _passages(text):
        own = [Settled("dispute", name, one, route) for name in _named(one.text) if name not in {other.value for other in found}]
        if _BEFORE_THAT.search(one.text):
            found[begun:begun] = own
        else:
            begun = len(found)
            found += own
    kept = [one for one in found if one.value != "statutory_reference"] or found[:1]
    return [Settled("dispute", one.value, one.passage, one.route, step) for step, one in enumerate(kept, 1)]


def _passages(text: Passages) -> list[tuple[Passage, str]]:
    """Return the sentences on disagreement between the parties: those under such a heading, and those that say so and what follows them."""
    about, other = _words.dispute_about()
    heading = _words.kinds()["dispute"].heading
    found: list[tuple[Passage, str]] = []
    following = None
    for one in text.sentences:
        if EMPTY.search(one.text):
            following = None
            continue
        headed = bool(heading.search(one.heading))
        speaks = bool(about.search(one.text)) and not other.search(one.text)
        continues = following is not None and following.section == one.section and _goes_on(one.text) and not other.search(one.text)
        alone = bool(re.search(r"^\W*(?:tvist|voldgift|valdgift|verneting|domstol)", one.text, re.IGNORECASE))
        if headed and not other.search(one.text):
            found.append((one, "heading"))
            following = one
        elif (speaks and (_named(one.text) or re.search(r"tvist|usemje|uenighet|ueinig|konflikt|uenige", one.text, re.IGNORECASE))) or alone or continues:
            found.append((one, "words" if speaks or alone else "following"))
            following = one
        else:
            following = None
    return [pair for pair in found if not re.search(r"^\W*(?:pasient)?klag|klagerett|klageinstans|klagenemnd", pair[0].text, re.IGNORECASE)]


def _goes_on(text: str) -> bool:
    """Say whether a sentence may go on about the disagreement that the one before it spoke of."""
    return bool(_CONTINUES.search(text)) or any(name not in ("negotiation", "statutory_reference", "local_cooperation_committee") for name in _named(text))


def _named(text: str) -> list[str]:
    """Return the mechanisms in a sentence, in the order in which they follow, without those that it rules out."""
    named: list[_Mention] = []
    for name, words in _words.dispute_steps().items():
        for match in words.finditer(text):
            one = _Mention(name, match.start(), match.end())
            if name == "statutory_reference" or not any(other.begin < one.end and one.begin < other.end for other in named):
                named.append(one)
    found = [one for one in named if not _ruled_out(text, one) and not _incidental(text, one, named)]
    found = [one for one in found if not (one.name == "negotiation" and _talks_of_others(text, one, found))]
    return list(dict.fromkeys(one.name for one in sorted(found, key=lambda one: _rank(text, one, found))))


def _part(text: str, place: int) -> str:
    """Return what stands before a place within its clause."""
    return re.split(r"[;,:]|\bmen\b", text[:place])[-1]


def _ruled_out(text: str, one: _Mention) -> bool:
    """Say whether a mechanism is named only to say that it is not to be used."""
    if _ONLY_AFTER.search(text):
        return False
    part = _part(text, one.begin)
    before = text[: one.begin - len(part)]
    conditional = bool(
        _IF.search(part)
        or re.search(r"\b(?:dersom|hvis|når|etter at|uten at|utan at|med mindre)\b", part, re.IGNORECASE)
        or (_VERB_FIRST.search(part) and not _VERB_FIRST.search(before) and not _IF.search(before))
    )
    if not conditional and _NEGATED_BEFORE.search(part[-90:]):
        return True
    if re.search(r"(?:i st(?:eden|edet|aden) for|heller enn|og ikk(?:e|je))\s+(?:(?!skal|kan|vert|blir|går)\w+\s+){0,3}$", part, re.IGNORECASE):
        return True
    if re.search(r"\bikk(?:e|je)\b", text[one.begin : one.end]) and not conditional:
        return True
    after = re.split(r"[;.:]|\bmen\b", text[one.end : one.end + 70])[0]
    return bool((not conditional and _NEGATED_AFTER.search(after)) or _SET_ASIDE.search(after))


def _incidental(text: str, one: _Mention, named: list[_Mention]) -> bool:
    """Say whether a court or governor is named as who appoints someone, or an Act on disputes as what arbitration follows."""
    before, after = _part(text, one.begin), re.split(r"[;,.]", text[one.end :])[0]
    if one.name in ("courts", "mediation_county_governor", "forum_of_chief_executives"):
        if re.search(rf"{_APPOINTS}\s+(?:\w+\s+){{0,6}}(?:av|i|fra|frå|hos|ved|for)\s+(?:\w+\s+){{0,4}}$", before, re.IGNORECASE) and "verneting" not in after:
            return True
        if re.match(rf"^\w*\s+(?:\w+\s+){{0,5}}{_APPOINTS}", after, re.IGNORECASE):
            return True
    if one.name == "forum_of_chief_executives" and any(
        other.name in ("local_cooperation_committee", "dispute_board")
        and re.search(r"^[^;.]{0,60}\b(?:som|der|av|med)\s+(?:dei? )?$", text[other.end : one.begin])
        for other in named
    ):
        return True
    if one.name == "health_trust_agreement":
        return any(other.name == "dispute_board" and not re.search(r"[,;]", text[other.end : one.begin]) for other in named if other.end <= one.begin)
    act = re.search(r"tviste(?:måls)?lov", text[one.begin : one.end], re.IGNORECASE)
    return bool(act) and any(other.name == "arbitration" and other.end <= one.begin and "." not in text[other.end : one.begin] for other in named)


def _talks_of_others(text: str, one: _Mention, found: list[_Mention]) -> bool:
    """Say whether weak words for talks only tell what a body or the chief executives do: what stands after them, or beside them in one clause."""
    if re.search(r"forhandl", text[one.begin : one.end], re.IGNORECASE):
        return False
    return any(
        other.name in _ACTORS
        and (
            (other.end <= one.begin and ";" not in text[other.end : one.begin])
            or not re.search(r"[,;]|\bfør\b|\bfyrr\b|\bderetter\b|\bså\b", text[one.end : other.begin])
        )
        for other in found
    )


def _rank(text: str, one: _Mention, found: list[_Mention]) -> tuple[int, int]:
    """Place a mechanism that stands in a clause of what must come first before those of the main clause."""
    earlier = [other for other in found if other.end <= one.begin and other.name != one.name]
    first = f"{_FIRST}|{_NOT_BEFORE}" if _ONLY_AFTER.search(text) else _FIRST
    if (
        earlier
        and one.name not in ("arbitration", "courts")
        and re.search(rf"(?:{first})\s+(?:(?!{_GOES_ON})\w+\s+){{0,9}}$", text[earlier[0].end : one.begin], re.IGNORECASE)
    ):
        last = [other for other in earlier if re.search(first, text[other.end : one.begin], re.IGNORECASE) and ";" not in text[other.end : one.begin]]
        if last:
            return (min(other.begin for other in last) - 1, one.begin)
    return (one.begin, one.begin)
