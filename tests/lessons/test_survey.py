"""The published shares in a picture."""

from pages.lessons import survey
from tests.lessons.drawn import check, told, traces, values


def test_the_reference_shows_the_published_shares():
    picture = survey.picture()
    check(picture)
    drawn = traces(picture[0])
    assert values(drawn["people who borrow to trade"], "x").max() == survey.BENCHMARK["margin"]
    assert values(drawn["other investors"], "x").max() == survey.BENCHMARK["others"]
    told(picture, "people who borrow to trade", "other investors", "15\xa0%", "31\xa0%")
