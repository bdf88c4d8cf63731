"""An agent of somebody's own, on the `openai` client: asks, adds, answers."""

import json

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Adds two numbers.",
            "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}},
        },
    }
]


def ask(client, question, *, stream=False):
    """Converse until an answer comes."""
    messages = [{"role": "system", "content": "You add."}, {"role": "user", "content": question}]
    while True:
        said = client.chat.completions.create(
            model="m", messages=messages, tools=TOOLS, stream=stream
        )
        message = gathered(said) if stream else said.choices[0].message.model_dump()
        messages.append(message)
        if not message["tool_calls"]:
            return message["content"]
        for call in message["tool_calls"]:
            numbers = json.loads(call["function"]["arguments"])
            text = json.dumps({"sum": sum(numbers.values())})
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": text})


def gathered(stream):
    """The message that a stream comes to."""
    text, calls = "", []
    for chunk in stream:
        delta = chunk.choices[0].delta if chunk.choices else None
        text += (delta and delta.content) or ""
        for part in (delta and delta.tool_calls) or ():
            if part.id:
                function = {"name": part.function.name, "arguments": ""}
                calls.append({"id": part.id, "type": "function", "function": function})
            calls[-1]["function"]["arguments"] += part.function.arguments or ""
    return {"role": "assistant", "content": text, "tool_calls": calls}
