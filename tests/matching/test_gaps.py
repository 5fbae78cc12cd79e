"""What is missing when nobody fits, and who would be added without one rule."""

from dataclasses import replace

from matching import Matcher, Need, Profile, Rule, reasons


def test_a_gap_counts_who_could_and_what_stands_in_the_way(matcher: Matcher, homepage: Need) -> None:
    ranking = matcher.rank(replace(homepage, slots=frozenset({"sun-morning"})))
    (gap,) = ranking.gaps
    assert (gap.topic, gap.holders, gap.open) == ("website", 1, 0)
    assert gap.removed == {Rule.TIME: 1}
    assert reasons.gap(gap, "Website") == [
        "Eine Person kennt sich mit „Website“ aus, aber sie kann hier nicht helfen.",
        "Eine Person hat zu anderen Zeiten Zeit.",
    ]


def test_a_topic_that_nobody_holds_is_a_gap_without_holders(people: list[Profile], matcher: Matcher) -> None:
    others = Matcher(matcher.catalogue).fit(people[1:])
    (gap,) = others.rank(Need("n", "Unsere Homepage ist uralt", topics=("website",))).gaps
    assert (gap.topic, gap.holders) == ("website", 0)


def test_there_is_no_gap_where_somebody_fits(matcher: Matcher, homepage: Need) -> None:
    assert matcher.rank(homepage).gaps == ()


def test_without_one_rule_those_who_come_near_are_named(matcher: Matcher, homepage: Need) -> None:
    late = replace(homepage, slots=frozenset({"sun-morning"}))
    found = matcher.what_ifs(late)
    assert [match.profile_id for match in found[Rule.TIME]] == ["ada"]
    assert matcher.what_if(late, "time")[0].profile_id == "ada"
    assert matcher.what_ifs(homepage) == {}


def test_the_weaker_component_is_named(matcher: Matcher, homepage: Need) -> None:
    first, *others = matcher.rank(homepage).matches
    assert reasons.weaker(others[-1], first) == "Passt fachlich weniger."
    assert reasons.weaker(first, others[-1]) == ""


def test_a_name_in_the_title_that_nobody_knows_is_missing_although_the_topic_is_held(
    matcher: Matcher, people: list[Profile]
) -> None:
    """A brand or technique is told from the topic in general; what is said in the text is no such name."""
    asked = Need("n", "Homepage mit Zenario7", "Unsere Homepage ist uralt.")
    found = matcher.rank(asked)
    assert found.nobody and found.uncertain and found.missing == ("website",)
    assert found.unknown == ("Zenario7",), "as the title writes it"
    knows = replace(people[0], id="knows", about=people[0].about + " Ich kenne Zenario7.")
    fitted = Matcher(matcher.catalogue).fit([*people, knows])
    assert not fitted.rank(asked).nobody and not fitted.rank(asked).unknown
    assert fitted.rank(replace(asked, excluded_profiles=frozenset({"knows"}))).nobody
    for title in ("Homepage", "HOMEPAGE ZENARIO", "Homepage für den TSV", "Homepage mit WordPress und PHP"):
        assert not matcher.rank(replace(asked, title=title, description="Zenario7 " + asked.description)).nobody


def test_a_thing_that_nobody_knows_is_named_only_where_the_ranking_is_in_doubt(
    matcher: Matcher, people: list[Profile], homepage: Need
) -> None:
    """As a verdict it would be wrong too often: a homepage for an ice cream parlour is a homepage."""
    strange = Need("n", "Lochkartenleser aus Wendthagen", "Es brummt und keiner weiß Rat.")
    assert matcher.rank(strange).unknown == ("Lochkartenleser",)
    knows = replace(people[0], id="knows", about="Ich habe noch Lochkartenleser gebaut.")
    assert Matcher(matcher.catalogue).fit([*people, knows]).rank(strange).unknown == ()
    sure = matcher.rank(replace(homepage, title="Homepage für das Quittenfest"))
    assert not sure.uncertain and sure.unknown == ()


def test_nobody_fits_where_most_things_of_a_request_are_unknown_although_the_topic_is_held(
    matcher: Matcher, people: list[Profile]
) -> None:
    """What is asked for by name decides, not that somebody knows the field in general."""
    text = "Die Quarzelanlage im Wimmelhaus soll mit dem Krumpfregler auf die Seite."
    asked = Need("n", "Quarzelanlage", text, topics=("website",))
    assert matcher.rank(asked).nobody
    knows = replace(people[0], id="knows", about=people[0].about + " Quarzelanlagen, Wimmelhaus, Krumpfregler.")
    fitted = Matcher(matcher.catalogue).fit([*people, knows])
    assert not fitted.rank(asked).nobody
    assert fitted.rank(replace(asked, excluded_profiles=frozenset({"knows"}))).nobody, "who cannot does not count"
