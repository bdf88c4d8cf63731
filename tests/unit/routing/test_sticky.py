"""Who is drawn for a trial."""

import subprocess
import sys

from engine.routing.sticky import sticky

KNOWN = 0.7028783542072122


def test_a_conversation_is_drawn_alike_in_every_process() -> None:
    """Whatever its hash seed; and in every version, or conversations would change sides."""
    told = "from engine.routing.sticky import sticky; print(sticky('c1', 'acme', 'talk-1'))"
    env = {"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)}
    other = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, check=True, text=True, env=env
    )
    assert float(other.stdout) == sticky("c1", "acme", "talk-1") == KNOWN


def test_tenant_and_conversation_do_not_run_together() -> None:
    """`ab` of `c` is another conversation than `b` of `ca`."""
    assert sticky("c1", "ca", "b") != sticky("c1", "c", "ab")


def test_shares_are_kept_and_trials_are_independent() -> None:
    """Of 20,000 conversations a tenth is below 0.1, and of those a tenth in another trial."""
    first = [sticky("c1", "acme", str(n)) < 0.1 for n in range(20_000)]
    second = [sticky("c2", "acme", str(n)) < 0.1 for n in range(20_000)]
    assert abs(sum(first) - 2_000) < 4 * 42.5  # standard deviations
    assert abs(sum(a and b for a, b in zip(first, second, strict=True)) - 200) < 4 * 14.1
