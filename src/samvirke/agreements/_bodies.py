"""What an agreement says of the cooperation as a body: members for each participant, whether it is a legal person, whether it may borrow."""

from __future__ import annotations

import re

from samvirke.agreements import _words
from samvirke.agreements._parties import names_in
from samvirke.agreements._periods import NUMBER, number_of
from samvirke.agreements._terms import Said
from samvirke.agreements.passages import Passage, Passages

_EACH = r"\b(?:hver|kvar|hvert|kvart|samtlige|alle|den\s+enkelte|den\s+einskilde)\b(?!\s+(?:\w+\s+)?(?:medlem|representant|utsend))"
_NOUN = r"(?!\w*vara)(?:\w*representant|\w*medlem|utsend|deleger|delegat|person(?:er|ar)?\b|ombud)\w*"
_CHOOSE = (
    r"\b(?:velg\w*|velj\w*|vel|vald\w*|valgt\w*|oppnevn\w*|oppnemn\w*|nemner|utpek\w*|utnevn\w*|utnemn\w*|pek\w*|peik\w*|har|hava?|ha|møt\w*|send\w*|still\w*|"
    r"skal|er|representer\w*|med|får)\b"
)
_COUNTED = rf"{NUMBER}(?:\s*[–-]\s*\w+\s*[–-]|\s*\(\w+\))?"
_MEMBERS = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"\b{_COUNTED}(?:\s+{_NOUN})?\s+(?:fra|frå|for)\s+(?:hver|kvar)\b(?!\s+side)",
        rf"{_EACH}(?:\s+\w+){{0,6}}?\s+{_CHOOSE}(?:\s+[\w,]+){{0,5}}?\s+{_COUNTED}(?:,|\s+(?:\w+\s+){{0,2}}?)(?:(?<=,)|{_NOUN}|blant|av\s+(?:sine|desse|disse|dei|dem)|frå\s+kommunestyr|fra\s+kommunestyr|til\s+)",
        rf"\b(?:har|vel|velger|velgjer|møter|oppnevner|oppnemner|skal)\s+{_EACH}(?:\s+\w+){{1,3}}?\s+(?:ha\s+|velge\s+|velje\s+|oppnevne\s+|oppnemne\s+)?{_COUNTED}\s+(?:\w+\s+){{0,2}}?{_NOUN}",
        rf"\b{_COUNTED}\s+(?:\w+\s+){{0,2}}?{_NOUN}(?:\s+[\w,]+){{0,6}}?\s+(?:fra|frå|av|for)\s+(?:kommunestyret\s+i\s+)?(?:hver|kvar|hvert|kvart)\b",
        rf"\b{_COUNTED}\s+(?:\w+\s+)?{_NOUN}\s+(?:hver|kvar)\b",
        rf"{_CHOOSE}\s+(?:hver|kvar)\s+(?:\w+\s+)?{_COUNTED}\s+(?:\w+\s+)?{_NOUN}",
        rf"\b(?:hver|kvar)\s+(?:sin|sitt|si)\s+(?:\w+\s+)?(?P<one>{_NOUN})",
    )
)
_BODY = re.compile(
    r"\w*representantskap\w*|\w*årsmøte\w*|rådsmøte\w*|\b(?!\w*område)\w*råde?t?\b|\bnemn[di]\w*|\bfelles\w*nemn\w*|samkommunesty\w*|ei[eg]\w*møte\w*|generalforsaml\w*|kommuneting\w*",
    re.IGNORECASE,
)
_BOARD = re.compile(r"(?<!kommune)(?<!herads)(?<!by)(?<!samkommune)\bstyret?\b|styremed", re.IGNORECASE)
_HIGHEST = re.compile(
    r"representantskap|årsmøte|rådsmøte|samkommunesty|ei[eg]\w*møte|generalforsaml|kommuneting|\brådet\b|felles\s+(?:\w+\s+)?nemn|folkeval\w+\s+nemn",
    re.IGNORECASE,
)
_TOP = re.compile(r"(?:øverste|øvste|høgaste|høyeste|øvrige\s+øverste)\s+(?:organ|myndighet|mynde|styresmakt)", re.IGNORECASE)
_NO_BODY = re.compile(
    r"\w*utval[g]?\b|\w*utval(?:get|et)\b|fagråd|fagl(?:ig|eg)\s+råd|brukarråd|brukerråd|ungdomsråd|nettverk|\w*gruppe|\w*gruppa|voldgift|valdgift|tvist|usemje|uenig|kontaktperson|forhandl|"
    r"underskriv|signer|protokoll|tilset|ansett|røyster|fleirtal|flertall|representantskapet\s+(?:velg|vel\b|oppnevn|oppnemn)|klagenemnd|skjønns|avviklings",
    re.IGNORECASE,
)
_ANY_BODY = re.compile(f"{_BODY.pattern}|{_BOARD.pattern}", re.IGNORECASE)
_OTHER_BODY = re.compile(f"{_NO_BODY.pattern}|{_BOARD.pattern}", re.IGNORECASE)
_UNEQUAL = re.compile(
    r"\b(?:de|dei)\s+(?:\w+\s+)?(?:andre|øvrige|resterende|attverande)\b|\bresten\b|etter\s+(?:folke|innbygg)|avhengig\s+av|per\s+påbegynt", re.IGNORECASE
)


