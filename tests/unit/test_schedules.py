"""
Schedules: the words of the documents and their ordinary variants become EDTF and an envelope, or an error.
"""

from datetime import date

import pytest
from edtf import parse_edtf

from loaders.schedules import Schedule, ScheduleError, edtf, parse

DOCUMENTS = [
    ("10/2022–5/2023", "sv", "2022-10/2023-05", "2022-10-01", "2023-05-31", "month"),
    ("2023", "sv", "2023", "2023-01-01", "2023-12-31", "year"),
    ("2023 ->", "sv", "2023/..", "2023-01-01", None, "year"),
    ("2022 ->", "sv", "2022/..", "2022-01-01", None, "year"),
    ("10/2022 ->", "sv", "2022-10/..", "2022-10-01", None, "month"),
    ("2021–2023", "sv", "2021/2023", "2021-01-01", "2023-12-31", "year"),
    ("2020-2023", "fi", "2020/2023", "2020-01-01", "2023-12-31", "year"),
    ("Början av 2023", "sv", "2023-01~/2023-04~", "2023-01-01", "2023-04-30", "part-of-year"),
    ("Slutet av 2022 och början av 2023", "sv", "2022-09~/2023-04~", "2022-09-01", "2023-04-30", "part-of-year"),
    ("12/2022– 5/2023", "sv", "2022-12/2023-05", "2022-12-01", "2023-05-31", "month"),
    ("10/2022-3/2023", "sv", "2022-10/2023-03", "2022-10-01", "2023-03-31", "month"),
    ("9/2022-5/2023", "sv", "2022-09/2023-05", "2022-09-01", "2023-05-31", "month"),
    ("9/2022–2/2023", "sv", "2022-09/2023-02", "2022-09-01", "2023-02-28", "month"),
    ("hösten 2023", "sv", "2023-23", "2023-09-01", "2023-11-30", "season"),
    ("i september 2020", "sv", "2020-09", "2020-09-01", "2020-09-30", "month"),
    ("i januari 2021", "sv", "2021-01", "2021-01-01", "2021-01-31", "month"),
    ("våren 2021", "sv", "2021-21", "2021-03-01", "2021-05-31", "season"),
    ("i mars 2022", "sv", "2022-03", "2022-03-01", "2022-03-31", "month"),
    ("hösten 2021", "sv", "2021-23", "2021-09-01", "2021-11-30", "season"),
    ("senast hösten 2022", "sv", "2022-23", None, "2022-11-30", "season"),
    ("i juli 2020", "sv", "2020-07", "2020-07-01", "2020-07-31", "month"),
    ("in July 2020", "en", "2020-07", "2020-07-01", "2020-07-31", "month"),
    ("3/2018-5/2021", "fi", "2018-03/2021-05", "2018-03-01", "2021-05-31", "month"),
    ("3/20-5/2021", "fi", "2020-03/2021-05", "2020-03-01", "2021-05-31", "month"),
    ("ajalle 3/2020-5/2021", "fi", "2020-03/2021-05", "2020-03-01", "2021-05-31", "month"),
    ("1.3.2020-31.5.2021", "fi", "2020-03-01/2021-05-31", "2020-03-01", "2021-05-31", "day"),
    ("vuosille 2018-2019", "fi", "2018/2019", "2018-01-01", "2019-12-31", "year"),
    ("heinäkuussa 2020", "fi", "2020-07", "2020-07-01", "2020-07-31", "month"),
    ("syksyllä 2020", "fi", "2020-23", "2020-09-01", "2020-11-30", "season"),
    ("keväällä 2020", "fi", "2020-21", "2020-03-01", "2020-05-31", "season"),
    ("kesällä 2020", "fi", "2020-22", "2020-06-01", "2020-08-31", "season"),
    ("12/2020 saakka", "fi", "../2020-12", None, "2020-12-31", "month"),
    ("5/2021 saakka", "fi", "../2021-05", None, "2021-05-31", "month"),
    ("5/2021 eteenpäin", "fi", "2021-05/..", "2021-05-01", None, "month"),
    ("v. 2020 aikana", "fi", "2020", "2020-01-01", "2020-12-31", "year"),
    ("vuoteen 2030 mennessä", "fi", "../2030", None, "2030-12-31", "year"),
    ("2030 mennessä", "fi", "../2030", None, "2030-12-31", "year"),
    ("ajalla 2020-2023", "fi", "2020/2023", "2020-01-01", "2023-12-31", "year"),
    ("6-9/2019", "fi", "2019-06/2019-09", "2019-06-01", "2019-09-30", "month"),
    ("11/2019", "fi", "2019-11", "2019-11-01", "2019-11-30", "month"),
    ("1-2/2020", "fi", "2020-01/2020-02", "2020-01-01", "2020-02-29", "month"),
    ("25.2.–10.3.2020", "fi", "2020-02-25/2020-03-10", "2020-02-25", "2020-03-10", "day"),
    ("25.2.–10.3.2020 välisenä aikana", "fi", "2020-02-25/2020-03-10", "2020-02-25", "2020-03-10", "day"),
    ("29.6.2020", "fi", "2020-06-29", "2020-06-29", "2020-06-29", "day"),
    ("14.11.2019", "fi", "2019-11-14", "2019-11-14", "2019-11-14", "day"),
]
VARIANTS = [
    ("från och med 2023", "sv", "2023/.."),
    ("fr.o.m. 10/2022", "sv", "2022-10/.."),
    ("2023 framåt", "sv", "2023/.."),
    ("t.o.m. 5/2021", "sv", "../2021-05"),
    ("senast 31.12.2022", "sv", "../2022-12-31"),
    ("senast i slutet av 2022", "sv", "../2022"),
    ("mars–maj 2023", "sv", "2023-03/2023-05"),
    ("oktober 2022 till maj 2023", "sv", "2022-10/2023-05"),
    ("mellan 1.3.2020 och 31.5.2021", "sv", "2020-03-01/2021-05-31"),
    ("den 1 mars 2020", "sv", "2020-03-01"),
    ("1–5 mars 2020", "sv", "2020-03-01/2020-03-05"),
    ("under 2023", "sv", "2023"),
    ("mitten av 2022", "sv", "2022-05~/2022-08~"),
    ("hösten 2021–våren 2022", "sv", "2021-09~/2022-05~"),
    ("första halvåret 2023", "sv", "2023-01/2023-06"),
    ("vecka 12 2023", "sv", "2023-03-20/2023-03-26"),
    ("vuodesta 2023 alkaen", "fi", "2023/.."),
    ("maaliskuusta toukokuuhun 2020", "fi", "2020-03/2020-05"),
    ("maalis–toukokuussa 2023", "fi", "2023-03/2023-05"),
    ("alkuvuodesta 2023", "fi", "2023-01~/2023-04~"),
    ("vuoden 2022 lopussa", "fi", "2022-09~/2022-12~"),
    ("vuoden 2022 loppuun mennessä", "fi", "../2022"),
    ("toukokuun 2021 loppuun", "fi", "../2021-05"),
    ("kevään 2021 aikana", "fi", "2021-21"),
    ("1. maaliskuuta 2020", "fi", "2020-03-01"),
    ("1.–5.3.2020", "fi", "2020-03-01/2020-03-05"),
    ("kevät–syksy 2020", "fi", "2020-03~/2020-11~"),
    ("3. vuosineljännes 2023", "fi", "2023-07/2023-09"),
    ("Q1 2023", "fi", "2023-01/2023-03"),
    ("March to May 2023", "en", "2023-03/2023-05"),
    ("from March 2020 until May 2021", "en", "2020-03/2021-05"),
    ("by the end of 2022", "en", "../2022"),
    ("since 2021", "en", "2021/.."),
    ("early 2023", "en", "2023-01~/2023-04~"),
    ("autumn 2022", "en", "2022-23"),
    ("1 March 2020", "en", "2020-03-01"),
    ("2023-04", "fi", "2023-04"),
    ("2023-04-01/2023-05-31", "sv", "2023-04-01/2023-05-31"),
    ("2022-10 – 2023-05", "en", "2022-10/2023-05"),
    ("2023/..", "fi", "2023/.."),
    ("2018–19", "fi", "2018/2019"),
    ("10/2022–5/23", "fi", "2022-10/2023-05"),
    ("2022->2023", "sv", "2022/2023"),
    ("noin 2022–2023", "fi", "2022~/2023"),
    ("senast 1.3.–5.3.2020", "sv", "2020-03-01/2020-03-05"),
    ("(2023 ->)", "fi", "2023/.."),
    ("2023,", "fi", "2023"),
    ("( hösten 2021 )", "sv", "2021-23"),
    ("2020–23", "fi", "2020/2023"),
    ("10/2022→", "fi", "2022-10/.."),
    ("2020 –", "fi", "2020/.."),
    ("10 / 2022 — 5 / 2023", "fi", "2022-10/2023-05"),
    ("10/2022\u00a0\u2012\u00a05/2023", "sv", "2022-10/2023-05"),
    ("HÖSTEN 2021", "sv", "2021-23"),
    ("ho\u0308sten 2021", "sv", "2021-23"),
    ("vuodesta 2022", "fi", "2022/.."),
    ("syksystä 2022", "fi", "2022-09~/.."),
    ("tammikuusta 2022", "fi", "2022-01/.."),
    ("vuoden 2022 alusta", "fi", "2022-01~/.."),
    ("vuoden 2022 alusta alkaen", "fi", "2022-01~/.."),
    ("vuodesta 2022 vuoteen 2025", "fi", "2022/2025"),
    ("alkuvuonna 2023", "fi", "2023-01~/2023-04~"),
    ("vuoden 2022 puoliväliin mennessä", "fi", "../2022-08~"),
    ("1. vuosipuolisko 2022", "fi", "2022-01/2022-06"),
    ("vuoden 2022 jälkipuolisko", "fi", "2022-07/2022-12"),
    ("kolmas kvartaali 2022", "fi", "2022-07/2022-09"),
    ("vk 12-14/2022", "fi", "2022-03-21/2022-04-10"),
    ("noin 2023", "fi", "2023~"),
    ("3.2022", "fi", "2022-03"),
    ("1 maaliskuuta 2022", "fi", "2022-03-01"),
    ("vv. 2021–2023", "fi", "2021/2023"),
    ("från början av 2023", "sv", "2023-01~/.."),
    ("vid början av 2022", "sv", "2022-01~/2022-04~"),
    ("senast före utgången av 2023", "sv", "../2023"),
    ("2022 och framåt", "sv", "2022/.."),
    ("tredje kvartalet 2022", "sv", "2022-07/2022-09"),
    ("andra hälften av 2022", "sv", "2022-07/2022-12"),
    ("veckorna 12–14 2022", "sv", "2022-03-21/2022-04-10"),
    ("senast veckorna 12–14 2022", "sv", "../2022-04-10"),
    ("cirka 3/2022", "sv", "2022-03~"),
    ("den 1–15 mars 2022", "sv", "2022-03-01/2022-03-15"),
    ("mitt i 2022", "sv", "2022-05~/2022-08~"),
    ("the third quarter of 2022", "en", "2022-07/2022-09"),
    ("2022 and onwards", "en", "2022/.."),
    ("weeks 12-14 of 2022", "en", "2022-03-21/2022-04-10"),
]
REFUSED = [
    ("14.11.", "fi", "the year is missing"),
    ("3/20", "fi", ""),
    ("2022–5/23", "fi", ""),
    ("10/2022–23", "fi", ""),
    ("vaalikauden loppuun mennessä", "fi", "the words name an event, not a date"),
    ("fram till slutet av valperioden", "sv", "the words name an event, not a date"),
    ("by the end of the parliamentary term", "en", "the words name an event, not a date"),
    ("2020-23", "fi", "it can be read in two ways"),
    ("2008–09", "fi", "it can be read in two ways"),
    ("31.4.2020", "fi", "there is no day 31.4.2020"),
    ("vuoteen 2030", "fi", "it can be read in two ways"),
    ("syksyyn 2022", "fi", "it can be read in two ways"),
    ("vuoden 2022 alkuun", "fi", "it can be read in two ways"),
    ("viikot 14–12/2022", "fi", "it ends before it starts"),
    ("viikot 52–54/2022", "fi", "the year 2022 has no week 54"),
    ("29.2.2021", "fi", "there is no day 29.2.2021"),
    ("29.2.1900", "fi", "there is no day 29.2.1900"),
    ("13/2022", "fi", "there is no month 13"),
    ("0/2022", "fi", "there is no month 0"),
    ("viikko 53/2021", "fi", "the year 2021 has no week 53"),
    ("5/2023–10/2022", "fi", "it ends before it starts"),
    ("2023–2021", "fi", "it ends before it starts"),
    ("25.11.–10.1.2021", "fi", "it ends before it starts"),
    ("våren och hösten 2021", "sv", "it names two times with a gap between them"),
    ("talvi 2020", "fi", "a winter lies in two years"),
    ("Början av 2023", "fi", "the words are Swedish"),
    ("syksyllä 2020", "sv", "the words are Finnish"),
    ("1.3.–31.5.", "fi", ""),
    ("20223", "fi", ""),
    ("1/3/2020", "en", ""),
    ("2/2023 2024", "fi", ""),
    ("pian", "fi", ""),
    ("loka.22", "fi", ""),
    ("Oct-22", "fi", ""),
    ("", "fi", "it is empty"),
    (" ", "fi", "it is empty"),
    ("-", "fi", ""),
    ("->", "fi", ""),
    ("9" * 5000, "fi", "it is too long"),
    ("3.-3.-" * 30, "fi", ""),
    ("2203", "fi", "the year 2203 is not between 1900 and 2199"),
]


