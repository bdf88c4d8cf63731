"""Facts with what is personal or secret in them masked."""

from engine.contracts import Exchange, Step, canonical, digest, user
from engine.interchange.jsonl import write_line
from engine.interchange.masking import Masker
from engine.replay import Recording
from tests.unit.interchange.lines import EPISODE, episode_line, run_line
from tests.unit.store import facts

MAIL = "mia@example.com"


def test_texts_and_data_are_masked() -> None:
    """In arguments of calls, in requests and results, wherever they stand."""
    masked = write_line(Masker().line(episode_line())).decode()
    assert MAIL in write_line(episode_line()).decode()
    assert MAIL not in masked
    assert "[EMAIL]" in masked


def test_what_holds_nothing_is_the_same() -> None:
    """A fact without a find is the fact itself, digests and all."""
    step = facts.step(state_hash="0" * 32)
    assert Masker().fact(step) is step
    assert Masker().line(run_line()) == run_line()


def test_ids_and_numbers_stay() -> None:
    """An episode is found and counted as before."""
    before, after = episode_line(), Masker().line(episode_line())
    assert [s.span_id for s in after.steps] == [s.span_id for s in before.steps]
    assert after.episode_id == EPISODE
    assert (after.exchanges[1].name, after.steps[1].usage) == ("find", before.steps[1].usage)


def test_digests_do_not_give_away_what_was_masked() -> None:
    """A request's is made anew; a state's is left out."""
    masker = Masker()
    exchange = masker.fact(facts.exchange(request={"say": MAIL}))
    step = masker.fact(facts.step(messages=(user(MAIL),), state_hash="1" * 32))
    assert isinstance(exchange, Exchange)
    assert exchange.request_hash == digest(canonical({"say": "[EMAIL]"}))
    assert isinstance(step, Step)
    assert step.state_hash == ""


def test_a_masked_episode_is_not_replayed() -> None:
    """It says that it was masked, so that no divergence is made of that."""
    masker = Masker()
    spoken = facts.step(messages=(user(MAIL),))
    for some in ([facts.episode(answer=MAIL), facts.step()], [facts.episode(), spoken]):
        assert "masked" in Recording.of(map(masker.fact, some)).missing()
    asked = facts.exchange()
    assert Recording.of(map(masker.fact, [facts.episode(), facts.step(), asked])).missing() == ""
