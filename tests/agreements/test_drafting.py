import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pandas as pd
import pytest
import yaml
from docx.enum.text import WD_COLOR_INDEX

from samvirke.agreements._document import OPEN_POINT, clauses, words
from samvirke.agreements.case_paper import case_paper
from samvirke.agreements.checking import check
from samvirke.agreements.drafting import DraftingError, check_specification, draft, draft_finding, read_specification, write_docx
from samvirke.agreements.reader import read
from samvirke.finding import Coverage, Finding, Missing
from samvirke.vocabulary import law, terms
from samvirke.vocabulary.language import LANGUAGES, Text

TODAY = date(2024, 5, 1)
EXAMPLE = Path(__file__).parents[2] / "docs" / "draft-example.yaml"
HOSTS = ("host_administrative", "host_joint_board")
MODELS = (*HOSTS, "political_council", "task_community", "intermunicipal_company")
NAMES = {"political_council": "Mjøsrådet IPR", "task_community": "Mjøsvakta KO", "intermunicipal_company": "Mjøsvakta IKS"}
PARTIES = ["Hamar", "Løten", "Stange"]
CODES = ["3403", "3412", "3413"]


def least(model, **more):
    host = {"host": "Hamar"} if model in HOSTS else {}
    return {"model": model, "name": NAMES.get(model, "Mjøsvakta"), "service": "legevakt", "parties": PARTIES, **host, **more}


def full(model, **more):
    parties = [{"municipality": name} for name in PARTIES]
    for number, party in enumerate(parties):
        party |= {"representatives": number + 2} if model != "host_administrative" else {}
        party |= {"ownership_percent": (50, 30, 20)[number], "liability_percent": (60, 25, 15)[number]} if model not in HOSTS else {}
    own = {
        "host_administrative": {"exercises_authority": True},
        "host_joint_board": {"exercises_authority": True},
        "political_council": {"legal_person": False},
        "task_community": {"legal_person": True},
        "intermunicipal_company": {"exercises_authority": False},
    }[model]
    bodies = {} if model in HOSTS else {"contributions": "250 000 kroner fra hver part", "borrowing": 4500000, "board": {"least": 3, "most": 5}}
    given = {
        "parties": parties,
        "task": ["legevakt", "legevaktsentral"],
        "hours": ["night", "weekend"],
        "seat": "Stange",
        "transfer": "2025-02-01",
        "authority": "å fastsette åpningstider",
        "cost_key": [{"part": "equal", "percent": 12.5}, {"part": "per_inhabitant", "percent": 87.5}],
        "reporting": "årsmelding innen 1. mars",
        "notification": "vedtak det er klaget på",
        "notice_months": 18,
        "duration": "2029-12-31",
        "dispute": ["negotiation", "arbitration"],
        "archives": "Løten",
        "start": "2025-01-01",
    }
    return least(model, **{**given, **own, **bodies, **more})


def made(given, today=TODAY):
    return draft(check_specification(given, today))


def text_of(document, section=None):
    return "\n".join(
        "\n".join([one.heading, *(paragraph.text for paragraph in one.paragraphs), *("|".join(row) for row in (one.table.rows if one.table else ()))])
        for one in document.sections
        if section in (None, one.id)
    )


def problems(given, today=TODAY):
    with pytest.raises(DraftingError) as caught:
        check_specification(given, today)
    return [(problem.field, problem.value) for problem in caught.value.problems]


def one_of_each(language="nb"):
    """Specifications that together reach every line of the words."""
    for model in MODELS:
        yield least(model, language=language)
        yield full(model, language=language)
    two = ["Hamar", "Løten"]
    yield least("host_administrative", parties=two, exercises_authority=False, hours="all", cost_key=[{"part": "by_use"}, "minimum"], language=language)
    yield least("host_administrative", parties=two, exercises_authority=True, authority=["a", "b"], cost_key="by_own_cost", language=language)
    yield least(
        "host_joint_board", parties=[{"municipality": one, "representatives": 2} for one in PARTIES], dispute="courts", duration=4, task="x", language=language
    )
    yield least("host_joint_board", parties=["Hamar", {"municipality": "Løten", "representatives": 1}], cost_key=["equal", "by_use"], language=language)
    yield least("political_council", legal_person=True, task="samferdsel", duration="indefinite", cost_key=["minimum", "by_own_cost"], language=language)
    yield least("task_community", borrowing=True, contributions=False, board=5, cost_key=["equal", "by_own_cost"], language=language)
    yield least(
        "intermunicipal_company",
        exercises_authority=True,
        borrowing=False,
        notice_months=1,
        parties=[{"municipality": name, "ownership_percent": share, "representatives": 1} for name, share in zip(PARTIES, (40, 40, 20), strict=True)],
        cost_key=[{"part": "minimum", "percent": 30}, {"part": "by_use", "percent": 30}, {"part": "by_own_cost", "percent": 40}],
        dispute=[step for step in terms("dispute_steps") if step not in ("statutory_reference", "not_specified", "courts", "arbitration")]
        + ["arbitration", "courts"],
        language=language,
    )


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("day", ["2000-06-01", "2007-06-01", "2013-06-01", "2023-06-01", "2024-06-01"])
@pytest.mark.parametrize("given", [least, full])
def test_a_draft_holds_all_that_the_law_of_the_day_asks_and_what_is_good_practice(model, language, day, given):
    opened = law.on(day)
    if model not in opened:
        assert ("model", model) in problems(given(model, language=language, date=day, transfer=None, start=None, duration=4))
        return
    document = made(given(model, language=language, date=day))
    assert document.kinds >= set(opened[model].required_contents.value)
    assert document.kinds >= {"dispute", "cost_key", "reporting", "withdrawal", "dissolution", "archives", "duration", "purpose", "tasks", "authority"}
    assert {"evaluation", "changes"} <= {section.id for section in document.sections}
    assert all(section.paragraphs for section in document.sections)


