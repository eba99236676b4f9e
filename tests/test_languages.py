"""A report in a language that nobody codes is told so and counted, and no English report is taken for one."""

from __future__ import annotations

import json
from pathlib import Path

import py3langid
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.detector import have_detector
from tasks.language import CODED
from tasks.language.coded import coded, not_coded, not_coded_line
from tasks.language.detection import language_of
from tasks.vocabularies import load

ITEMS = {
    "fr": "Des hommes armés ont attaqué un village dans la nuit de samedi à dimanche, tuant au moins douze civils. Le "
    "gouverneur a condamné l'attaque.",
    "es": "Hombres armados atacaron una comisaría en el departamento del Cauca, matando a tres policías. El gobierno "
    "condenó el ataque.",
    "pt": "Insurgentes atacaram na quarta-feira uma aldeia no distrito de Nangade, matando sete pessoas. A polícia "
    "confirmou o ataque.",
    "ar": "قتل ثلاثة جنود في هجوم مسلح على نقطة تفتيش شمال مدينة الموصل يوم الثلاثاء. وأعلنت الشرطة اعتقال اثنين.",
    "ru": "Трое военных погибли в результате обстрела посёлка в Донецкой области. Об этом сообщил губернатор.",
    "uk": "Троє військових загинули внаслідок обстрілу селища на Донеччині. Про це повідомив голова адміністрації.",
    "de": "Bei einem Angriff auf einen Polizeiposten sind am Montag mindestens zehn Menschen getötet worden. Die "
    "Taliban bekannten sich zu der Tat.",
    "sw": "Watu wenye silaha waliwaua wanajeshi watatu karibu na mji wa Goma siku ya Jumatatu. Msemaji wa jeshi "
    "alithibitisha shambulio hilo.",
}
PARAGRAPHS = {
    "fr": "Kinshasa, 12 mars 2024 (ACP) - Les rebelles du M23 ont pris le contrôle de la localité de Nyanzale, dans le "
    "territoire de Rutshuru, à l'issue de violents combats avec les Forces armées de la République démocratique du "
    "Congo. Selon des sources locales, au moins quinze personnes ont été tuées. Le porte-parole de l'armée a affirmé "
    "que les militaires avaient opéré un repli stratégique, a rapporté The New York Times.",
    "es": "Bogotá, 3 may (EFE).- Al menos cinco soldados murieron este lunes en un ataque con explosivos atribuido a "
    "disidencias de las FARC en el departamento de Arauca, informaron fuentes militares. El comandante de la brigada "
    "dijo que las tropas persiguen a los responsables en la zona rural de Tame.",
    "pt": "Maputo, 8 Jun (Lusa) - Pelo menos sete pessoas morreram num ataque atribuído a insurgentes na província de "
    "Cabo Delgado, disse hoje fonte da administração local. Os atacantes incendiaram casas e saquearam barracas antes "
    "de fugirem para a mata, segundo moradores que abandonaram a aldeia durante a noite.",
}
ENGLISH = {
    "in capitals": "SANAA (AP) -- SUSPECTED AL-QAIDA MILITANTS ATTACKED A CHECKPOINT IN HADRAMAWT ON MONDAY, KILLING "
    "SIX SOLDIERS, OFFICIALS SAID.",
    "capitals and names": "BUJUMBURA, NDAYISHIMIYE, NKURUNZIZA, CNDD-FDD, BUBANZA, CIBITOKE: GUNMEN KILL SIX",
    "a headline": "Taliban storm Afghan police post, kill 10",
    "a headline of names": "Vladimir Putin Portugal expels Diplomats",
    "a short item": "On 11 September, rebels killed 4 policemen on Route 7 near Kasese.",
    "Afghan names": "Gulbuddin Hekmatyar, Abdul Rashid Dostum, Atta Mohammad Noor, Ismail Khan, Mohammad Mohaqiq and "
    "Karim Khalili met Ashraf Ghani in Mazar-e Sharif, Balkh.",
    "French names": "General Abdourahamane Tchiani, Colonel Assimi Goïta, Capitaine Ibrahim Traoré sign Liptako-Gourma "
    "charter, Bamako",
    "Vietnamese names": "Nguyễn Văn Thiệu and Dương Văn Minh met Phạm Văn Đồng near Đà Nẵng; Lê Đức Thọ was absent.",
    "Spanish names": "Subcomandante Marcos, Ejército Zapatista de Liberación Nacional, Partido Revolucionario "
    "Institucional clash in San Cristóbal de las Casas, Chiapas",
    "Somali names": "Al-Shabaab kill Abdirahman Mohamed Hussein, Hassan Sheikh Abdullahi, Mohamud Ali Warsame, Jamaal "
    "Cabdi Guuleed in Baidoa",
    "numbers": "2824, 2782, 2760, 2740, 2739, 2749, 2758, 2771, 2790, 2801, 2815, 2824, 2782, 2760, 2740, 2739",
    "a title": "PEMBA, Mozambique (Feb. 3)",
    "half French": "At least three soldiers were killed in an ambush near Menaka on Thursday, the army said. Trois "
    "soldats ont été tués jeudi dans une embuscade près de Ménaka, a annoncé l'armée malienne.",
    "mostly French": "Les Forces armées de la République démocratique du Congo ont repoussé une attaque. Un "
    "porte-parole a déclaré que dix assaillants avaient été tués et que le calme était revenu dans la localité. Rebels "
    "attacked a village near Goma on Monday and killed ten civilians, the army said.",
    "nothing": "...",
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text"),
    [*ITEMS.items(), *PARAGRAPHS.items(), *((code, text.upper()) for code, text in (ITEMS | PARAGRAPHS).items())],
)
def test_another_language_is_known_from_two_sentences_on(code: str, text: str) -> None:
    assert language_of(None, text) == code


