"""Ranking: right people first, never somebody who cannot, shares that add up."""

from dataclasses import replace

import pytest

from matching import Band, Catalogue, InputError, Matcher, Need, Profile, Rule, reasons

TOPICS = {
    "Unsere Homepage ist uralt": "ada",
    "Wer schreibt uns die Rechnungen und führt die Buchhaltung?": "bert",
    "Das Wlan im Vereinsheim bricht ab": "cem",
    "Wir wollen ein Video vom Sommerfest schneiden": "dora",
    "Excelliste voller Dubletten": "emil",
    "Plakat fürs Konzert": "fee",
    "our wifi router is not working": "cem",
    "unsre hompage ist kaput": "ada",
}


@pytest.mark.parametrize(("text", "first"), TOPICS.items())
def test_the_right_person_comes_first(matcher: Matcher, text: str, first: str) -> None:
    assert matcher.rank(Need("n", description=text)).matches[0].profile_id == first


def test_shares_sum_to_the_score(matcher: Matcher, homepage: Need) -> None:
    for match in matcher.rank(homepage).matches:
        assert sum(share.value for share in match.shares) == pytest.approx(match.score, abs=1e-9)
        assert 0 <= match.score <= 1


BREAKS = [
    (Rule.INACTIVE, {"active": False}, {}),
    (Rule.CAPACITY, {"capacity_left": 0}, {}),
    (Rule.LANGUAGE, {"languages": frozenset({"tr"})}, {}),
    (Rule.MODE, {"modes": frozenset({"remote"})}, {}),
    (Rule.DISTANCE, {"latitude": 53.5}, {}),
    (Rule.ORG_KIND, {"org_kinds": frozenset({"business"})}, {}),
    (Rule.CONFLICT, {"excluded_organisations": frozenset({"sv"})}, {}),
    (Rule.TIME, {"slots": frozenset({"sun-morning"})}, {}),
    (Rule.EXCLUDED, {}, {"excluded_profiles": frozenset({"ada"})}),
    (Rule.CLEARANCE, {}, {"minors": True}),
    (Rule.LEVEL, {"topics": {"website": 1}}, {"topics": ("website",), "must_level": 2}),
]


@pytest.mark.parametrize(("rule", "person", "request_"), BREAKS, ids=[str(b[0]) for b in BREAKS])
def test_each_hard_rule_removes_and_is_named(
    people: list[Profile], matcher: Matcher, homepage: Need, rule: Rule, person: dict, request_: dict
) -> None:
    own = Matcher(matcher.catalogue).fit([replace(people[0], **person), *people[1:]])
    need = replace(homepage, **request_)
    ranking = own.rank(need)
    assert rule in ranking.removed_by_profile["ada"]
    assert rule in own.why_not(need, "ada")
    assert ranking.removed[rule] >= 1
    assert "ada" not in [match.profile_id for match in ranking.matches]
    if ranking.removed_by_profile["ada"] == (rule,):
        assert "ada" in [match.profile_id for match in own.what_if(need, rule)]


def test_reasons_read_like_a_colleague(matcher: Matcher, homepage: Need) -> None:
    match = matcher.rank(homepage).matches[0]
    german = reasons.sentences(match)
    assert german == [
        "Hat viel Erfahrung mit „Website und Homepage“.",
        "Erzählt im Profil von „Eine Website neu bauen“.",
        "Passt zu „Homepage“ in der Anfrage.",
        "Hat dienstags abends Zeit und wohnt im selben Ort.",
    ]
    assert reasons.sentences(match, "pilot") == [
        "Weil Sie viel Erfahrung mit „Website und Homepage“ haben und dienstags abends können.",
        "Es ist bei Ihnen im Ort.",
    ]
    assert reasons.sentences(match, "member") == [  # what she can do for them, not where she lives
        "Hat viel Erfahrung mit „Website und Homepage“.",
        "Erzählt im Profil von „Eine Website neu bauen“.",
        "Hat dienstags abends Zeit und kann zu Ihnen kommen.",
    ]
    assert reasons.sentences(match, "member", "en")[2] == "Is free on Tuesdays in the evening and can come to you."


WITNESSES = [
    ("Wir wollen ein Plakat für unser Konzert.", "fee", ("Plakat",)),
    ("Unser Router streikt, ein Plakat brauchen wir nicht.", "fee", ()),
    ("Plakatieren", "fee", ()),
    ("Excel ist zu schwer, das meiste klappt. WordPress können wir schon.", "emil", ("Excel",)),
    ("Die Webseiten laden langsam, der Router blinkt.", "cem", ("Router",)),
]


