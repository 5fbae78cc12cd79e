"""Several threads change one matcher and none of their changes is lost."""

import sys
from threading import Barrier, Thread

from matching import Catalogue, Matcher, Need, Profile


def test_changes_of_several_threads_are_all_there(catalogue: Catalogue, people: list[Profile]) -> None:
    matcher = Matcher(catalogue).fit(people)
    start, crowd = Barrier(4), 12
    before = sys.getswitchinterval()

    def work(number: int) -> None:
        start.wait()
        for at in range(crowd):
            matcher.update(Profile(f"{number}-{at}", about="Webseiten"))
            matcher.rank(Need("n", "Homepage"), 1)
        matcher.remove(f"{number}-0")

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    there = {match.profile_id for match in matcher.rank(Need("n", "Homepage")).matches}
    assert there >= {f"{number}-{at}" for number in range(4) for at in range(1, crowd)}
    assert not there & {f"{number}-0" for number in range(4)}
    assert len(matcher.people_) == len(people) + 4 * (crowd - 1)
