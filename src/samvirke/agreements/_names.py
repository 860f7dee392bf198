"""What a cooperation is called: where the agreement says that this is its name, or founds it by its name."""

from __future__ import annotations

import re

from samvirke.agreements.passages import Passage, Passages

_NOUN = r"(?:(?:firma|føretaks|foretaks|selskaps|kortform|)na(?:vn|mn)(?:et)?|firma)"
_QUOTE = r"[«\"“”']?"
_NAME = rf"{_QUOTE}(?P<name>[^«»\"“”.;:(\n|]{{3,90}})"
_SAID = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"\b{_NOUN}\s*(?:\([^)]*\)\s*)?(?:på\s+(?:\w+\s+){{1,2}})?(?:er|skal være|skal vere|skal vera|blir|vert|:|\|)\s*:?\s*{_NAME}",
        rf"\b(?:heter|heiter|hete|heite|heita|kalles|kallast|(?:blir|vert|bli|verte|er)\s+(?:kalt|kalla)|benevnes|benemnast|nemnast|opptrer (?:\w+ )?som|opptrer (?:\w+ )?under namnet)\s+(?!for\b){_NAME}",
        rf"\b(?:bærer|ber|bere|bære|får|fått|har|ha|gitt|gis|gje|gjeve|bruke|bruker|brukar|nyttar|under|med|tek|tar)\s+(?:\w+\s+)?{_NOUN}\s+{_NAME}",
    )
)
_SAID_AFTER = re.compile(rf"{_QUOTE}(?P<name>[A-ZÆØÅ][^«»\"“”.;,:(\n|]{{2,80}}?){_QUOTE},?\s+(?:som\s+)?er\s+{_NOUN}\s+(?:på|til)\b")
_CALLED = re.compile(
    rf"\b(?:[Hh]eretter|[Nn]edanfor|[Ff]ramover)\s+(?:også\s+)?(?:kalt|kalla|nemnt|nemnd|benevnt|omtalt som)\s+{_QUOTE}(?P<name>[A-ZÆØÅ][\w-]+(?: [\w-]+)+)"
)
_FORM = r"(?:IKS|KO|IPR|(?:interkommunalt )?politisk råd|kommunale? oppg[aå]vefellesskap|\w*samkommune|regionråd)"
_FOUNDED = re.compile(
    rf"(?:selskap|samkommune|råd|fellesskap|samarbeid|ordning|tjeneste|teneste|om|for|i|av)\w*[,:]?\s+{_QUOTE}(?P<name>[A-ZÆØÅ][\w–-]+(?: [\w–-]+){{0,6}}? {_FORM})\b(?! kommune)"
)
_SUBJECT = re.compile(
    r"^(?:\W*\d[\d.]*\s+)?(?P<name>[A-ZÆØÅ][\w–-]+(?: [\w–-]+){1,6}?)\s+(?:\([^)]*\)\s+)?(?:er e(?:i?t|n|i) (?:interkommunalt|kommunalt oppg)|opprettes|vert skipa|blir skipa|skipast|er (?:oppretta?|skipa|stifta?|etablert|organisert))\b"
)
_EVERYDAY = re.compile(rf"\b(?:i dagl(?:ig|eg) tale(?:\s+og\s+(?:\w+\s+){{1,4}}kontakt)?|til dagl(?:ig|eg))\s+(?:kalt\s+|kalla\s+)?{_NAME}", re.IGNORECASE)
_SET_UP = re.compile(
    rf"\b(?:oppretter|opprettar|skipar|stifter|stiftar|etablerer|går sam(?:an|men) om)\s+(?:med dette\s+)?{_QUOTE}(?P<name>[A-ZÆØÅ][\w–-]+(?: [\w–-]+){{1,5}}?){_QUOTE}(?=,\s+(?:som|forkort|heretter|nedan)|\s+\((?:heretter|nedan|neden|forkort))"
)
_SUBJECT_OF_FORM = re.compile(
    rf"^(?:\W*\d[\d.]*\s+)?(?P<name>[A-ZÆØÅ][\w–-]+(?: [\w–-]+){{0,6}}? {_FORM})\s+(?:\([^)]*\)\s+)?(?:er|vert|blir|skipast|opprettes|har)\b"
)
_TITLED = re.compile(
    r"\b(?:for|om|i|–|-)\s+(?P<name>[A-ZÆØÅ][\w–-]+(?: [\w–-]+)*? ?(?:IKS|KO|IPR|politisk råd|oppgavefellesskap|oppgåvefellesskap|\w*samkommune|\w*legevakt|regionråd|kommunelag|krisesenter|helsehus|legevaktsentral))$",
    re.IGNORECASE,
)
_STATUTES = re.compile(r"^(?:vedtekter|vedtekt|selskaps?avtale) for (?P<name>[A-ZÆØÅ][\w–-]+(?: [\w–-]+)+?)(?:\s+[–-]\s.*|,.*)?$", re.IGNORECASE)
_COMMON = frozenset(
    [
        "det",
        "dette",
        "den",
        "denne",
        "vi",
        "samarbeidet",
        "samarbeidsavtalen",
        "avtalen",
        "avtala",
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
        "eininga",
        "enheten",
        "styret",
        "nemnda",
        "vertskommunen",
        "legevakten",
        "legevakta",
        "barnevernet",
        "et",
        "eit",
        "en",
        "ei",
        "felles",
        "interkommunal",
        "interkommunalt",
        "interkommunale",
        "samarbeid",
        "kommunal",
        "kommunalt",
        "lov",
        "avtale",
        "for",
        "i",
        "med",
        "som",
        "etter",
        "tilbudet",
        "tilbodet",
        "følgende",
        "oppgavefellesskapet",
        "oppgåvefellesskapet",
        "samkommunen",
    ]
)
_ENDS = re.compile(
    r",\s|\s+(?:og\s+(?:er|har|skal|ligg|held|holder|vert|blir|det|den|hører|høyrer|driv)|som\s|heretter|forkortet|forkorta|er (?:skipa|oppretta?|stifta?|e(?:i?t|n|i)\b)|med\s+(?:sete|kontor|hovud|hoved|forretning)|i\s+det\s+(?:følgende|fylgjande)|eller\s+)|\s[–-]\s"
)
_NONE = re.compile(
    r"\bi (?:sitt|sine|eget|eige|kommunenes|kommunanes|deres|eigne?|egne) na(?:vn|mn)|namngi|navngi|ikk(?:e|je) (?:eget |eige )?na(?:vn|mn)|fastset|seinare|senere",
    re.IGNORECASE,
)


