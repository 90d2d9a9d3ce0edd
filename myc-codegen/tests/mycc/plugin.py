#!/usr/bin/env python3
"""A plugin that behaves as its option `do` says."""

import json
import os
import signal
import sys


def answer(files=(), diagnostics=()):
    named = [{"path": path, "content": content} for path, content in files]
    json.dump({"version": 1, "files": named, "diagnostics": list(diagnostics)}, sys.stdout)


def ask():
    return json.load(sys.stdin)


def main():
    # Two that must not read first are called by their arguments.
    if sys.argv[1:] == ["early"]:
        os.close(0)
        return answer([("early.txt", "early\n")])
    if sys.argv[1:] == ["chatter"]:
        sys.stdout.write(" " * (1 << 20))
        sys.stdout.flush()
        return answer([("chatter.txt", str(len(ask()["schema"]["types"])))])
    request = ask()
    options = request["options"]
    match options.get("do", "echo"):
        case "echo":
            answer([("request.json", json.dumps(request))])
        case "files":
            answer([(path, "text\n") for path in options["paths"].split(",") if path])
        case "raw":
            sys.stdout.write(options["text"])
        case "bytes":
            sys.stdout.buffer.write(b'{"version": 1, "files": "\xff"}')
        case "fail":
            print("I cannot do that", file=sys.stderr)
            answer([("never.txt", "")])
            sys.stdout.flush()
            sys.exit(3)
        case "killed":
            answer([("never.txt", "")])
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        case "endless":
            while True:
                sys.stdout.write("x" * (1 << 20))
        case "remarks":
            remark = {"severity": options["severity"], "message": "odd", "about": "shapes.Point.x"}
            answer([("remarks.txt", "")], [remark, {"severity": "warning", "message": "more"}])


main()