def test_every_kind_is_one_of_the_vocabulary_and_no_section_stands_twice():
    assert {kind for clause in clauses("agreement") for kind in clause.kinds} <= set(terms("clause_kinds"))
    for given in one_of_each():
        ids = [section.id for section in made(given).sections]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_line_of_the_words_is_reached_and_none_is_left_unfilled(language):
    drafts = [made(given) for given in one_of_each(language)]
    drafts += [case_paper(check_specification(given, TODAY), one) for given, one in zip(one_of_each(language), drafts, strict=True)]
    whole = "\n".join(text_of(one) + "\n".join(one.notes) for one in drafts)
    assert not re.search(r"[{}<>]|\[\[|\]\]|None|  ", whole)
    for name in ("agreement", "case_paper"):
        for clause in clauses(name):
            for line in clause.lines:
                template = re.escape(line.nn if language == "nn" else line.nb)
                template = re.sub(r"\\\[\\\[|<<", r"\\[Kommune[^:]*: ", template).replace(r"\]\]", r"\]").replace(">>", r"\]")
                pattern = re.sub(r"\\{\w+\\}", ".+", template)
                assert re.search(pattern, whole), f"{clause.id}: {line}"


WRONG_IN = {
    "nb": "ikkje kva korleis kven kor eit ein frå vere gjere avgjer avgjerd usemje mynde oppseiing tenesta verksemd kommunestyra partane òg dei denne_ då øvste tilsette".split(),
    "nn": "ikke hva hvordan hvem hvor hvilke hvilken hvilket et en fra være gjøre avgjør avgjørelse uenighet myndighet oppsigelse tjenesten virksomhet kommunestyrene partene da øverste ansatte fram_ noe jeg oppgjør rettslig blant mellom_ eiendeler eierandel".split(),
}


def test_bokmal_and_nynorsk_are_kept_apart():
    def phrases(node, language):
        if isinstance(node, dict):
            if language in node and isinstance(node[language], str):
                yield node[language]
            yield from (found for key, one in node.items() if key not in ("nb", "nn", "en") for found in phrases(one, language))
        elif isinstance(node, list):
            yield from (found for one in node for found in phrases(one, language))

    for name in ("agreement", "case_paper", "problems"):
        for language, wrong in WRONG_IN.items():
            found = list(phrases(dict(words(name)), language))
            assert len(found) > 30
            for phrase in found:
                assert not set(re.findall(r"\w+", re.sub(r"\{\w+\}\w*", "", phrase.lower()))) & set(wrong), phrase


def test_every_text_is_in_its_languages_and_no_other():
    def languages(node):
        if isinstance(node, dict):
            if ("nb" in node and node.keys() <= {"nb", "nn", "en"}) or {"nb", "nn"} <= node.keys():
                yield node.keys() - {"when", "each", "list"}
            yield from (found for one in node.values() for found in languages(one))
        elif isinstance(node, list):
            yield from (found for one in node for found in languages(one))

    for name, expected in (("agreement", {"nb", "nn"}), ("case_paper", {"nb", "nn"}), ("problems", {"nb", "nn", "en"})):
        assert all(keys == expected for keys in languages(dict(words(name))))


def test_the_words_hold_no_figures_of_their_own():
    for clause in clauses("agreement"):
        for line in clause.lines:
            assert not re.search(r"\d", line.nb + line.nn), line


