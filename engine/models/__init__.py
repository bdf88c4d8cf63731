"""Language models behind one port: remote, embedded, scripted and recorded.

`client` speaks to OpenAI-compatible endpoints, `wire` is its protocol as pure functions.
`embedded` serves the local model, `tool_grammar` and `voting` adapt any model.
`scripted` and `recorded` are the offline twins, `exchange` is a call as data.
`prices` says what a call costs, `catalog` finds a model by name.
"""
