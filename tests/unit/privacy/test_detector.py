"""Spans, packs and masks of the detector."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.privacy import PACKS, Detector, LocalePack, Pattern, Span
from tests.property.secrets import ANY_SECRET, Planted

DETECTOR = Detector()
FRAGMENTS = (
    *(
        "a",
        "1",
        "-",
        ".",
        "@",
        " ",
        ":",
        "/",
        "sk-",
        "eyJ",
        "a@",
        "a.",
        "1.",
        "1-",
        "1 ",
        "+1",
        "(1",
    ),
    *("password=", "://", "a://", "::", "0:", "Bearer ", "-----BEGIN PRIVATE KEY-----", '"', "\\n"),
    *("phone ", "GB82", "4111 ", "http://localhost/", "a:a@", "%40", "cookie: ", "'", "\n"),
)
NOISE = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)


@given(st.lists(ANY_SECRET | NOISE.map(lambda text: Planted("", text, text)), max_size=6))
def test_spans_stand_in_order_without_overlap(parts: list[Planted]) -> None:
    """Each span has a length and begins where the one before it has ended, or later."""
    text = " ".join(part.text for part in parts)
    edges = [edge for span in DETECTOR.find(text) for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(span.start < span.end <= len(text) for span in DETECTOR.find(text))


@given(st.lists(ANY_SECRET, max_size=4), NOISE)
def test_masked_text_stays_as_it_is(secrets: list[Planted], noise: str) -> None:
    """Redacting twice gives what redacting once does."""
    once = DETECTOR.redact("\n".join([*(secret.text for secret in secrets), noise]))
    assert DETECTOR.redact(once) == once


@given(ANY_SECRET, st.sampled_from(["", " ", "\n", '"', "(", ">", "\t", "\\n", "=", ",", "ü"]))
def test_what_stands_before_hides_nothing(secret: Planted, before: str) -> None:
    """A secret is masked whatever mark or blank stands before it."""
    assert secret.needle not in DETECTOR.redact(f"{before}{secret.text}")


def test_the_longest_wins() -> None:
    """Of a card number and the e-mail address that it begins, the address is found."""
    assert DETECTOR.find("4111111111111111@a.com") == (Span(0, 22, "EMAIL"),)


def test_a_rejected_candidate_hides_no_other() -> None:
    """Where the first pattern's check fails, the others are tried at the same place."""
    words = LocalePack("x", (Pattern("NO", "ab", confirm=lambda *_: None), Pattern("YES", "a")))
    assert Detector((words,)).find("ab") == (Span(0, 1, "YES"),)


def test_packs_add_types() -> None:
    """A pack given to the detector is found beside those of the project."""
    badge = LocalePack("badges", (Pattern("BADGE", r"B-[0-9]{4}"),))
    assert Detector((*PACKS, badge)).redact("B-1234 a@b.com") == "[BADGE] [EMAIL]"


def test_a_type_can_be_left_out() -> None:
    """Without URLs, the e-mail address in one is found all the same."""
    detector = Detector(without=("URL",))
    assert detector.redact("https://x.com/?to=a@b.com") == "https://x.com/?to=[EMAIL]"


def test_a_label_is_read_with_its_text() -> None:
    """The same digits are a number under `phone` and nothing without it."""
    assert (DETECTOR.redact("467 3395", "phone"), DETECTOR.redact("467 3395")) == (
        "[PHONE]",
        "467 3395",
    )


@pytest.mark.parametrize("label", ["password", "db_password", "X-Api-Key", "apiKey", "token"])
def test_nothing_is_shown_under_the_name_of_a_secret(label: str) -> None:
    """Any text under such a label is masked whole."""
    assert DETECTOR.redact("plain words", label) == "[SECRET]"


@pytest.mark.parametrize("label", ["tokens", "max_tokens", "secretary", "passage", "idempotency"])
def test_other_names_hide_nothing(label: str) -> None:
    """A name that only contains a secret's is no secret's."""
    assert DETECTOR.redact("plain words", label) == "plain words"


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_long_runs_cost_linear_work(fragment: str) -> None:
    """A text of 200,000 characters made to mislead is read within the test's time limit."""
    text = fragment * (200_000 // len(fragment))
    assert len(DETECTOR.redact(text)) <= 10 * len(text)


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=2, max_size=4).map("".join))
def test_candidates_are_bounded(fragment: str) -> None:
    """No place of a text is checked twice by one pattern."""
    seen: list[int] = []
    counting = Pattern(
        "X", r"[\w.@:+ -]{1,32}", confirm=lambda _text, start, _end: seen.append(start)
    )
    Detector((*PACKS, LocalePack("count", (counting,)))).find(fragment * 20)
    assert len(seen) == len(set(seen))