@pytest.mark.parametrize(("text", "key", "words"), WITNESSES)
def test_only_words_that_are_wanted_telling_and_said_by_the_person_are_shown(
    matcher: Matcher, text: str, key: str, words: tuple[str, ...]
) -> None:
    assert matcher.explain(Need("n", description=text), key).share("text").detail["words"] == words


def test_two_forms_of_a_word_are_one_reason(catalogue: Catalogue) -> None:
    hall = Profile("hall", about="Kartenverkauf und Platzreservierung für Veranstaltungen.")
    bills = Profile("bills", about="E-Rechnungen und Rechnungen schreibe ich.", topics={"accounting-invoicing": 3})
    matcher = Matcher(catalogue).fit([hall, bills])
    seats = Need("n", description="Welcher Platz ist weg? 180 Plätze.")
    assert matcher.explain(seats, "hall").share("text").detail["words"] == ("Platz",)
    invoice = Need("n", description="Wie geht die E-Rechnung? Unsere Rechnungen schreiben wir mit Word.")
    assert matcher.explain(invoice, "bills").share("text").detail["words"] == ("E-Rechnung",)


def test_a_sub_area_is_named_where_the_need_speaks_of_it_and_the_person_ticked_it(
    matcher: Matcher, people: list[Profile]
) -> None:
    ticked = replace(people[2], areas=frozenset({"hardware-network-wifi", "hardware-network-printer"}))
    need = Need("n", description="Im Saal bricht das WLAN ab, der Router steht im Keller.")
    match = Matcher(matcher.catalogue).fit([*people[:2], ticked]).rank(need).matches[0]
    assert reasons.sentences(match)[0] == "Hat viel Erfahrung mit „WLAN und Internet im Haus“."


def test_a_topic_and_its_field_that_the_profile_tells_of_are_one_sentence(matcher: Matcher) -> None:
    slides = Profile("slides", about="Ich digitalisiere alte Dias und Negative.")
    need = Need("n", "Alte Dias digitalisieren", "Auf dem Speicher stehen Kisten mit Dias und Negativen.")
    match = Matcher(matcher.catalogue).fit([slides]).rank(need).matches[0]
    told = [sentence for sentence in reasons.sentences(match, "member") if sentence.startswith("Erzählt im Profil")]
    assert len(told) == 1
    assert told[0].endswith(" und „Alte Aufnahmen und Fotoarchiv“.")


def test_two_who_hold_the_same_topic_are_told_apart_by_what_their_profiles_tell_of(matcher: Matcher) -> None:
    """Only the office reads that somebody's field is rather another one."""
    films = Profile("films", about="Ich drehe und schneide kurze Videos.", topics={"photo-video-audio": 3})
    slides = Profile("slides", about="Ich digitalisiere alte Dias und Negative.", topics={"photo-video-audio": 3})
    need = Need("n", "Alte Dias digitalisieren", "Auf dem Speicher stehen Kisten mit Dias und Negativen.")
    first, second = Matcher(matcher.catalogue).fit([films, slides]).rank(need).matches
    assert reasons.sentences(first)[1] == "Erzählt im Profil von „Alte Aufnahmen und Fotoarchiv“."
    assert reasons.sentences(second)[1] == "Erzählt im Profil eher von „Videos drehen und schneiden“."
    assert reasons.sentences(second, language="en")[1].startswith("Tells rather of “")
    assert not any("eher" in sentence for sentence in reasons.sentences(second, "member"))


def test_who_hardly_fits_is_said_to_know_something_else(matcher: Matcher) -> None:
    match = matcher.explain(Need("n", "Fahrer gesucht", "Vertretung für unseren Bäckerwagen, mit Führerschein."), "cem")
    assert match.band is Band.FAR
    assert reasons.sentences(match)[:2] == [
        "Fachlich spricht wenig dafür.",
        "Kennt sich eher mit „Computer, Drucker und WLAN“ aus.",
    ]
    assert reasons.sentences(match, language="en")[1] == "Knows more about “Hardware and network”."


def test_a_word_written_small_is_a_reason_only_as_the_catalogue_writes_it(catalogue: Catalogue) -> None:
    tells = catalogue.inference.tells
    assert tells("Blinder", 0.9) and tells("verschicken", 0.9) and not tells("blinder", 0.9)


def test_who_fits_little_is_given_no_words_and_the_pilot_reads_none(matcher: Matcher) -> None:
    need = Need("n", description="Wir möchten den Newsletter schicken, mit Listen.")
    for match in matcher.rank(need).matches:
        assert not any("Passt zu" in sentence for sentence in reasons.sentences(match, "pilot"))
        if match.band is Band.FAR:
            assert not any("Passt zu" in sentence for sentence in reasons.sentences(match))