@pytest.mark.parametrize("text", ENGLISH.values(), ids=ENGLISH)
def test_no_english_is_taken_for_another_language(text: str) -> None:
    assert language_of(None, text) in ("en", None)
    assert language_of(None, text + "\n" + text) in ("en", None)


def test_a_long_text_that_begins_in_another_language_is_in_two() -> None:
    english = "The rebels attacked the town and its garrison on Monday, and the army said that they were driven back. "
    assert language_of(None, PARAGRAPHS["fr"] * 6 + english * 40) is None


@pytest.mark.parametrize(
    ("declared", "code"),
    [("fr", "fr"), ("FR_cd", "fr"), (" pt-BR", "pt"), ("French", "en"), ("xx", "en"), ("", "en"), (None, "en")],
)
def test_a_declared_language_holds_where_it_is_a_code(declared: str | None, code: str) -> None:
    assert language_of(declared, "The army said on Monday that it had taken the town from the rebels.") == code


def test_an_unknown_language_is_coded_as_english() -> None:
    rows = pa.table({"language_code": pa.array(["fr", None, "en", "fr", "es"], pa.string())})
    assert coded(rows)["language_code"].to_pylist() == [None, "en"]
    assert not_coded(rows) == {"es": 1, "fr": 2}
    assert not_coded(rows.slice(1, 2)) == {}


def test_what_is_not_coded_in_words() -> None:
    assert not_coded_line({}) == ""
    assert not_coded_line({"fr": 3}) == "3 documents in fr not coded"
    assert not_coded_line({"fr": 3, "es": 1, "ru": 1200}) == (
        "1 document in es, 3 documents in fr and 1,200 documents in ru not coded"
    )


def test_the_languages_of_sources_are_codes() -> None:
    for code in load("sources")["language_code"].dropna():
        assert language_of(code, "") == code


@given(st.text(max_size=200))
def test_any_text_has_a_language_or_none(text: str) -> None:
    code = language_of(None, text)
    assert code is None or (code.isalpha() and len(code) in (2, 3))


def test_what_is_not_coded_is_counted_from_extract_to_the_page(
    plain_flows: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.run import run
    from tasks.reading.show import release_lines

    assert CODED == ("en",)
    texts = tmp_path / "texts"
    texts.mkdir()
    for code in ("fr", "es"):
        (texts / f"{code}.txt").write_text(PARAGRAPHS[code])
    (texts / "en.txt").write_text("Rebels attacked the town of Sake on 3 March 2024 and killed ten civilians.")
    (texts / "declared.json").write_text(
        json.dumps({"id": "declared", "language": "fr", "text": "Rebels attacked Goma and killed ten civilians."})
    )
    done = run([str(texts)], data=str(tmp_path / "data"))
    told = "1 document in es and 2 documents in fr not coded"
    assert done["extract"]["not_coded"] == told
    assert f", {told} (" in capsys.readouterr().out
    release = tmp_path / "data" / "releases" / "latest"
    assert set(pq.read_table(release / "mentions.parquet")["external_id"].to_pylist()) == {"en"}
    documents = pq.read_table(release / "documents.parquet").to_pylist()
    assert {row["external_id"]: row["language_code"] for row in documents} == {
        "fr": "fr", "es": "es", "en": "en", "declared": "fr",
    }  # fmt: skip
    assert json.loads((release / "manifest.json").read_text())["not_coded"] == {"es": 1, "fr": 2}
    assert told in (release / "report.html").read_text()
    assert f"  {told}" in list(release_lines(release))


def test_the_detector_is_kept_unpacked_and_made_again_where_it_is_spoiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [py3langid.rank(text) for text in PARAGRAPHS.values()]
    monkeypatch.setenv("SITREP_HOME", str(tmp_path))
    for _ in range(3):
        monkeypatch.setattr(py3langid.langid, "IDENTIFIER", None)
        have_detector()
        assert [py3langid.rank(text) for text in PARAGRAPHS.values()] == expected
        [kept] = (tmp_path / "data" / "_resources").glob("languages-*.npz")
        kept.write_bytes(kept.read_bytes()[:1000])
