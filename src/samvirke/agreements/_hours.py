"""Which hours of the week a service covers: a small grammar of days, times of the day and what joins them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from samvirke.agreements.passages import Passage, Passages

HOURS = ("day", "evening", "night", "weekend")
_WORDS = ["ett", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"]
_HOUR = rf"(?:(?<!\d)(?<!\d[.,])\d{{1,2}}(?:[.:]?\d{{2}})?(?![\d%])(?:\s+om\s+\w+)?|(?:{'|'.join(_WORDS)})\b(?:\s+om\s+\w+)?)"
_KL = r"(?:(?:kl\.?|klokk(?:en|a)|klokkeslett\w*)\s*)"
_UNTIL = r"\s*(?:(?:og\s+)?(?:fram\s+|frem\s+)?til|-|–|—)\s*(?:og med\s+)?"
_TO = rf"(?:{_UNTIL}|\s+og\s+)"
_DAY = r"(?:m[åa]ndag|tirsdag|tysdag|onsdag|torsdag|fredag)"
_END = r"(?:lørdag|laurdag|søndag|sundag)"
_INFLECTED = r"(?:s?ettermiddag\w*|skveld\w*|smorg[eo]n\w*|ane|ene|en|ar|er|s)?"
_PART = r"(?:\s+(?:ettermiddag|kveld|morg[eo]n|kl)\w*)?"
_AT = rf"{_PART}(?:[\s,(]*(?:fra\s+|frå\s+)?{_KL}?{_HOUR}\)?)?"
_TOKENS = re.compile(
    rf"(?P<span>\bfredag{_INFLECTED}{_AT}(?:\s+(?:samanhengande|sammenhengende))?{_UNTIL}(?:neste\s+|påfølgende\s+|påfølgjande\s+)?m[åa]ndag{_INFLECTED}{_AT}"
    rf"|\b(?:lørdag|laurdag){_INFLECTED}{_AT}{_UNTIL}(?:søndag|sundag|m[åa]ndag){_INFLECTED}{_AT})"
    rf"|(?P<apart>{_KL}(?P<from>{_HOUR})(?:,?\s+[^\W\d]+){{1,8}}?\s+til\s+{_KL}(?P<until>{_HOUR}))"
    rf"|(?P<clock>{_KL}?(?P<begin>{_HOUR}){_TO}{_KL}?(?P<end>{_HOUR})(?!\s*(?:%|prosent|år\b|kommun|kr\b|mill|månad|måned|dag|stk|person|plass|sen)))"
    r"|(?P<around>døgnet\s+(?:rundt|i?gjennom)|(?:hele|heile)\s+døg(?:n|er|ne|r)et|når\s+som\s+helst\s+(?:på|i)\s+døgn\w+|heile?\s?døgns?\w*|døgn(?:åp|ope|kontinuerl|kontinuerleg|bemann|vakt\b|beredskap)\w*|24\s*tim\w+(?:\s+i\s+døgn\w+)?|24/7"
    r"|alle\s+(?:døgnets?\s+tim\w+|timar\s+i\s+døgnet|timer\s+i\s+døgnet|døgnets\s+tider|tider\s+(?:av|på)\s+døgnet)|(?<!som )til\s+(?:en|ei|ein)?\s*(?:hver|kvar)\s+tid(?!\s+(?:gjeld|følg|fylgj|bestem|fastset|er\b))|dag\s+og\s+natt\b|natt\s+(?:og|som)\s+dag\b|dag\s+som\s+natt\b)"
    r"|(?P<out>(?:uten(?:om|for)|utan(?:om|for)|utover|etter)\s+(?:\w+\s+){0,3}?\w*(?:arbeids|kontor|åpnings|opnings|dag)tid\w*|når\s+(?!(?:\w+\s+)?(?:\w*vakt\w*|senteret|tenesta|tjenesten)\s)(?:\w+\s+){0,4}(?:(?:er|har)\s+steng(?:te?|de?)\b|steng(?:er|jer))|(?:når|da|då)\s+(?:fastleg|legekontor)\w*\s+ikk(?:e|je)\s+(?:er|har)\s+(?:tilgjenge|åp|op)\w*|ubekvem\w*\s+(?:arbeids)?tid\w*|øvrige\s+tid\w*|all\s+anna\s+tid|(?:elles|ellers)\s+i\s+døgnet)"
    r"|(?P<office>(?:ordinær|vanlig|vanleg|normal|alminneleg|alminnelig)\w*\s+(?:arbeids|kontor|åpnings|opnings)tid\w*|\b(?:i|innenfor|innanfor)\s+\w*(?:kontor|arbeids)tid\w*)"
    rf"|(?P<every>{_DAY}{_UNTIL}(?:søndag|sundag)|alle\s+(?:ukas?\s+|ukens\s+|vekas\s+)?dag(?:er|ar)\b|(?:hver|kvar)\s+dag\b|\bdagl(?:eg|ig)\b|(?:sju|syv|7)\s+dag\w*|(?:hele|heile)\s+(?:uk[ae]n?|veka|året)|året\s+rundt|365)"
    rf"|(?P<work>m[åa]ndag\w*{_UNTIL}(?:fredag|torsdag)(?:s(?=kveld|n[ae]tt))?\w{{0,2}}\b|\bman\.?\s*[-–]\s*(?:fre|tor)\w*|\b(?:alle\s+)?(?:hverdag|kvardag|virkedag|vyrkedag|yrkedag|arbeidsdag|ukedag|vekedag)(?:s(?=kveld|n[ae]tt|etterm))?(?:ane|ene|en|ar|er)?|\b{_DAY}{_INFLECTED}\b)"
    rf"|(?P<weekend>\bhelg(?:e?n?|a|er|ar|ene|ane|etid|edag\w*|e?legevakt\w*|evakt\w*)?\b|\b{_END}{_INFLECTED}\b|\bweekend\w*)"
    r"|(?P<evening>(?:\b|(?<=[rv]dags))(?:kveld|ettermiddag)(?:en|s|ar|er|ane|ene|stid|svakt\w*|slegevakt\w*)?\b)"
    r"|(?P<night>\bnatt\s+til\s+\w+dag\w*|(?:\b|(?<=[rv]dags))(?:natt|netter)(?:en|a|ene|ane|estid|etid|evakt\w*|legevakt\w*|vakt\w*)?\b)"
    r"|(?P<day>\bdagtid\b|\bdag(?:e?vakt|legevakt)\w*|\b(?:på|om)\s+dagen\b|\bdag\b(?=,?\s+(?:og\s+)?(?:kveld|ettermiddag|natt)))",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\båp[en]\w*|\bop(?:en?|ne|na|ent|ningstid\w*)\b|åpning|opning|i drift|\bdrift|dekk\w*|bemann\w*|betjen\w*|tidsrom|vakt\w*|beredskap|tilgjengel\w*|til stede|til stades|omfatt\w*|"
    r"\bsenge\w*|driv\w*|drev|t[ae][rk] i?mot|ta i?mot|gjeld\w*|legehjelp|lækjarhjelp|tilbud\w*|tilbod\w*|tenest\w*|tjenest\w*|\b(?:felles|vakthavande|vakthavende) lege|\byt(?:es|er|ast)\b|held til|holder til|få tak i|treffe?s\b|treffast|\bnås\b|\bnåast|svarer|svarar|arbeid(?:er|ar)\b|kjører|køyrer|\bstiller\b|kontortid|arbeidstid",
    re.IGNORECASE,
)
_ABOUT_HOURS = re.compile(r"\båp[en]|\bope?n|åpning|opning|\btid(?:er|ar|a|en|srom)?\b|\bvakt", re.IGNORECASE)
_NOT_COVERED = re.compile(
    r"\b(?:er|inngår|omfattes|omfattast|omfattar|omfatter|dekkes|dekkast|gjelder|gjeld|hører|høyrer|var|vart|skal|vert|blir)\s+(?:\w+\s+){0,3}ikk(?:e|je)\b(?!\s+(?:berre|bare|stenge))|"
    r"ikk(?:e|je)\s+(?:\w+\s+){0,2}(?:del|med|omfatt\w+|dekk\w+|inkludert|bemann\w+|åpen|ope)\b|heller ikk(?:e|je)|"
    r"(?:(?:hver|kvar|den)\s+(?:enkelte\s+|einskilde\s+|enkelt\s+)?kommune?\w*|\bkommun(?:en|ene|ane)|kjøpar\w*|kjøper\w*|part(?:ene|ane)|fastleg\w*|kommuneleg\w*|legane|legene)\s+(?:\w+\s+){0,5}?(?:selv|sjølv|sjølve|ansvar\w*|kvar for seg|hver for seg|som før|i eiga regi|i egen regi)|"
    r"(?:ordner|ordnar|skipar|tek|tar|dekker|dekkjer|har|held(?!\s+seg\s+i)|besørger|løser|løyser|ivaretar)\s+(?:\w+\s+){0,2}(?:(?:hver|kvar)\s+(?:enkelt\w*\s+|einskild\w*\s+)?(?:kommun|for seg|sin)|kommunene|kommunane|den enkelte|den einskilde|fastleg(?:en|ene|ane)\b|kommuneleg(?:en|ene|ane)\b|legen i|legane i)|ansvaret? (?:selv|sjølv)|hver for seg|kvar for seg|\bav\s+(?:\w+\s+){1,3}(?:selv|sjølv|sjølve)\b|"
    r"(?:egen|eigen|eiga|annen|annan|anna|egne|særskilt|særskild)\s+(?:avtale|ordning|telefon)|regulert i|regulerast i|holdt uten|halde utan|(?:går|faller|fell|falle)\s+ut[ea]n(?:for|om)|henvis|(?:viser|visast|vises|syner)\s+til|"
    r"avtale?s(?:t)? (?:nærmere|nærare|senere|seinare)|avtalast|besøkstid|vitjetid|telefontid|telefonvakt|besvares|turnus|stilling|legekontor\w*\s+i\s+(?:den|hver|kvar)|påfølgende klage|møtes|møter|møte\s|kontaktperson|bakvakt hjemme|kjøpes|innen\s+kl|seinast|senest|utenfor denne tid|utreise|utskriv|innkomst|oppmøte|kommunedirektør|rådmann|skal\s+les|(?:er|held|holder)\s+stengt\s+(?:i|på)\s|(?:deltar|deltek|tar|tek|går|dekker|dekkjer)\s+(?:\w+\s+)?ikk(?:e|je)\b|(?:eget|eige)\s+(?:samarbeid|selskap)|"
    r"på dagtid (?:hverdager |kvardagar )?(?:tar|tek|har|hvert|kvar)|skjenk|frokost|måltid|vikar|permisjon|ringes|varsl\w* (?:innen|innan|før)|før\s+kl",
    re.IGNORECASE,
)
_OWN_DOCTORS = re.compile(
    r"\b(?:fastleg|kommuneleg|legekontor)(?:en|ene|ane|a|er|ar|et)?\b|(?:hver|kvar|den\s+enkelte|den\s+einskilde)\s+kommun", re.IGNORECASE
)
_ALSO_OUT = re.compile(r"^\W*(?:den|han|ho|det|denne|dette|desse|disse|de|dei)\b", re.IGNORECASE)
_CUT = re.compile(r";\s+|,\s+(?:og|samt)\s+|,?\s+(?:men|mens|medan|imens|imedan)\s+|\s+[–-]\s+men\s+", re.IGNORECASE)
_BINDS_AFTER = re.compile(r"\s*[(,]?\s*(?:i|på|om|for|alle|hver|kvar|gjennom)\s*(?:alle|de|dei|alle de)?\s*$", re.IGNORECASE)
_WHOLE_DAY = re.compile(r"\b(?:hele|heile)\s+(?:\w+\s+og\s+)?$", re.IGNORECASE)
_LATEST = 0.88


@dataclass(frozen=True)
class Covered:
    """The parts of the week, the passage that says them, and by which way of reading."""

    parts: tuple[str, ...]
    passage: Passage
    route: str


@dataclass(frozen=True)
class _Token:
    kind: str
    begin: int
    end: int
    parts: frozenset[str] = frozenset()


def covered(text: Passages) -> Covered | None:
    """Find the hours of the week that the service covers: the first passage that tells them by the clock, else by words, and what follows on it."""
    told: list[tuple[int, frozenset[str], str]] = []
    speaking, head = -1, ""
    for at, one in enumerate(text.sentences):
        follows = bool(told) and told[-1][0] == at - 1 and text.sentences[at - 1].section == one.section
        listed = speaking == one.section and (one.row or _is_item(one.text))
        about = follows or listed or bool(_SPOKEN.search(one.text)) or bool(_ABOUT_HOURS.search(one.heading))
        speaking = one.section if about and not one.row else speaking
        if one.row and not about:
            about = any(_ABOUT_HOURS.search(other.text) for other in text.under(one.section) if other.row)
        timed = {each.kind for each in _tokens(one.text, row=one.row)}
        if one.place > _LATEST or not (about or ("clock" in timed and timed & set(_DAYS)) or "span" in timed):
            continue
        head = (one.text if _heads(one.text) else head) if one.row else ""
        if head == one.text:
            continue
        if at and _ALSO_OUT.match(one.text) and _NOT_COVERED.search(text.sentences[at - 1].text) and text.sentences[at - 1].section == one.section:
            continue
        parts, route = _told(_with_heads(one.text, head) if one.row else one.text, row=one.row)
        if parts:
            told.append((at, parts, route))
    if not told:
        return None
    first = min(range(len(told)), key=lambda place: (told[place][2] == "words", place))
    begin, parts, route = told[first]
    last = begin
    for at, more, _ in told[first + 1 :]:
        near = at - last <= 1 and text.sentences[at].section == text.sentences[begin].section
        if not near or len(more) == len(HOURS) or len(parts) == len(HOURS):
            break
        parts, last = parts | more, at
    return Covered(_named(parts), text.sentences[begin], "all" if len(parts) == len(HOURS) else route)


def _heads(row: str) -> bool:
    """Say whether a row of a table has the days over its columns."""
    kinds = {one.kind for one in _tokens(row, row=True)}
    return bool(kinds & set(_DAYS)) and not kinds & {"clock", "around", "span", "out"}


def _with_heads(row: str, head: str) -> str:
    """Write the days over the columns into a row that has none of its own."""
    cells, over = row.split(" | "), head.split(" | ")
    if len(cells) != len(over) or any(one.kind in _DAYS for one in _tokens(row, row=True)):
        return row
    return "; ".join(f"{above} {cell}" for above, cell in zip(over, cells, strict=True))


def _is_item(text: str) -> bool:
    return bool(re.match(r"[-–•·*▪]\s|\(?[a-z0-9]{1,2}[).]\s", text))


def _named(parts: frozenset[str]) -> tuple[str, ...]:
    return ("all",) if len(parts) == len(HOURS) else tuple(one for one in HOURS if one in parts)


def _told(text: str, *, row: bool) -> tuple[frozenset[str], str]:
    """Return the parts of the week that a sentence names, and whether by the clock or by words."""
    parts: frozenset[str] = frozenset()
    route = "words"
    for piece in _CUT.split(text):
        without = _TOKENS.sub(lambda match: "" if match["out"] else match.group(), piece)
        if _NOT_COVERED.search(without) or (
            _OWN_DOCTORS.search(piece)
            and (row or not re.search(r"\bnår\b|ikk(?:e|je)\s+(?:er|har)|\bda\b|utenom|utanom|utenfor|utanfor", piece, re.IGNORECASE))
        ):
            continue
        tokens = _tokens(piece, row=row)
        parts |= _bound(tokens, piece, row=row)
        if any(one.kind in ("clock", "around", "span") for one in tokens):
            route = "clock"
    return parts, route


def _tokens(text: str, *, row: bool) -> list[_Token]:
    """Return days and times in the order of the text."""
    found: list[_Token] = []
    for match in _TOKENS.finditer(text):
        kind = next(name for name in _KINDS if match.group(name) is not None)
        if kind == "apart":
            found.append(_Token("clock", match.start(), match.end(), _by_clock(match["from"], match["until"])))
        elif kind == "clock":
            parts = _by_clock(match["begin"], match["end"])
            certain = (
                row
                or bool(re.search(r"kl|[.:]\d{2}", match.group(), re.IGNORECASE))
                or (bool(found) and re.search(r"fra|frå|mellom", text[: match.start()][-8:]) is not None)
                or (bool(found) and found[-1].kind in _DAYS and not text[found[-1].end : match.start()].strip(" :(,"))
            )
            if certain and parts:
                found.append(_Token("clock", match.start(), match.end(), parts))
        else:
            found.append(_Token(kind, match.start(), match.end()))
    return found


_KINDS = ("span", "apart", "clock", "around", "out", "office", "every", "work", "weekend", "evening", "night", "day")
_DAYS = ("every", "work", "weekend")


def _bound(tokens: list[_Token], text: str, *, row: bool) -> frozenset[str]:
    """Bind each time to its days, and add up what they cover."""
    kinds = [one.kind for one in tokens]
    timed = any(one.kind in ("clock", "around", "out", "office", "span") for one in tokens)
    parts: set[str] = set()
    times = [at for at, one in enumerate(tokens) if one.kind in ("clock", "around")]
    days = [at for at, one in enumerate(tokens) if one.kind in _DAYS]
    trailing = bool(times and days and times[0] < days[0])
    for at, one in enumerate(tokens):
        if one.kind in ("span", "weekend"):
            parts.add("weekend")
        elif one.kind in ("evening", "night", "day"):
            attached = (row and timed) or (at and tokens[at - 1].kind == "weekend" and not text[tokens[at - 1].end : one.begin].strip())
            attached = attached or ("weekend" in kinds[:at] and "work" not in kinds and bool(_WHOLE_DAY.search(text[: one.begin])))
            parts |= set() if attached else {one.kind}
        elif one.kind == "office":
            parts.add("day")
        elif one.kind == "out":
            parts |= {"evening", "night"} | (set() if "work" in kinds[:at] and "weekend" not in kinds else {"weekend"})
        elif one.kind in ("clock", "around"):
            parts |= _with_days(one, _days_of(at, tokens, text, trailing=trailing))
    if not parts and "work" in kinds and not timed and re.search(r"\båp[en]|\bop(?:en?|ent)\b|betjen|bemann", text, re.IGNORECASE):
        parts.add("day")
    return frozenset(parts)


def _days_of(at: int, tokens: list[_Token], text: str, *, trailing: bool) -> set[str]:
    """Return the days that a time belongs to: those right after it, or those before."""
    after, before = [], []
    for one in tokens[at + 1 :]:
        if one.kind not in _DAYS:
            break
        after.append(one)
    previous = [one for one in tokens[:at] if one.kind in _DAYS]
    if previous:
        last = tokens.index(previous[-1])
        before = [previous[-1]]
        for earlier, later in pairwise(reversed(tokens[: last + 1])):
            if earlier.kind in _DAYS and later.kind in _DAYS:
                before.append(later)
            else:
                break
    if after and re.search(r"også|\bòg\b|både|inkludert|medrekna", text[tokens[at].end : after[0].begin], re.IGNORECASE):
        return {one.kind for one in before}
    follows = bool(after) and (trailing or not before or (bool(_BINDS_AFTER.match(text[tokens[at].end : after[0].begin] + " ")) and after[0].kind != "every"))
    return {one.kind for one in (after if follows else before)}


def _with_days(time: _Token, days: set[str]) -> set[str]:
    if time.kind == "around":
        return {"weekend"} if days == {"weekend"} else {"day", "evening", "night"} if days == {"work"} else set(HOURS)
    if days == {"weekend"}:
        return {"weekend"}
    return set(time.parts) | ({"weekend"} if "weekend" in days or ("every" in days and time.parts != {"night"}) else set())


def _by_clock(first: str, last: str) -> frozenset[str]:
    """Return the parts of the day between two times."""
    begin, end = _hour(first), _hour(last)
    if not first[0].isdigit() and not last[0].isdigit() and end < begin and not re.search(r"om\s", first + last):
        end += 12
    if begin > 24 or end > 24:
        return frozenset()
    hours = [(begin + hour) % 24 for hour in range(int((end - begin) % 24) or 24)]
    parts = set()
    if sum(8 <= hour < 16 for hour in hours) >= 4:
        parts.add("day")
    if sum(16 <= hour < 22 for hour in hours) >= 3:
        parts.add("evening")
    if sum(hour >= 23 or hour < 7 for hour in hours) >= 4:
        parts.add("night")
    if not parts and begin >= 16 and begin < end <= 23:
        parts.add("evening")
    return frozenset(parts)


def _hour(text: str) -> int:
    """Return the hour of a time, half past counted up where it begins: 15.30 and 1530 are 15, nine in words is 9."""
    word = re.match(r"[a-zæøå]+", text, re.IGNORECASE)
    if word:
        hour = _WORDS.index(word.group().lower()) + 1
        return hour + 12 if re.search(r"om (?:kveld|ettermiddag|aften)", text, re.IGNORECASE) else hour
    digits = re.findall(r"\d+", text)
    return int(digits[0][:2]) if len(digits[0]) >= 3 and len(digits) == 1 and len(digits[0]) == 4 else int(digits[0])