_PHRASE = re.compile(r"\b(?:til|frå|fra|hos|kjem|kommer)\b")


def name(text: Passages) -> tuple[str, Passage, str] | None:
    """Find the cooperation's name, the passage that gives it, and by which way of reading; None where the text gives none."""
    for one in text.sentences:
        if not _NONE.search(one.text):
            for form in (*_SAID, _SAID_AFTER):
                if (match := form.search(one.text)) and (found := _proper(match["name"], said=True)):
                    return found, one, "words"
    for one in text.sentences[:60]:
        for form in (_SUBJECT, _SUBJECT_OF_FORM, _CALLED, _FOUNDED, _SET_UP):
            if (
                (match := form.search(one.text))
                and match["name"].split()[0].lower() not in _COMMON
                and (found := _proper(match["name"]))
                and not _PHRASE.search(found)
            ):
                return found, one, "subject"
    return _titled(text) or _everyday(text)


def _everyday(text: Passages) -> tuple[str, Passage, str] | None:
    """What the cooperation is called in daily speech, where it has no other name."""
    for one in text.sentences:
        if (match := _EVERYDAY.search(one.text)) and (found := _proper(match["name"])):
            return found, one, "words"
    return None


def _proper(words: str, *, said: bool = False) -> str | None:
    """Return a name without what follows it, or None where the words are none: it has a capital, and says more than what it is."""
    plain = _ENDS.split(words.strip())[0].strip(" ,:'–-")
    first = plain.split()[0] if plain else ""
    if not plain or (first.lower() in _COMMON and not (said and len(plain.split()) > 1)):
        return None
    return plain if first[:1].isupper() or (said and len(plain.split()) > 1 and re.search("[A-ZÆØÅ]", plain)) else None


def _titled(text: Passages) -> tuple[str, Passage, str] | None:
    """A name that the title has, spelt as in the text, since titles are often in capitals."""
    title = re.sub(r"\s*\([^)]*\)\s*$", "", text.title or "")
    match = _TITLED.search(title) or _STATUTES.search(title)
    if match is None or not match["name"][:1].isupper() or match["name"].split()[0].lower() in _COMMON:
        return None
    found = match["name"]
    place = next((one for one in (*text.sentences, *text.headings) if found.lower() in one.text.lower()), None)
    if place is None or (place in text.headings and found.isupper()):
        return None
    begin = place.text.lower().index(found.lower())
    return place.text[begin : begin + len(found)], place, "title"