CHANGES = [
    ("name", "Elverumsvakta", {"name"}),
    ("service", "barnevern", {"tasks"}),
    ("task", ["skadestue"], {"tasks"}),
    ("hours", ["all"], {"tasks"}),
    ("host", "Løten", {"host"}),
    ("seat", "Hamar", {"seat"}),
    ("transfer", "2026-03-04", {"transfer"}),
    ("authority", ["å ansette leger"], {"authority"}),
    ("exercises_authority", False, {"authority"}),
    ("cost_key", [{"part": "equal", "percent": 40}, {"part": "by_own_cost", "percent": 60}], {"economy"}),
    ("reporting", "regnskap", {"reporting"}),
    ("notification", "vedtak om tvang", {"notification"}),
    ("notice_months", 6, {"withdrawal"}),
    ("duration", 5, {"duration"}),
    ("dispute", ["forum_of_chief_executives", "mediation_county_governor", "courts"], {"dispute"}),
    ("archives", "Stange", {"archives"}),
    ("start", "2025-01-15", {"duration"}),
]
OWN_CHANGES = [
    ("legal_person", False, {"name", "staff"}),
    ("contributions", "100 kroner", {"contributions"}),
    ("borrowing", False, {"borrowing"}),
    ("board", 7, {"board"}),
]


@pytest.mark.parametrize(("model", "change"), [("host_administrative", one) for one in CHANGES] + [("task_community", one) for one in OWN_CHANGES])
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_change_of_the_specification_changes_its_own_sections_and_no_other(model, change, language):
    field, value, expected = change
    before, after = (made({**full(model, language=language), **more}) for more in ({}, {field: value}))
    changed = {section.id for section in (*before.sections, *after.sections) if text_of(before, section.id) != text_of(after, section.id)}
    assert changed == expected


def test_figures_days_and_names_stand_as_given():
    nb, nn = made(full("task_community", language="nb")), made(full("task_community", language="nn"))
    assert "Partene deler utgiftene slik: 12,5\u00a0% likt og 87,5\u00a0% etter folketall per 1. januar." in text_of(nb, "economy")
    assert "Partane deler utgiftene slik: 12,5\u00a0% likt og 87,5\u00a0% etter folketal per 1. januar." in text_of(nn, "economy")
    assert "gjelder til og med 31. desember 2029." in text_of(nb, "duration")
    assert "1. februar 2025" in text_of(nb, "transfer")
    assert "med 18 måneders skriftlig varsel" in text_of(nb, "withdrawal")
    assert "med 18 månaders skriftleg varsel" in text_of(nn, "withdrawal")
    assert "4\u00a0500\u00a0000 kroner" in text_of(nb, "borrowing")
    assert "minst 3 og høyst 5 medlemmer" in text_of(nb, "board")
    assert "tar Løten kommune vare på arkivet" in text_of(nb, "archives")
    assert "Hamar kommune: 2 medlemmer\nLøten kommune: 3 medlemmer\nStange kommune: 4 medlemmer" in text_of(nb, "representatives")
    table = next(section.table for section in nb.sections if section.id == "shares")
    assert [row[1:] for row in table.rows[:3]] == [
        (code, f"{own}\u00a0%", f"{liable}\u00a0%") for code, own, liable in zip(CODES, (50, 30, 20), (60, 25, 15), strict=True)
    ]
    assert table.rows[3][2:] == ("100\u00a0%", "100\u00a0%")


def test_terms_follow_the_day():
    mediation = ["mediation_county_governor", "courts"]
    old = made(least("host_administrative", date="2013-03-01", exercises_authority=True, dispute=mediation))
    new = made(least("host_administrative", date="2022-03-01", exercises_authority=True, dispute=mediation))
    assert "fylkesmannen" in text_of(old, "dispute")
    assert "statsforvalteren" in text_of(new, "dispute")
    assert "administrasjonssjef" in text_of(old, "authority")
    assert "kommunedirektør" in text_of(new, "authority")
    assert "kommuneloven av 1992 § 28-1 b" in text_of(old, "name")
    assert "kommuneloven § 20-2" in text_of(new, "name")


def test_a_ladder_stands_in_its_order_and_arbitration_before_courts_needs_consent():
    document = made(least("host_administrative", dispute=["forum_of_chief_executives", "negotiation", "arbitration", "courts"]))
    steps = [paragraph.text for section in document.sections for paragraph in section.paragraphs if paragraph.style == "step"]
    assert [re.search(r"Kommunedirektørene|forhandler|voldgift|domstolene", step).group() for step in steps] == [
        "Kommunedirektørene",
        "forhandler",
        "voldgift",
        "domstolene",
    ]
    assert "enige om det" in steps[2]
    assert "endelig" in text_of(made(least("host_administrative", dispute=["negotiation", "arbitration"])), "dispute")