def members_each(text: Passages, settles: set[Passage]) -> Said | None:
    """How many members each participant has in the highest body, where all have as many."""
    body, lower = (_BODY, _OTHER_BODY) if any(_HIGHEST.search(one.text) for one in text.sentences) else (_ANY_BODY, _NO_BODY)
    for at, one in enumerate(text.sentences):
        if one.row or one not in settles or lower.search(one.text) or _words.kinds()["dispute"].heading.search(one.heading):
            continue
        before = [other for other in text.sentences[max(0, at - 3) : at] if other.section == one.section]
        context = next((other.text for other in reversed(before) if body.search(other.text) or lower.search(other.text)), one.heading)
        top = any(_TOP.search(other.text) for other in before)
        headed = _words.kinds()["representatives"].heading.search(one.heading)
        if not (top or headed or body.search(one.text) or (body.search(context) and not lower.search(context)) or body.search(one.heading)):
            continue
        for form in _MEMBERS:
            match = form.search(one.text)
            if match is None:
                continue
            if _UNEQUAL.search(one.text) or any(
                re.search(r"^\W*(?:\w+\s+){0,4}(?:\d|en|ein|to|tre|fire|fem)\b", one.text[name.end() :], re.IGNORECASE) for name in names_in(one.text)
            ):
                return None
            number = 1 if "one" in match.groupdict() else number_of(match["number"])
            if number is not None and number <= 20:
                return Said(str(number), one)
    return None


_PERSON = re.compile(
    r"\brettssubjekt\w*|\bjuridiske?\s+(?:person|enhet|eining|subjekt)\w*|\brettsleg\s+(?:person|subjekt|eining)\w*|\brettslig\s+(?:person|subjekt|enhet)\w*|\w*rettspersonlighet|rettsleg\s+personleg\w+"
    r"|(?:rettslig|rettsleg|juridisk)\s+og\s+økonomisk\s+(?:at?skil[td]|skild|uavhengig|sjølvstendig|selvstendig)\w*",
    re.IGNORECASE,
)
_NOT = r"\b(?:ikk(?:e|je)|verken|hverken|korkje|ingen|inga|intet|uten|utan|aldri)\b"
_NOT_OWN_PERSON = re.compile(
    r"(?:kommunene|kommunane)\s+er\s+(?:\w+\s+){0,4}rettssubjekt|egne\s+rettssubjekt|eigne\s+rettssubjekt|vertskommun\w+\s+er\s+(?:\w+\s+){0,3}(?:rettssubjekt|juridisk)|av\s+en\s+juridisk|av\s+ein\s+juridisk|pasient|voldgift|databehandl",
    re.IGNORECASE,
)
_BUT = re.compile(r";\s+|\.\s+(?=\w)|,?\s+(?:men|mens|medan)\s+|,\s+og\s+", re.IGNORECASE)