@pytest.mark.parametrize(("words", "language", "value", "start", "end", "precision"), DOCUMENTS)
def test_wording_of_the_documents_is_read(words, language, value, start, end, precision):
    """Every wording of the documents gives the EDTF value, the envelope and the precision of the mapping table."""
    expected = Schedule(
        edtf=value,
        earliest_start=date.fromisoformat(start) if start else None,
        latest_end=date.fromisoformat(end) if end else None,
        precision=precision,
        open_ended=value.endswith("/.."),
        editorial="~" in value,
    )

    assert expected == parse(words, language)


@pytest.mark.parametrize(("words", "language", "value"), VARIANTS)
def test_ordinary_variant_is_read(words, language, value):
    """Ordinary variants in Finnish, Swedish, English and figures, with all kinds of dashes and spaces, are understood."""
    assert value == parse(words, language).edtf


@pytest.mark.parametrize(("words", "language", "value"), [row[:3] for row in DOCUMENTS] + VARIANTS)
def test_edtf_is_valid(words, language, value):
    """Every EDTF value is one for the EDTF library too."""
    parse_edtf(parse(words, language).edtf)

    assert value == str(parse_edtf(value)).replace("unknown", "")


@pytest.mark.parametrize(("words", "language", "value"), [row[:3] for row in DOCUMENTS] + VARIANTS)
def test_edtf_of_a_wording_reads_back(words, language, value):
    """The EDTF value of a wording, written in its place, is the same value with the same end."""
    read = edtf(value)

    assert (value, parse(words, language).latest_end) == (read.edtf, read.latest_end)


