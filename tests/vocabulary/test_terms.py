"""The controlled lists hold what the note names, in three languages that are really three."""

from __future__ import annotations

import pytest

from samvirke.vocabulary import LISTS, terms
from samvirke.vocabulary.labels import column_label, heading, option_label, value_label
from samvirke.vocabulary.language import Text, day, listing, number, percent, probability

DISPUTE = "courts negotiation arbitration mediation_county_governor dispute_board health_trust_agreement forum_of_chief_executives local_cooperation_committee statutory_reference not_specified"
CLAUSES = "dispute cost_key withdrawal dissolution archives tasks authority transfer reporting notification borrowing liability ownership contributions representatives legal_person name duration"
MODELS = "host_administrative host_joint_board joint_municipality section_27_board political_council task_community intermunicipal_company limited_company cooperative association public_private purchase_agreement not_specified"
MOTIVES = "democracy local_development economy_of_scale risk capacity transaction_cost professional_environment recruitment quality distance necessity"
WIDE = "intermediaere_senger palliasjon folkehelse frisklivssentral meldingsutveksling hospitering act_team lokalmedisinsk_senter helsehus demens boligsosialt hjemme_og_institusjonstjenester"
APPENDIX = "ambulansebat miljorettet_helsevern mobil_rontgen overgrepsmottak samfunnsmedisin psykososialt_kriseteam fysioterapi kommuneoverlege k46 krisesenter lavterskeltilbud_rus korttidsplass"


@pytest.mark.parametrize("name", LISTS)
def test_every_entry_reads_in_three_languages(name: str) -> None:
    for term in terms(name).values():
        for text in (term.label, term.about):
            assert all(text.to_dict().values()), term.id


@pytest.mark.parametrize("name", [name for name in LISTS if name not in ("countables", "members_known")])
def test_nynorsk_is_written_not_copied(name: str) -> None:
    abouts = [term.about for term in terms(name).values()]
    copied = sum(about.nb == about.nn for about in abouts)
    assert copied <= len(abouts) / 2, [about.nb for about in abouts if about.nb == about.nn]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("dispute_steps", DISPUTE),
        ("clause_kinds", CLAUSES),
        ("models", MODELS),
        ("motives", MOTIVES),
        ("services", f"legevakt ohjelp barnevern {WIDE} {APPENDIX}"),
    ],
)
def test_lists_hold_the_ids_of_the_field(name: str, ids: str) -> None:
    assert set(ids.split()) <= set(terms(name))


def test_the_three_core_services_are_statutory_and_two_need_presence() -> None:
    services = terms("services")
    assert [name for name, term in services.items() if term.net == "core"] == ["legevakt", "ohjelp", "barnevern"]
    assert {services[name].statutory.value for name in ("legevakt", "ohjelp", "barnevern")} == {"yes"}
    assert [services[name].physical_presence.value for name in ("legevakt", "ohjelp", "barnevern")] == ["yes", "yes", "part"]


def test_unknown_list_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="services"):
        terms("servces")


def test_labels_fall_back_to_the_name_itself() -> None:
    assert column_label("no_such_column")["nn"] == "no_such_column"
    assert value_label("basis", "host_administrative")["en"] == "administrative host municipality"
    assert value_label("basis", "stated")["nb"] == "modell oppgitt (alle)"
    assert heading("in_short")["en"] == "In short"
    assert option_label("cut")["nn"].startswith("Dagen")


def test_numbers_are_written_as_their_readers_do() -> None:
    from datetime import date

    assert number(12345.678, "nb", 1) == "12\u00a0345,7"
    assert number(12345.678, "en", 1) == "12,345.7"
    assert number(float("nan"), "nb") == "–"
    assert (percent(None, "en"), percent(0.125, "nn", 1)) == ("–", "12,5\u00a0%")
    assert probability(float("nan"), "en") == "p = –"
    assert listing([], "nb") == ""
    assert listing(["Sel", "Gran"], "en") == "Sel and Gran"
    assert day(date(2009, 5, 17), "nn") == "17. mai 2009"


def test_texts_add_up_by_language() -> None:
    assert (Text(nb="a", nn="b", en="c") + Text(nb="", nn="d", en="e")).to_dict() == {"nb": "a", "nn": "b d", "en": "c e"}


def test_every_label_is_text_in_every_language() -> None:
    from samvirke.vocabulary._terms import read_yaml

    labels = read_yaml("labels.yaml")
    entries = [
        *labels["columns"].values(),
        *labels["options"].values(),
        *labels["headings"].values(),
        *(one for own in labels["values"].values() for one in own.values()),
    ]
    assert [entry for entry in entries if not all(isinstance(entry[language], str) for language in ("nb", "nn", "en"))] == []