def test_explain_agrees_with_rank(matcher: Matcher, homepage: Need) -> None:
    match = matcher.rank(homepage).matches[0]
    assert matcher.explain(homepage, match.profile_id) == match


@pytest.mark.parametrize("text", ["", "🙂🙂", "   ", "!!!"])
def test_an_empty_request_fits_nobody_for_sure(matcher: Matcher, text: str) -> None:
    ranking = matcher.rank(Need("n", description=text))
    assert ranking.nobody
    assert ranking.uncertain
    assert all(match.band is Band.FAR for match in ranking.matches)


def test_a_huge_text_and_foreign_letters_are_ranked(matcher: Matcher) -> None:
    assert matcher.rank(Need("n", description="Homepage " * 5000)).matches[0].profile_id == "ada"
    assert matcher.rank(Need("n", description="нам потрібен вебсайт")).matches[0].profile_id == "ada"


def test_a_topic_that_no_longer_exists_is_ignored(matcher: Matcher) -> None:
    assert matcher.rank(Need("n", "Homepage veraltet", topics=("fax",))).matches[0].profile_id == "ada"


def test_nobody_at_all(matcher: Matcher, homepage: Need) -> None:
    ranking = Matcher(matcher.catalogue).fit([]).rank(homepage)
    assert ranking.nobody
    assert ranking.matches == []
    assert ranking.missing == ("website",)


def test_everybody_on_leave_is_an_honest_nobody(people: list[Profile], matcher: Matcher, homepage: Need) -> None:
    away = Matcher(matcher.catalogue).fit([replace(p, active=False) for p in people])
    ranking = away.rank(homepage)
    assert ranking.nobody
    assert ranking.removed[Rule.INACTIVE] == len(people)


def test_identical_profiles_keep_the_order_of_their_ids(matcher: Matcher, people: list[Profile]) -> None:
    many = [replace(people[0], id=number) for number in (3, 1, 2, 0)]
    ranking = Matcher(matcher.catalogue).fit(many).rank(Need("n", "Homepage"))
    assert [match.profile_id for match in ranking.matches] == [0, 1, 2, 3]


BAD = [
    (Profile("x", radius_km=float("nan")), "profile x: radius_km"),
    (Profile("x", latitude=float("nan"), longitude=1.0), "profile x: latitude"),
    (Profile("x", latitude=1.0), "profile x: latitude and longitude"),
    (Profile("x", topics={"website": 9}), "profile x: topics"),
    (Profile("x", record=float("inf")), "profile x: record"),
    (Profile("x", modes=frozenset({"fax"})), "profile x: modes"),
    (Profile("x", about=None), "profile x: about"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("profile", "message"), BAD)
def test_a_broken_profile_is_named(matcher: Matcher, profile: Profile, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Matcher(matcher.catalogue).fit([profile])


def test_a_broken_need_is_named(matcher: Matcher) -> None:
    with pytest.raises(InputError, match="need n: mode"):
        matcher.rank(Need("n", mode="fax"))


def test_the_same_id_twice_is_refused(matcher: Matcher) -> None:
    with pytest.raises(InputError, match="profile x: id occurs twice"):
        Matcher(matcher.catalogue).fit([Profile("x"), Profile("x")])


@pytest.mark.parametrize("weights", [{"topics": 1.0}, dict.fromkeys(("topics", "text"), -1.0)])
def test_weights_that_make_no_sense_are_refused(matcher: Matcher, weights: dict[str, float]) -> None:
    with pytest.raises(InputError, match="weights"):
        Matcher(matcher.catalogue, weights).fit([])


def test_a_limit_cuts_the_same_ranking_ties_included(matcher: Matcher, people: list[Profile]) -> None:
    many = [replace(people[number % 2], id=number) for number in range(40)]
    fitted = Matcher(matcher.catalogue).fit(many)
    need = Need("n", "Homepage")
    for limit in (1, 3, 7, 25):
        cut, whole = fitted.rank(need, limit), fitted.rank(need)
        assert cut.matches == whole.matches[:limit]


def test_matches_are_a_list_that_is_made_when_looked_at(matcher: Matcher) -> None:
    many = [Profile(number, about="Webseiten mit WordPress", topics={"website": 2}) for number in range(60)]
    found = Matcher(matcher.catalogue).fit(many).rank(Need("n", "Homepage veraltet")).matches
    assert (len(found), found[-1].profile_id, found[30].profile_id) == (60, 59, 30)
    assert [match.profile_id for match in found] == list(range(60))
    assert found[20:30] == list(found)[20:30] and found == list(found) and found != found[1:]
    assert found[49].share("text").detail["words"] and not found[50].share("text").detail["words"]
    with pytest.raises(IndexError):
        found[60]