def test_what_is_left_open_is_marked_and_counted_and_what_is_given_is_not():
    few, many = made(full("host_administrative")), made(least("host_administrative"))
    assert {section.id for section in many.sections if section.open_points} - {section.id for section in few.sections if section.open_points} == {
        "tasks",
        "authority",
        "transfer",
        "reporting",
        "notification",
        "duration",
        "archives",
        "dispute",
    }
    assert len(many.open_points) == len(OPEN_POINT.findall(text_of(many)))
    assert f"har {len(many.open_points)} slike punkter" in many.notes[1]
    assert many.notes[0].startswith("Utkast.")
    assert made(full("host_administrative", language="nn")).open_points[0][1].startswith("kva partane")


def test_a_point_that_the_user_leaves_open_in_words_counts_too():
    plain, own = (made(full("host_administrative", reporting=one)) for one in ("regnskap", "regnskap innen [Kommunestyret avgjør: hvilken dag]"))
    assert len(own.open_points) == len(plain.open_points) + 1


def test_what_nobody_has_read_in_the_statute_is_listed_only_where_it_is_used():
    assert made(least("host_administrative")).unverified == ()
    old = made(least("host_administrative", date="2010-01-01"))
    assert {one.topic for one in old.unverified} == {"provision", "required_contents", "own_legal_person", "individual_cases"}
    assert "kommuneloven av 1992 § 28 e" in old.notes[-1]
    company = made(least("intermunicipal_company"))
    assert [one.topic for one in company.unverified] == ["individual_cases"]
    assert made(least("intermunicipal_company", exercises_authority=False)).unverified == ()
    early = least("intermunicipal_company", date="2015-01-01", exercises_authority=False)
    assert "notice_months" in {one.topic for one in made(early).unverified}
    assert "notice_months" not in {one.topic for one in made({**early, "notice_months": 6}).unverified}


def test_the_statutory_notice_is_told_where_the_specification_is_silent():
    assert "12 måneder etter kommuneloven § 20-8" in text_of(made(least("host_administrative")), "withdrawal")
    assert "§" not in text_of(made(least("host_administrative", date="2013-01-01")), "withdrawal")
    assert "§" not in text_of(made(least("political_council")), "withdrawal")


def test_herad_and_namesakes_are_named_so_that_they_can_be_told_apart():
    document = made(least("political_council", parties=["Voss", "Ulvik", "1515", 1818]))
    assert "Voss herad, Ulvik herad, Herøy (1515) kommune og Herøy (1818) kommune" in text_of(document, "parties")
    assert "Voss kommune" in text_of(made(least("intermunicipal_company", parties=["Voss", "Ulvik"], date="2013-01-01")), "parties")


def test_a_draft_depends_on_nothing_but_the_specification(tmp_path):
    specification = check_specification(full("intermunicipal_company"), TODAY)
    assert draft(specification) == draft(specification)
    write_docx(draft(specification), tmp_path / "one.docx")
    write_docx(draft(specification), tmp_path / "two.docx")
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()


