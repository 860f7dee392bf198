"""Which matters an agreement settles, and what it says of them: the kinds of clause, but for disputes and costs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements import _words
from samvirke.agreements._dates import dates
from samvirke.agreements.passages import Passage, Passages

NUMBERS = {
    "en": 1, "én": 1, "ein": 1, "éin": 1, "ett": 1, "ett,": 1, "eitt": 1, "eit": 1, "et": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "sju": 7, "syv": 7,
    "åtte": 8, "ni": 9, "ti": 10, "elleve": 11, "tolv": 12, "femten": 15, "seksten": 16, "atten": 18, "tjuefire": 24,
}  # fmt: skip
_NUMBER = rf"(?P<number>\d{{1,2}}|{'|'.join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))}|halvt|halvannet|halvtanna)"
_NOT_SETTLED = r"ikk(?:e|je)\s+(?:\w+\s+)?(?:regulert|avtalt|fastsatt|fastsett|avklart|avklara|tatt inn|teke inn|omtalt)|\buregulert"
_LEFT = (
    r"\b(?:kommer|kjem) (?:partene |partane )?tilbake|går fram av (?:eget )?vedlegg|\bfr(?:e|a)mgår av vedlegg|^\W*(?:se|sjå)\s+(?:eget|eige|eigen|egen|vedlegg|reglement)|ikkje ferdig|ikke ferdig|"
    r"regulert i (?:vedlegg|eigen|egen)|\bsjå vedlegg\b.{0,20}$|f(?:ø|y)l[gj]+er av vedlegg|avtales (?:nærmere|senere)|avtalast (?:nærare|seinare)"
)
_REJECTED = (
    r"forkastet|forkasta|nedstemt|røysta ned|stemmer og falt|røyster og fall|vart trekt|ble trukket|punktet utgår|(?:vært|vore|vart|ble) (?:vurdert|drøfta|drøftet)\b|vurdert om|lagd bort|lagt bort|"
    r"burde vært|burde vore|ikke fylt ut|ikkje fylt ut"
)
EMPTY = re.compile(f"{_NOT_SETTLED}|{_LEFT}|{_REJECTED}", re.IGNORECASE)
LEFT_TO_ANNEX = re.compile(_LEFT, re.IGNORECASE)
_ROUTES = ("heading_and_words", "words", "heading_and_weak", "heading")
_ENOUGH_WORDS = 7


@dataclass(frozen=True)
class Settled:
    """A matter that the text settles: kind, value, passage, and by which way of reading."""

    kind: str
    value: str | None
    passage: Passage
    route: str
    step: int = 1


def settled(text: Passages) -> list[Settled]:
    """Find the kinds of clause, each once, at the passage that says it most plainly."""
    found = []
    for kind, words in _words.kinds().items():
        if kind in ("cost_key", "dispute"):
            continue
        best = _plainest(text, words)
        if kind == "name" and (best is None or _called([one for one in text.sentences if _says(one, words)], text) is None):
            found += _titled(text)
        elif best:
            passage, route = best
            own = [one for one in text.sentences if _says(one, words)] or [passage]
            found.append(Settled(kind, _VALUES[kind](own, text) if kind in _VALUES else None, passage, route))
    return [one for one in found if _stands(one)]


def _says(one: Passage, words: _words.KindWords) -> bool:
    return bool(words.words.search(one.text)) and not words.other.search(one.text) and not EMPTY.search(one.text)


def _plainest(text: Passages, words: _words.KindWords) -> tuple[Passage, str] | None:
    candidates: list[tuple[int, Passage]] = []
    for one in text.sentences:
        headed = bool(words.heading.search(one.heading))
        if _says(one, words):
            candidates.append((0 if headed else 1, one))
        elif headed and words.weak.search(one.text) and not words.other.search(one.text) and not EMPTY.search(one.text):
            candidates.append((2, one))
    if candidates:
        rank, passage = min(candidates, key=lambda one: (one[0], one[1].place))
        return passage, _ROUTES[rank]
    for heading in text.headings:
        if not words.heading.search(heading.text):
            continue
        body = [one for one in text.under(heading.section) if not words.other.search(one.text)]
        told = [one for one in body if not EMPTY.search(one.text)]
        if told and len(told) == len(body) and sum(len(one.text.split()) for one in told) >= _ENOUGH_WORDS:
            return told[0], _ROUTES[3]
    return None


def left_open(text: Passages) -> list[tuple[str, Passage]]:
    """Return the kinds that the text names only to leave them to an annex or for later, with the passage."""
    found: dict[str, Passage] = {}
    for kind, words in _words.kinds().items():
        for one in text.sentences:
            if LEFT_TO_ANNEX.search(one.text) and (words.heading.search(one.heading) or words.words.search(one.text)):
                found.setdefault(kind, one)
    return list(found.items())


def _stands(one: Settled) -> bool:
    """Drop what only looks like a clause: a name without a name, the purpose in a text that has no such place."""
    if one.kind == "name":
        return one.value is not None
    if one.kind in ("ownership", "liability", "contributions", "legal_person", "borrowing", "seat", "board", "representatives", "notification", "archives"):
        return one.route != "heading"
    return True


def number_of(word: str) -> int | None:
    """Turn a number in figures or words into an integer."""
    return int(word) if word.isdigit() else NUMBERS.get(word.lower())


def months(text: str) -> int | None:
    """Read a time as months: years times twelve, half a year six; None where there is none.

    Examples
    --------
    >>> months("med eitt års skriftleg varsel"), months("seks mnd."), months("et halvt år"), months("tolv månaders frist"), months("to år og")
    (12, 6, 6, 12, 24)
    """
    for match in re.finditer(rf"\b{_NUMBER}\s*(?:\(\w+\)\s*|[–-]\s*\w+\s*[–-]\s*)?(?P<unit>års?|månad\w*|måned\w*|mndr?s?\b)", text, re.IGNORECASE):
        word = match["number"].lower()
        year = match["unit"].lower().startswith("år")
        if word == "halvt":
            return 6 if year else None
        if word.startswith("halvan") or word == "halvtanna":
            return 18 if year else None
        value = number_of(word)
        if value is not None:
            return value * 12 if year else value
    return None


def _notice(own: list[Passage], _: Passages) -> str | None:
    """Months of notice: a time beside varsel, frist or oppseiing."""
    near = r"varsel|varsl|frist|oppsig|oppsei|si\w* opp|sei\w* opp|sies opp|utmeld|uttred|tre\w* ut|melde seg|si fra|seie frå|før\b|føreåt|bunden|bundet|seinare|i forve|til opphør|gje beskjed|gi beskjed|være ute"
    for one in sorted(own, key=lambda one: not re.search(r"varsel|varsl|frist|forve", one.text, re.IGNORECASE)):
        for match in re.finditer(rf"\b{_NUMBER}\s*(?:\(\w+\)\s*|[–-]\s*\w+\s*[–-]\s*)?(?:års?|månad\w*|måned\w*|mndr?s?\b)", one.text, re.IGNORECASE):
            around = one.text[max(0, match.start() - 70) : match.end() + 60]
            after = one.text[match.end() : match.end() + 45]
            if re.search(
                r"over\s+$|inntil\s+(?:\w+\s+)?$|i løpet av\s+$|de (?:siste|første)\s+$|dei (?:siste|fyrste)\s+$|fram til|etter$|i\s+$",
                one.text[: match.start()][-18:],
                re.IGNORECASE,
            ) and not re.search(r"varsel|frist|forve", after, re.IGNORECASE):
                continue
            if re.search(near, around, re.IGNORECASE) and (value := months(match.group())) is not None:
                return str(value)
    return None


def _lasting(own: list[Passage], _: Passages) -> str | None:
    about = [
        one
        for one in own
        if re.search(r"\b(?:avtal|ordning|samarbeid|kontrakt|vedtekt|selskap|prøve|oppgåvefelles|oppgavefelles|rådet)", one.text, re.IGNORECASE)
    ]
    own = about or own
    for one in own:
        if re.search(
            r"uten tidsbegr|utan tidsavgr|ikk(?:e|je) tids(?:avgr|begr)|tidsubegr|ubestemt tid|uavgrensa tid|uten tidsavgr|utan avgrensing i tid|på uviss tid|uten sluttdato|utan sluttdato|ingen sluttdato|inga sluttdato|utan tidsgrense|uten tidsgrense|til (?:den|han|ho) (?:blir|vert) (?:opphev|sagt)|inntil videre|inntil vidare|(?:inntil|til) (?:den|han|ho) (?:blir |vert )?(?:sagt|sies|oppsagt|seiast)|løpende uten",
            one.text,
            re.IGNORECASE,
        ):
            return "indefinite"
    for one in own:
        for found in dates(one.text):
            before = one.text[: found.begin]
            if (
                re.search(
                    r"(?:\btil|fram til|t\.o\.m\.?|til og med|utløper|går ut|opphører|opphøyrer|fell bort|løper ut|uten oppsigelse)\s*(?:og med\s+)?(?:den\s+)?$",
                    before,
                    re.IGNORECASE,
                )
                and len(found.value) == 10
            ):
                return found.value
    for one in own:
        for match in re.finditer(rf"\b(?:i|for|på|til|avgrensa til|avgrenset til|er)\s+{_NUMBER}\s*(?:\(\w+\)\s*)?år\b", one.text, re.IGNORECASE):
            if (value := number_of(match["number"])) is not None:
                return f"{value} years"
    return None


def _handed_over(own: list[Passage], _: Passages) -> str | None:
    """The day that tasks are handed over, else the day that the agreement takes effect."""
    found: list[tuple[int, str]] = []
    for one in own:
        for at in dates(one.text):
            before, after = one.text[: at.begin], one.text[at.end :]
            if len(at.value) < 10 or re.search(
                r"\btil\s*(?:og med\s+)?(?:den\s+)?$|avtale(?:n|a)?»? (?:av|frå|fra)\s+(?:den\s+)?$|\bav\s+(?:den\s+)?$|innen\s+$|innan\s+$",
                before[-25:],
                re.IGNORECASE,
            ):
                continue
            if re.search(
                r"møte den\s*$|stifta\b.{0,25}$|stiftes\b.{0,25}$|under(?:skr|teikn|tegn)\w*\b.{0,40}$|utgangen av|tidsrommet|perioden",
                before[-60:],
                re.IGNORECASE,
            ):
                continue
            near = before[-110:] + after[:60]
            if re.search(
                r"erstatt|avløys|avløs|evaluer|vedt(?:ak|att|eke)|\bsak\b|under(?:skr|teikn|tegn)|innbyg|folketal|budsjett|betal|reserv|møte den|stiftes|stifta på",
                near,
                re.IGNORECASE,
            ) and not re.search(r"overta|overtek|tek over|tar over|i kraft|gjelder|gjeld|verknad|virkning", near, re.IGNORECASE):
                continue
            rank = (
                0
                if re.search(r"overta|overtek|tek over|tar over|overfør|går (?:\w+\s+){0,6}over|har \w+ ansvaret", near, re.IGNORECASE)
                else 1
                if re.search(
                    r"i kraft|kraft|til å gjelde|gjelder|gjeld|verknad|virkning|oppstart|starter|startar|åpner|opnar|settes|tek til|tar til|byrjar|begynner|i gang|verkar",
                    near,
                    re.IGNORECASE,
                )
                else 2
            )
            found.append((rank, at.value))
    if found:
        return min(found, key=lambda one: one[0])[1]
    return None


def _person(own: list[Passage], _: Passages) -> str | None:
    for one in own:
        negated = re.search(
            r"ikk(?:e|je)\s+(?:\w+\s+){0,4}(?:rettssubjekt|juridisk)|(?:ikk(?:e|je)|verken|korkje|uten|utan|inga?e?n?t?|intet|ikke noe|ikkje noko)\s+(?:å\s+)?(?:\w+\s+){0,6}rettssubjekt|heller ikk(?:e|je)[^.]{0,40}rettssubjekt",
            one.text,
            re.IGNORECASE,
        )
        return "no" if negated else "yes"
    return None


def _loan(own: list[Passage], _: Passages) -> str | None:
    told = [one for one in own if re.search(r"\blån", one.text, re.IGNORECASE)]
    for one in told:
        if re.search(
            r"ikk(?:e|je)\s+(?:\w+\s+){0,6}(?:ta|oppta|tek|tas)?\s*(?:\w+\s+){0,2}(?:opp\s+)?(?:lån|låneopptak)|lån\b[^.]{0,40}\b(?:kan|skal)\s+ikk(?:e|je)|ikk(?:e|je) (?:høve|adgang|anledning|rett|fullmakt|myndighet|mynde)[^.]{0,40}lån|(?:ingen|inga) (?:adgang|rett|låne)",
            one.text,
            re.IGNORECASE,
        ):
            return "no"
    return "yes" if told else None


def _called(own: list[Passage], _: Passages) -> str | None:
    """The name: what follows 'heter' or 'navnet er', up to the end of the sentence or the capital words."""
    for one in own:
        match = re.search(
            r"(?:\bna(?:vn|mn)et?\b(?:\s+på\s+\w+)?\s*(?:er|skal være|skal vere|:)|\bna(?:vn|mn):|skal hete|skal heite|\bheter|\bheiter|bærer navnet|ber namnet|får na(?:vn|mn)et|har na(?:vn|mn)et|skal ha na(?:vn|mn)et|under na(?:vn|mn)et|na(?:vn|mn) er|blir kalla|vert kalla|kalles)\s*[«\"“]?(?P<name>[^«»\"“”.;(\n]{3,90})",
            one.text, re.IGNORECASE,
        )  # fmt: skip
        if match:
            name = re.split(
                r",\s|\s+(?:og\s+(?:er|har|skal|ligg|vert|blir)|som\s|heretter|med\s+(?:sete|kontor|hovud|hoved)|i\s+det\s+(?:følgende|fylgjande))",
                match["name"].strip(),
            )[0].strip(" ,:")
            if name[:1].isupper() or len(name.split()) > 1:
                return name
    return None


_PROPER = re.compile(
    r"\b(?:for|om)\s+(?P<name>[A-ZÆØÅ][\w-]+(?: [\w-]+)*? ?(?:IKS|KO|IPR|politisk råd|oppgavefellesskap|oppgåvefellesskap|\w*samkommune|\w*legevakt|regionråd|kommunelag))$",
    re.IGNORECASE,
)
_AS_SUBJECT = re.compile(
    r"^(?:\W*\d[\d.]*\s+)?(?P<name>[A-ZÆØÅ][\w-]+(?: [\w-]+){1,6}?)\s+(?:\((?:heretter|heretter kalt|nedanfor kalla)[^)]*\)\s+)?(?:er eit? (?:interkommunalt (?!selskap\b)|kommunalt oppg)|opprettes|vert skipa|blir skipa|skipast|er oppretta? )"
)


def _titled(text: Passages) -> list[Settled]:
    """A name that is said by using it: in the title, or as what is founded; with a capital, since 'felles legevakt' is none."""
    for one in text.sentences[:40]:
        match = _AS_SUBJECT.search(one.text)
        if match and match["name"].split()[0].lower() not in (
            "det",
            "samarbeidet",
            "avtalen",
            "avtala",
            "denne",
            "kommunene",
            "kommunane",
            "partene",
            "partane",
            "selskapet",
            "rådet",
            "ordningen",
            "ordninga",
            "tenesta",
            "tjenesten",
        ):
            return [Settled("name", match["name"], one, "subject")]
    title = text.title or ""
    match = _PROPER.search(title)
    if (
        match
        and match["name"][:1].isupper()
        and match["name"].split()[0].lower() not in ("felles", "interkommunal", "interkommunalt", "interkommunale", "samarbeid", "kommunal")
    ):
        place = next((one for one in text.sentences if match["name"].lower() in one.text.lower()), None)
        if place is not None:
            begin = place.text.lower().index(match["name"].lower())
            return [Settled("name", place.text[begin : begin + len(match["name"])], place, "title")]
    return []


def _members_each(own: list[Passage], _: Passages) -> str | None:
    """How many members each has, where all have as many."""
    for one in own:
        match = re.search(
            rf"\b(?:hver|kvar|kvar av)\s+(?:\w+\s+){{0,3}}?(?:velger|vel|velje|oppnevner|oppnemner|nemner opp|har|møter med|peker ut|skal ha|medlem\w*)\s+(?:\w+\s+){{0,1}}?{_NUMBER}\s+(?:\w+\s+){{0,2}}?(?:representant|medlem|utsend|deleger|røyst)",
            one.text, re.IGNORECASE,
        ) or re.search(rf"\b{_NUMBER}\s+(?:representant\w*|medlem\w*|utsending\w*)\s+(?:fra|frå)\s+(?:hver|kvar)", one.text, re.IGNORECASE)  # fmt: skip
        if match and not re.search(r"(?:av|for) (?:de|dei) andre|kvar av dei andre|\bkvar,|\bhver,", one.text, re.IGNORECASE):
            value = number_of(match["number"])
            return str(value) if value is not None else None
    return None


_VALUES = {
    "withdrawal": _notice,
    "duration": _lasting,
    "transfer": _handed_over,
    "legal_person": _person,
    "borrowing": _loan,
    "name": _called,
    "representatives": _members_each,
}
