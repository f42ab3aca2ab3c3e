# Asks setools' own analyses: one JSON object on stdin ({policy, map, questions}), one JSON answer per line on stdout.
# All questions of a policy run in one process, since setools builds its graph once per process.
import functools
import itertools
import json
import sys

import setools

asked = json.load(sys.stdin)
policy = setools.SELinuxPolicy(asked["policy"])
listed = asked["listed"]


def texts(rules):
    return sorted({str(rule) for rule in rules})


def on_self(domain, rules):
    return {str(rule): domain in set(rule.target.expand()) for rule in rules}


def transition(step):
    return {
        "source": str(step.source),
        "target": str(step.target),
        "transition": texts(step.transition),
        "setexec": on_self(step.source, step.setexec),
        "entrypoints": {
            str(entry.name): {
                "entrypoint": texts(entry.entrypoint),
                "execute": texts(entry.execute),
                "typeTransition": texts(entry.type_transition),
            }
            for entry in step.entrypoints
        },
        "dyntransition": texts(step.dyntransition),
        "setcurrent": on_self(step.source, step.setcurrent),
    }


@functools.cache
def expanded(name):
    return frozenset(name.expand())


def flow(step, booleans):
    rules = {}
    for rule in step.rules:
        weight = permission_map.rule_weight(rule)
        sources, targets = expanded(rule.source), expanded(rule.target)
        heaviest = 0
        if step.source in sources and step.target in targets:
            heaviest = max(heaviest, weight.write)
        if step.target in sources and step.source in targets:
            heaviest = max(heaviest, weight.read)
        enabled = booleans is None or rule.enabled(**booleans)
        rules[str(rule)] = {"weight": heaviest, "enabled": enabled}
    return {
        "source": str(step.source),
        "target": str(step.target),
        "weight": step.weight,
        "listed": len(step.rules),
        "rules": rules,
    }


def answer(analysis, question, describe):
    mode = question["mode"]
    analysis.mode = getattr(type(analysis).Mode, {
        "shortest": "ShortestPaths",
        "all": "AllPaths",
        "out": analysis_out[type(analysis)],
        "in": analysis_in[type(analysis)],
    }[mode])
    if mode == "in":
        analysis.target = question["source"]
    else:
        analysis.source = question["source"]
    analysis.depth_limit = question.get("steps", 1)
    if mode in ("in", "out"):
        return {"steps": [describe(step) for step in analysis.results()]}
    analysis.target = question["target"]
    paths = []
    steps = {}
    for path in itertools.islice(analysis.results(), listed + 1):
        path = list(path)
        paths.append([(str(step.source), str(step.target)) for step in path])
        for step in path:
            steps.setdefault((str(step.source), str(step.target)), step)
    return {"paths": paths, "steps": [describe(step) for step in steps.values()]}


analysis_out = {
    setools.DomainTransitionAnalysis: "TransitionsOut",
    setools.InfoFlowAnalysis: "FlowsOut",
}
analysis_in = {
    setools.DomainTransitionAnalysis: "TransitionsIn",
    setools.InfoFlowAnalysis: "FlowsIn",
}

transitions = flows = None
permission_map = setools.PermissionMap(asked["map"])
for question in asked["questions"]:
    if question["analysis"] == "transitions":
        if transitions is None:
            transitions = setools.DomainTransitionAnalysis(policy)
        if transitions.reverse != question.get("reverse", False):
            transitions.reverse = question.get("reverse", False)
        exclude = question.get("exclude", [])
        if [str(t) for t in transitions.exclude] != exclude:
            transitions.exclude = exclude
            # The copy that setools takes entrypoints out of shares them with the graph it was copied from.
            transitions.rebuildgraph = True
        result = answer(transitions, question, transition)
    else:
        if flows is None:
            flows = setools.InfoFlowAnalysis(policy, permission_map)
        # Each of these makes setools copy its graph again, so only what changes is set.
        booleans = question.get("booleans")
        exclude = question.get("exclude", [])
        if flows.min_weight != question["minimumWeight"]:
            flows.min_weight = question["minimumWeight"]
        if [str(t) for t in flows.exclude] != exclude:
            flows.exclude = exclude
        if flows.booleans != booleans:
            flows.booleans = booleans
            # The copy that setools takes rules out of shares them with the graph it was copied from.
            flows.rebuildgraph = flows.rebuildsubgraph = True
        result = answer(flows, question, lambda step: flow(step, booleans))
    print(json.dumps(result), flush=True)