BAD = [
    ("not_open", least("political_council", date="2015-01-01"), ("model", "political_council")),
    ("none_open", least("host_administrative", date="1995-01-01", parties=["Hamar", "Løten"]), ("model", "host_administrative")),
    ("name_words", least("political_council", name="Mjøsrådet"), ("name", "Mjøsrådet")),
    ("name_words", least("task_community", name="Mjøsvakta komite"), ("name", "Mjøsvakta komite")),
    ("no_individual_cases", least("task_community", exercises_authority=True), ("exercises_authority", "true")),
    ("no_individual_cases", least("political_council", exercises_authority=True), ("exercises_authority", "true")),
    ("few_parties", least("intermunicipal_company", parties=["Hamar"]), ("parties", "")),
    ("duplicate_party", least("intermunicipal_company", parties=["Hamar", "3412", "Løten"]), ("parties[3]", "Løten")),
    ("unknown_municipality", least("intermunicipal_company", parties=["Hamarr", "Løten"]), ("parties[1].municipality", "Hamarr")),
    ("unlike_municipality", least("intermunicipal_company", parties=["Hamar", "Xyzzyq"]), ("parties[2].municipality", "Xyzzyq")),
    ("ambiguous", least("intermunicipal_company", parties=["Hamar", "Herøy"]), ("parties[2].municipality", "Herøy")),
    ("other_time", least("intermunicipal_company", parties=["Hamar", "Våle"]), ("parties[2].municipality", "Våle")),
    ("other_time", least("intermunicipal_company", parties=["Hamar", "0403"]), ("parties[2].municipality", "0403")),
    ("host_missing", least("host_administrative", host=None), ("host", "")),
    ("not_party", least("host_administrative", host="Elverum"), ("host", "Elverum")),
    ("not_party", least("task_community", archives="Elverum"), ("archives", "Elverum")),
    ("not_for_model", least("task_community", host="Hamar"), ("host", "3403")),
    ("not_for_model", least("host_administrative", board=3), ("board", "Board(least=3, most=3)")),
    ("not_for_model", least("host_administrative", legal_person=False), ("legal_person", "false")),
    (
        "not_for_model",
        least("host_administrative", parties=["Hamar", {"municipality": "Løten", "representatives": 2}]),
        ("parties[2].representatives", "2"),
    ),
    (
        "shares_sum",
        least("task_community", parties=[{"municipality": one, "ownership_percent": 33.3} for one in PARTIES]),
        ("parties.ownership_percent", "99.9"),
    ),
    (
        "shares_some",
        least("task_community", parties=["Hamar", {"municipality": "Løten", "ownership_percent": 100}]),
        ("parties.ownership_percent", "Hamar"),
    ),
    (
        "liability_alone",
        least("task_community", parties=[{"municipality": one, "liability_percent": 50} for one in PARTIES[:2]]),
        ("parties.liability_percent", ""),
    ),
    ("cost_sum", least("task_community", cost_key=[{"part": "equal", "percent": 20}, {"part": "by_use", "percent": 79}]), ("cost_key", "99")),
    ("cost_some", least("task_community", cost_key=[{"part": "equal", "percent": 20}, "by_use"]), ("cost_key", "by_use")),
    ("repeated", least("task_community", cost_key=["equal", "equal"]), ("cost_key[2]", "equal")),
    ("repeated", least("task_community", dispute=["negotiation", "negotiation"]), ("dispute[2]", "negotiation")),
    ("last_step", least("task_community", dispute=["courts", "negotiation"]), ("dispute", "courts")),
    ("last_step", least("task_community", dispute=["arbitration", "negotiation"]), ("dispute", "arbitration")),
    ("all_hours", least("task_community", hours=["all", "night"]), ("hours", "")),
    ("no_task", least("task_community", service=None), ("task", "")),
    ("ends_early", least("task_community", start="2025-01-01", duration="2024-12-31"), ("duration", "2024-12-31")),
    ("early_transfer", least("task_community", start="2025-01-01", transfer="2024-12-31"), ("transfer", "2024-12-31")),
    ("missing", {key: value for key, value in least("task_community").items() if key != "name"}, ("name", "")),
    ("unknown_field", least("task_community", sevice="legevakt"), ("sevice", "legevakt")),
    ("unknown_field", least("task_community", parties=["Hamar", {"municipality": "Løten", "ownership": 3}]), ("parties[2].ownership", "3")),
    ("unknown_field", least("task_community") | {7: 8}, ("7", "7")),
    ("not_allowed", least("task_community") | {"model": "samkommune"}, ("model", "samkommune")),
    ("not_allowed", least("task_community", language="en"), ("language", "en")),
    ("not_allowed", least("task_community", service="legevakta"), ("service", "legevakta")),
    ("not_allowed", least("task_community", dispute=["not_specified"]), ("dispute[1]", "not_specified")),
    ("not_allowed", least("task_community", cost_key="by_weight"), ("cost_key[1].part", "by_weight")),
    ("no_words", least("task_community", name=""), ("name", "")),
    ("no_words", least("task_community", task="a\x07b"), ("task[1]", "a·b")),
    ("no_list", least("task_community", parties={"a": 1}), ("parties", "{'a': 1}")),
    ("no_list", least("task_community", task=[]), ("task", "[]")),
    ("no_fields", least("task_community", parties=["Hamar", ["Løten"]]), ("parties[2]", "['Løten']")),
    ("no_day", least("task_community", date="2024-13-01"), ("date", "2024-13-01")),
    ("no_day", least("task_community", start="1. mai"), ("start", "1. mai")),
    ("no_truth", least("task_community", legal_person="ja"), ("legal_person", "ja")),
    ("no_count", least("task_community", notice_months=0), ("notice_months", "0")),
    ("no_count", least("task_community", notice_months=True), ("notice_months", "true")),
    ("no_percent", least("task_community", cost_key=[{"part": "equal", "percent": 101}]), ("cost_key[1].percent", "101")),
    ("no_percent", least("task_community", cost_key=[{"part": "equal", "percent": float("nan")}]), ("cost_key[1].percent", "nan")),
    ("no_borrowing", least("task_community", borrowing=-1), ("borrowing", "-1")),
    ("no_contributions", least("task_community", contributions=True), ("contributions", "true")),
    ("no_duration", least("task_community", duration="evig"), ("duration", "evig")),
    ("no_board", least("task_community", board={"least": 5, "most": 3}), ("board", "{'least': 5, 'most': 3}")),
]


