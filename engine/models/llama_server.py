"""The program of the embedded model's process: serves one GGUF file until its input ends.

Arguments: path of the weights, name of the model, host, port (0 takes a free one), threads.
Prints the address once it answers. It ends when standard input closes, hence also when the
process that started it is killed.
"""

import os
import sys
from typing import Final

import xllamacpp

CONTEXT_TOKENS: Final = 4096  # prompts of the embedded tiers have a few hundred
PROMPT_CACHE_MIB: Final = 512  # prefixes of the agents that took turns


def main(path: str, name: str, host: str, port: str, threads: str) -> None:
    """Serve, then leave at once: requests in flight would hold up an orderly end for long."""
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {name}
    params.hostnames = [host]
    params.port = int(port)
    params.cpuparams.n_threads = int(threads)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1  # more slots gain nothing on a machine's few cores
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.cors_origins = f"http://{host}"  # no web page of another origin may use it
    params.endpoint_slots = False
    params.offline = True
    params.ui = False
    params.verbosity = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    _silence()
    sys.stdin.buffer.read()
    os._exit(0)


def _silence() -> None:
    """Nobody reads our output any more: a full pipe would stop the server."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