def legal_person(text: Passages, settles: set[Passage]) -> Said | None:
    """Whether the cooperation is a legal person of its own: yes or no."""
    for heading in text.headings:
        if heading.text.endswith("?") and _PERSON.search(heading.text):
            body = [one for one in text.sentences if one.section >= heading.section]
            answer = re.match(r"\W*(nei|ja)\b", body[0].text, re.IGNORECASE) if body else None
            if answer:
                return Said("no" if answer.group(1).lower() == "nei" else "yes", body[0])
    said = [one for one in text.headings if re.search(r"\ber\b", one.text) and not one.text.endswith("?")]
    for at, one in enumerate((*text.sentences, *said)):
        if one.row or (one not in settles and one not in said) or _NOT_OWN_PERSON.search(one.text):
            continue
        for clause in _BUT.split(one.text):
            match = _PERSON.search(clause)
            if match is None:
                continue
            if one.text.endswith("?"):
                following = text.sentences[at + 1].text if at + 1 < len(text.sentences) else ""
                answer = re.match(r"\W*(nei|ja)\b", following, re.IGNORECASE)
                if answer is None:
                    continue
                return Said("no" if answer.group(1).lower() == "nei" else "yes", text.sentences[at + 1])
            denied = re.search(_NOT, clause[: match.start()], re.IGNORECASE) or re.match(
                rf"\s+(?:er|vert|blir|skal)\s+(?:\w+\s+){{0,2}}{_NOT}", clause[match.end() :], re.IGNORECASE
            )
            return Said("no" if denied else "yes", one)
    return None


_LOAN = re.compile(
    r"\blån(?:e?opptak\w*|egjeld\w*|e?ramm\w*|e?finans\w*|e?adgang\w*|egrens\w*|et|ene)?\b|\blåne?\s+(?:\w+\s+)?peng\w*|\bopplåning\w*", re.IGNORECASE
)
_OTHER_LOAN = re.compile(
    r"utlån|\blån\w*\s+(?:\w+\s+)?(?:ut|bort)\b|startlån|til\s+låns|på\s+lån\b|\blån\s+av\s+(?:utstyr|pers|lokale|bil|instr)|nabohj|lånekasse|studielån|den\s+enkelte\s+kommune|kvar\s+einskild\s+kommune",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    rf"{_NOT}\s+(?:\w+\s+){{0,3}}?(?:over\w*|høgare|høyere|meir|mer|større|gå\s+ut\s+over|utover)|(?:aldri|ikk(?:e|je))\s+(?:vere|være)\s+(?:over|større|høgare|høyere)|{_NOT}\s+(?:\w+\s+){{0,2}}krav",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"utelukk|utelukka|forbod|forbud|ikk(?:e|je)\s+(?:tillat|tilgjenge|aktuelt|høve|adgang|lov\b)|svaret\s+(?:er\s+)?nei", re.IGNORECASE)


def borrowing(text: Passages, settles: set[Passage]) -> Said | None:
    """Whether the cooperation may borrow: yes or no."""
    for one in text.sentences:
        if one.row or one not in settles:
            continue
        clauses = [clause for clause in _BUT.split(one.text) if _LOAN.search(clause) and not _OTHER_LOAN.search(clause)]
        for clause in clauses:
            loan = next(match for match in _LOAN.finditer(clause))
            before, after = clause[: loan.start()], clause[loan.end() :]
            limited = _LIMIT.search(clause)
            denied = re.search(_NOT, before, re.IGNORECASE) or re.match(
                rf"\s+(?:\w+\s+){{0,4}}?(?:kan|skal|er|vert|blir|får)\s+(?:\w+\s+){{0,3}}?{_NOT}", after, re.IGNORECASE
            )
            if (denied and not limited) or _REFUSED.search(one.text):
                return Said("no", one)
            if limited or re.search(
                r"\bkan\b|\bskal\b|adgang|høve|rett\s+til|tas\s+opp|takast|tek\s+opp|ramm|grens|inntil|vedta|godkjen|avgrens|fullmakt", one.text, re.IGNORECASE
            ):
                return Said("yes", one)
    return None