@pytest.mark.parametrize(("kind", "given", "expected"), BAD)
def test_each_broken_rule_is_told_with_field_value_and_remedy(kind, given, expected):
    with pytest.raises(DraftingError) as caught:
        check_specification(given, TODAY, "avtale.yaml")
    (problem,) = caught.value.problems
    assert (problem.field, problem.value) == expected
    for language in LANGUAGES:
        beginning, ending = (re.split(r"\{\w+\}", words("problems")[kind][language])[end] for end in (0, -1))
        assert problem.text[language].startswith(beginning)
        assert problem.text[language].endswith(ending)
        assert caught.value.text[language].startswith("avtale.yaml")
        assert problem.text[language] in caught.value.text[language]


def test_every_message_is_tried():
    elsewhere = {"heading", "unreadable", "not_mapping", "repeated_key"}
    assert {kind for kind, _, _ in BAD} | elsewhere == set(words("problems"))


def test_all_problems_are_told_at_once_also_behind_a_bad_date():
    given = {
        "model": "political_council",
        "name": "Rådet",
        "sevice": "x",
        "parties": ["Vos", {"municipality": "Hamar", "ownership_percent": 120}, "Løten", "Løten"],
        "host": "Bergen",
        "exercises_authority": True,
        "cost_key": [{"part": "equal", "percent": 20}],
        "dispute": ["courts", "negotiation"],
        "borrowing": "ja",
    }
    common = {"parties[1].municipality", "parties[2].ownership_percent", "sevice", "borrowing", "task", "host", "dispute", "cost_key"}
    assert {field for field, _ in problems({**given, "date": "2024-02-01"})} == common | {"name", "exercises_authority"}
    assert {field for field, _ in problems({**given, "date": "2024-02-30"})} == common | {"date"}


def test_a_bad_share_does_not_hide_what_is_wrong_with_the_parties():
    parties = [{"municipality": "Hamar", "ownership_percent": "mye"}, {"municipality": "Hamar", "ownership_percent": 50}]
    assert {field for field, _ in problems(least("task_community", parties=parties))} == {"parties[1].ownership_percent", "parties[2]", "parties"}


@pytest.mark.parametrize("shares", [("33,33", 33.33, 33.34), (50, 25.5, 24.5), ("12.125", "12.125", "75.75")])
def test_shares_are_added_exactly(shares):
    parties = [{"municipality": name, "ownership_percent": share} for name, share in zip(PARTIES, shares, strict=True)]
    assert check_specification(least("task_community", parties=parties), TODAY)


def test_a_name_in_nynorsk_has_the_words_in_nynorsk():
    assert check_specification(least("task_community", name="Voss kommunalt oppgåvefellesskap"), TODAY)


def test_the_example_is_complete_and_reads(tmp_path):
    specification = read_specification(EXAMPLE, date(2030, 1, 1))
    assert specification.date == TODAY
    left_out = {name for name in type(specification).model_fields if getattr(specification, name) is None}
    assert left_out == {"host"}
    mistaken = tmp_path / "specification.yaml"
    mistaken.write_text(re.sub(r"^# host:", "host:", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(DraftingError, match="host"):
        read_specification(mistaken, TODAY)


def written(tmp_path, text):
    path = tmp_path / "specification.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_and_days_are_read_as_written(tmp_path):
    text = "model: intermunicipal_company\nname: A IKS\ntask: 12\nservice: legevakt\ndate: 2013-01-01\nparties: [0301, 1101, Hamar]\nstart:\n"
    path = written(tmp_path, text.replace("task: 12\n", ""))
    specification = read_specification(path, TODAY)
    assert [party.municipality for party in specification.parties] == ["0301", "1101", "0403"]
    assert specification.start is None
    with pytest.raises(DraftingError, match=r"task\[1\]"):
        read_specification(written(tmp_path, text), TODAY)


def test_the_day_of_today_is_the_one_passed_in(tmp_path):
    path = written(tmp_path, "model: host_administrative\nname: A\nservice: legevakt\nparties: [Hamar, Løten]\nhost: Hamar\n")
    assert read_specification(path, date(2012, 6, 30)).date == date(2012, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "model: [",
        "a: !!python/object/apply:os.system [ls]",
        "a: &x [1]\nb: *x",
        "? [a]\n: 1",
        "a: \x00",
        "[" * 5000,
        "- a",
        "",
        "hei",
    ],
)
def test_what_is_no_specification_is_refused_without_a_traceback(tmp_path, text):
    with pytest.raises(DraftingError) as caught:
        read_specification(written(tmp_path, text), TODAY)
    assert len(caught.value.problems) == 1


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path):
    with pytest.raises(DraftingError, match=r"none\.yaml"):
        read_specification(tmp_path / "none.yaml", TODAY)
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(DraftingError, match=r"picture\.yaml"):
        read_specification(tmp_path / "picture.yaml", TODAY)


