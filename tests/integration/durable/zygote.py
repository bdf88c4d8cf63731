"""A process that has all imported and forks the processes of trials: one line in, one out."""

import json
import sys
import traceback

from tests.integration.durable.trip import Trial, run

for line in sys.stdin:
    given = json.loads(line)
    given["kills"], given["kills_s"] = tuple(given["kills"]), tuple(given["kills_s"])
    try:
        answer = run(Trial(**given))
    except Exception:  # noqa: BLE001 - told to the test
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
