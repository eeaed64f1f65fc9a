#!/usr/bin/env python3
"""An implementation of profile setup's checks and of the life of profiles, behind the protocol of dasdlab.

dasdlab run --sut 'cmd:python3 examples/python/adapter.py'
"""

import json
import sys

import life
import rules

PROTOCOL = 1


def answer(request):
    """The answer to a question, without its number; none after bye."""
    if "hello" in request:
        greeting = {"protocol": PROTOCOL, "name": "example in Python", "version": "1", "features": ["check", "life"]}
        return {"hello": greeting}
    if "check" in request:
        question = request["check"]
        return {"verdict": rules.check(question["observation"], question["profile"])}
    if "edit" in request:
        question = request["edit"]
        return life.edit(question["observation"], question["before"], question["wanted"])
    if "enter" in request:
        return life.enter()
    if "bye" in request:
        return None
    return {"error": f"a question that was not declared: {sorted(request)}"}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        try:
            said = answer(request)
        except Exception as error:  # whatever goes wrong costs this question, not the run
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            said = {"error": f"{type(error).__name__}: {error}"}
        if said is None:
            return
        print(json.dumps({"id": request["id"], **said}, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    main()