def test_a_field_that_stands_twice_is_told_with_the_rest(tmp_path):
    with pytest.raises(DraftingError) as caught:
        read_specification(written(tmp_path, "model: x\nname: A\nname: B\ntask: t\nparties: [Hamar, Løten]"), TODAY)
    assert [problem.field for problem in caught.value.problems] == ["name", "model"]


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("model", MODELS)
def test_the_document_opens_and_holds_the_text(tmp_path, model, language):
    source = made(full(model, language=language))
    write_docx(source, tmp_path / "draft.docx")
    document = docx.Document(str(tmp_path / "draft.docx"))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == source.title
    assert tuple(texts[1 : 1 + len(source.notes)]) == source.notes
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == [section.heading for section in source.sections] + [source.signatures.heading]
    for section in source.sections:
        for paragraph in section.paragraphs:
            assert paragraph.text in texts
    highlighted = [run.text for one in document.paragraphs for run in one.runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    assert highlighted == [match.group() for match in OPEN_POINT.finditer(text_of(source))]
    assert len(highlighted) == len(source.open_points) > 0
    assert document.core_properties.language == {"nb": "nb-NO", "nn": "nn-NO"}[language]
    assert document.core_properties.title == source.title
    shares = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert shares == (
        [] if model in HOSTS else [list(row) for section in source.sections if section.table for row in (section.table.columns, *section.table.rows)]
    )
    for party in source.signatures.parties:
        assert party in texts


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("model", MODELS)
def test_the_reader_of_agreements_reads_back_what_was_written(tmp_path, model, language):
    write_docx(made(full(model, language=language)), tmp_path / "draft.docx")
    reading = check(read(tmp_path / "draft.docx"))
    assert reading.language == language
    assert [party.name for party in reading.parties] == PARTIES
    assert reading.host.value == ("3403" if model in HOSTS else None)
    assert reading.model == model
    said = {(clause.kind, clause.step): clause.value for clause in reading.clauses}
    assert said["dispute", 1] == "negotiation"
    assert said["dispute", 2] == "arbitration"
    assert said["cost_key", 1] == "equal:12.5"
    assert said["cost_key", 2] == "per_inhabitant:87.5"
    assert said["withdrawal", 1] == "18"
    assert said["transfer", 1] == "2025-02-01"
    assert said["duration", 1] == "2029-12-31"
    assert not [one.item for one in reading.checks if one.state == "absent"]


def test_sections_number_themselves_and_the_table_is_accessible(tmp_path):
    write_docx(made(full("task_community")), tmp_path / "draft.docx")
    with zipfile.ZipFile(tmp_path / "draft.docx") as package:
        body, styles, numbering, footer = (package.read(f"word/{name}.xml").decode() for name in ("document", "styles", "numbering", "footer1"))
    number = re.search(r'w:styleId="Heading1".*?<w:numId w:val="(\d+)"/>', styles, re.DOTALL).group(1)
    abstract = re.search(rf'<w:num w:numId="{number}"><w:abstractNumId w:val="(\d+)"/>', numbering).group(1)
    definition = re.search(rf'<w:abstractNum [^>]*w:abstractNumId="{abstract}".*?</w:abstractNum>', numbering, re.DOTALL).group()
    assert '<w:pStyle w:val="Heading1"/>' in definition
    assert numbering.rindex("</w:abstractNum>") < numbering.index("<w:num ")
    assert "<w:tblHeader/>" in body
    assert "<w:tblDescription " in body
    assert "PAGE" in footer
    assert not re.search(r'w:lang [^>]*w:val="en', styles)


def test_user_text_with_signs_of_markup_is_only_text(tmp_path):
    odd = "<b>{name}</b> & [[x]] %s"
    source = made(full("host_administrative", name=odd, task=[odd, "y"]))
    assert odd in text_of(source, "tasks")
    write_docx(source, tmp_path / "draft.docx")
    assert odd in [paragraph.text for paragraph in docx.Document(str(tmp_path / "draft.docx")).paragraphs]


def test_nothing_is_half_written(tmp_path, monkeypatch):
    source = made(full("task_community"))
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="taken"):
        write_docx(source, tmp_path / "taken" / "draft.docx")
    write_docx(source, tmp_path / "new" / "draft.docx")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["draft.docx"]
    before = (tmp_path / "new" / "draft.docx").read_bytes()

    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        write_docx(made(least("task_community")), tmp_path / "new" / "draft.docx")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["draft.docx"]
    assert (tmp_path / "new" / "draft.docx").read_bytes() == before


