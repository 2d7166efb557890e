"""How often somebody may ask, and how often somebody may guess."""

from periplus.web import limits
from periplus.web.limits import Attempts, TokenBuckets


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


def test_a_bucket_lets_a_burst_through_and_then_its_rate():
    clock = Hand()
    buckets = TokenBuckets(burst=3, per_s=2, now=clock)
    assert [buckets.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait_s("b") == 0, "another key has its own"
    clock.at += 0.5
    assert buckets.wait_s("a") == 0
    assert buckets.wait_s("a") > 0


def test_a_flood_of_keys_takes_no_memory(monkeypatch):
    monkeypatch.setattr(limits, "MOST_KEYS", 100)
    buckets, attempts = TokenBuckets(burst=1, per_s=1), Attempts()
    for key in range(1000):
        buckets.wait_s(key)
        attempts.wait_s(key)
    assert len(buckets._buckets) == len(attempts._tries) == 100


def test_the_sixth_guess_in_a_minute_waits_and_going_on_waits_longer():
    clock = Hand()
    attempts = Attempts(now=clock)
    waits = []
    for _ in range(4):
        while not (wait := attempts.wait_s("a")):
            pass
        waits.append(wait)
        clock.at += wait - 1
        assert attempts.wait_s("a") > 0, "the wait is kept to the end"
        clock.at += 1
    assert waits == [60, 120, 240, 480]


def test_five_guesses_a_minute_are_free_for_ever_and_success_forgets():
    clock = Hand()
    attempts = Attempts(now=clock)
    for _ in range(50):
        assert attempts.wait_s("a") == 0
        clock.at += 12.1
    for _ in range(20):
        assert attempts.wait_s("b") == 0
        attempts.succeeded("b")


def test_the_wait_ends_at_a_quarter_of_an_hour():
    clock = Hand()
    attempts = Attempts(now=clock)
    longest = 0.0
    for _ in range(200):
        wait = attempts.wait_s("a")
        longest = max(longest, wait)
        clock.at += wait
    assert longest == 900
