"""Language models behind one port: remote, embedded, scripted and recorded.

- `catalog` finds a model by name; `client` speaks to OpenAI-compatible endpoints, with `wire` and
  `wire_body` as its protocol and `faults` as its errors.
- `embedded` runs the local model's process, `llama_server` is that process's program.
- `tool_grammar` gives tool calls to a model that has none, with `answer_or_call` as the form of
  its replies and `tool_text` as the words; `voting` asks several times.
- `scripted`, `script_file` and `recorded` are the offline twins; `exchange` is a call as data.
- `overhear` lets a listener hear what any httpx client says, `overheard` reads model calls out of
  that, with `wire_request` as the protocol's other direction.
- `prices` says what a call costs, `list_prices` is the public price list.
"""