def test_the_finding_says_what_the_draft_holds(tmp_path):
    specification = check_specification(least("intermunicipal_company", language="nn", date="2015-01-01"), TODAY)
    source = draft(specification)
    finding = draft_finding(specification, source, tmp_path / "draft.docx")
    assert finding.id == "agreement_draft"
    assert list(finding.table.columns) == ["section", "heading", "kinds", "open_points"]
    assert finding.table["open_points"].sum() == len(source.open_points) == len(finding.result["open_points"])
    assert finding.table["section"].tolist() == list(range(1, len(source.sections) + 1))
    assert finding.coverage.denominators == {"required_contents": 9}
    assert finding.coverage.numerator == 9
    plain = finding.to_dict("nn")["result"]
    assert set(plain) == {"file", "model", "language", "sections", "open_points", "unverified"}
    assert plain["file"] == str(tmp_path / "draft.docx")
    assert {one["topic"] for one in plain["unverified"]} == {"required_contents", "own_legal_person", "individual_cases", "notice_months"}
    for language in LANGUAGES:
        assert str(len(source.open_points)) in finding.statement[language]
    assert finding.to_json("en")


def constructed_finding(**more):
    codes = ("3403", "3412", "3413", "3411", "3420", "3401", "3405", "3407", "3436", "3437", "3438", "9999")
    return Finding(
        id="members",
        edition="nibr-2015",
        question=Text(nb="Hvor mange?", nn="Kor mange?", en="How many?"),
        statement=Text(nb="Sju av tolv er med", nn="Sju av tolv er med", en="Seven of twelve"),
        method=Text(nb="", nn="", en=""),
        table=pd.DataFrame(),
        coverage=Coverage(
            7,
            {"agreements": 1234},
            (Missing("s", codes, Text(nb="Ikke spurt.", nn="Ikkje spurde.", en="Not asked.")), Missing("s", (), Text(nb="b", nn="b", en="b"))),
        ),
        **more,
    )


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_case_paper_tells_the_findings_with_counts_gaps_and_source(language):
    specification = check_specification(full("host_joint_board", language=language), TODAY)
    paper = case_paper(specification, draft(specification), [constructed_finding(constructed=True), constructed_finding()])
    found = next(section for section in paper.sections if section.id == "findings")
    lines = [paragraph.text for paragraph in found.paragraphs]
    assert [paragraph.text for paragraph in found.paragraphs if paragraph.style == "subheading"] == [{"nb": "Hvor mange?", "nn": "Kor mange?"}[language]] * 2
    assert lines.count("Sju av tolv er med.") == 2
    assert sum("1\u00a0234" in line for line in lines) == 2
    gap = next(line for line in lines if "Hamar, Løten" in line)
    assert gap.endswith("2 til.")
    assert sum("nibr-2015" in line for line in lines) == 2
    assert sum("konstruert" in line for line in lines) == 1


def test_the_case_paper_has_its_parts_and_leaves_the_assessment_open(tmp_path):
    specification = check_specification(full("host_administrative"), TODAY)
    source = draft(specification)
    paper = case_paper(specification, source)
    assert [section.id for section in paper.sections] == [
        "proposal",
        "background",
        "law",
        "parties",
        "economy",
        "findings",
        "consequences",
        "open_points",
        "assessment",
        "attachments",
    ]
    assert text_of(paper, "assessment") == "Kommunedirektørens vurdering\n[Kommunedirektøren skriver: samlet vurdering og tilråding]"
    assert "kommuneloven § 20-2" in text_of(paper, "law")
    assert "[Kommunedirektøren skriver: hvilke andre samarbeidsformer" in text_of(paper, "law")
    assert "12,5\u00a0% likt" in text_of(paper, "economy")
    listed = [paragraph.text for section in paper.sections if section.id == "open_points" for paragraph in section.paragraphs]
    for number, point in source.open_points:
        assert f"Punkt {number}, {source.sections[number - 1].heading}: {point}" in "\n".join(listed)
    assert [paragraph.style for paragraph in paper.sections[0].paragraphs] == ["step"] * len(paper.sections[0].paragraphs)
    write_docx(paper, tmp_path / "case.docx")
    document = docx.Document(str(tmp_path / "case.docx"))
    assert document.paragraphs[0].text == f"Saksframlegg: {source.title}"
    assert sum(run.font.highlight_color is not None for one in document.paragraphs for run in one.runs) == len(paper.open_points)


def test_the_words_are_plain_data():
    for name in ("agreement", "case_paper", "problems"):
        path = Path(__file__).parents[2] / "src/samvirke/agreements/drafts" / f"{name}.yaml"
        assert yaml.safe_load(path.read_text(encoding="utf-8")) == words(name)
