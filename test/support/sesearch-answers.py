# Runs the sesearch program itself for many command lines in one process, so that Python starts and a policy is read once and not
# for each. The first line of the input is sesearch's path; each further line is a command line as a JSON list. Answers with
# a JSON line [exit code, what it printed] each.
import contextlib
import io
import json
import sys

import setools

with open(json.loads(sys.stdin.readline())) as file:
    program = compile(file.read(), "sesearch", "exec")

policies = {}
read_policy = setools.SELinuxPolicy


class Policy:
    """A policy whose rules are listed once; setools would make them anew for each search."""

    def __init__(self, path):
        self._policy = read_policy(path)
        self._rules = list(self._policy.terules())

    def terules(self):
        return iter(self._rules)

    def __getattr__(self, name):
        return getattr(self._policy, name)


def policy_of(path):
    if path not in policies:
        policies[path] = Policy(path)
    return policies[path]


setools.SELinuxPolicy = policy_of

for line in sys.stdin:
    sys.argv = ["sesearch", *json.loads(line)]
    out, code = io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(program, {"__name__": "__main__"})
        except SystemExit as end:
            code = end.code or 0
    print(json.dumps([code, out.getvalue()]))