@pytest.mark.parametrize(("words", "language", "reason"), REFUSED)
def test_words_without_one_date_are_refused(words, language, reason):
    """Words that state no date, an impossible one or two at once are refused with the reason and what to write."""
    with pytest.raises(ScheduleError) as error:
        parse(words, language)

    accepted = str(error.value.accepted)

    assert (reason, True) == (str(error.value.reason or ""), accepted.startswith(("write ", "mark ", "name ")))


def test_error_lists_what_is_accepted():
    """An error about words that say nothing lists the accepted forms."""
    with pytest.raises(ScheduleError, match=r"10/2022–5/2023.*hösten 2021.*12/2020 saakka"):
        parse("sometime", "en")


def test_event_asks_for_the_event():
    """Words that name an event ask for the column of the event."""
    with pytest.raises(ScheduleError, match="deadline_event"):
        parse("vaalikauden loppuun mennessä", "fi")


def test_other_language_is_named():
    """Words of another language are refused with the mark that tells their language."""
    with pytest.raises(ScheduleError, match="Början av 2023@sv"):
        parse("Början av 2023", "fi")


@pytest.mark.parametrize(
    "value",
    [
        "2020-24",
        "2023-13",
        "2023/2021",
        "../..",
        "2021-21/2021-23",
        "201X",
        "y20200",
        "2023?",
        "/2020",
        "",
        "abc",
        "2023/",
    ],
)
def test_impossible_edtf_is_refused(value):
    """EDTF values that are impossible, reversed, seasonal in intervals or beyond our levels are refused."""
    with pytest.raises(ScheduleError, match="write EDTF such as"):
        edtf(value)
