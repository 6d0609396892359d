"""What a hover says. Markdown from facts and findings, without LSP's types."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from shapewright import contract_text, show, wire
from shapewright.lsp import hover_table
from shapewright.lsp.declarations import Found
from shapewright.model import Finding, Location, ShapeFact
from shapewright.picture import picture
from shapewright.source import Range

_VALUES = 3
_NAME = 40
_SOURCES = {
    "script": "seen when the file ran",
    "directive": "inputs from a comment for Shapewright",
    "docstring": "inputs from the docstring",
    "class docstring": "inputs from the docstring of the class",
    "jaxtyping": "inputs from the type annotations",
    "comment": "inputs from a comment",
    "example_input_array": "inputs from `example_input_array`",
    "call": "inputs from a call in the workspace",
    "doctest": "inputs from an example in the docstring",
    "unpacking": "inputs from how the shape is unpacked",
    "assert": "inputs from an assertion",
    "einops": "inputs from an einops pattern",
    "name": "inputs guessed from the names of the parameters",
    "layers": "inputs found from the layers that take them",
}


def value(facts: Sequence[ShapeFact], around: Sequence[ShapeFact] = (), failed: Sequence[Finding] = ()) -> str:
    """The values that an expression held: one with everything about it, or several with their callers.

    `around` and `failed` are facts and findings of the same file; they tell what went in and out of a module.
    """
    distinct = _distinct(facts)
    first = distinct[0]
    name = _name(first)
    if len(distinct) == 1:
        code = f"{name}: {_long(first.value)}"
        more = _module(first, around, failed) if first.value.kind == "module" else _details(first.value)
        return "\n\n".join(part for part in (_block(code), *more, _origin(facts)) if part)
    lines = [f"{name}: {_long(fact.value)}" for fact in distinct[:_VALUES]]
    width = max(map(len, lines))
    shown = [_with_caller(line, width, fact) for line, fact in zip(lines, distinct, strict=False)]
    rest = len(distinct) - _VALUES
    more = f"and {rest} more value{'' if rest == 1 else 's'}" if rest > 0 else ""
    return "\n\n".join(part for part in (_block("\n".join(shown)), more, _origin(facts)) if part)


def declaration(found: Found, path: str) -> str:
    """Where an attribute is made, for a place that no run has reached."""
    place = f"line {found.line}" if found.path == path else f"{os.path.basename(found.path)}, line {found.line}"
    return f"{_block(found.text)}\n\n*made in {place}; not reached by a run*"


def contract(found: wire.Contract) -> str:
    """What a class of modules takes and gives, the conditions, and what it costs."""
    parts = [f"**{found.name}**\n{_block(chr(10).join(contract_text.lines(found)))}"]
    parts.append("\n".join(f"- {row}" for row in contract_text.costs(found)))
    told = [f"- `{c.text}`: {c.message}" for c in found.constraints if c.message]
    if told:
        parts.append("What PyTorch says where a condition does not hold:\n" + "\n".join(told))
    source = _SOURCES.get(found.source, f"inputs from {found.source}") if found.source else ""
    tried = "found by running it on other sizes" + ("" if found.complete else ", not on all that were to be tried")
    parts.append(f"*{'; '.join(part for part in (source, tried) if part)}*")
    return "\n\n".join(parts)


def failure(finding: Finding) -> str:
    """The operands of a failed call, given against wanted; empty where there is nothing to draw."""
    drawn = picture(finding.failure) if finding.failure else ""
    return f"**{finding.code}**\n{_block(drawn, 'text')}" if drawn else ""


def _distinct(facts: Iterable[ShapeFact]) -> list[ShapeFact]:
    """One fact for each text, unknown values last where there are others."""
    found: dict[str, ShapeFact] = {}
    for fact in facts:
        found.setdefault(_long(fact.value), fact)
    known = [fact for fact in found.values() if fact.value.kind != "unknown"]
    return known or list(found.values())


def _name(fact: ShapeFact) -> str:
    text = " ".join((fact.text or fact.name).split())
    return text if len(text) <= _NAME else text[: _NAME - 1] + "…"


def _long(held: wire.Value) -> str:
    if held.kind == "unknown":
        return "unknown"
    return show.module_text(held.module) if held.module else show.value_text(held)


def _details(held: wire.Value) -> list[str]:
    return [shown] if (shown := hover_table.of_value(held)) else []


def _module(fact: ShapeFact, around: Sequence[ShapeFact], failed: Sequence[Finding]) -> list[str]:
    module = fact.value.module
    flows = _flows(fact, around, failed)
    parts = [_block("\n".join(flows))] if flows else []
    if module is None:
        return parts
    if module.count:
        parts.append(f"{show.count_text(module.count)} parameter{'' if module.count == 1 else 's'}")
    elif module.library:  # one of the workspace may be half made here
        parts.append("no parameters")
    if own := hover_table.of_parameters(module):
        parts.append(own)
    return parts


def _flows(fact: ShapeFact, around: Sequence[ShapeFact], failed: Sequence[Finding]) -> list[str]:
    """What went in and out where the module was called: `f32[8, 3, 28, 28] → f32[8, 16, 28, 28]`.

    A call that failed has a result only because the analysis went on with what should have come out, so it is none."""
    head = fact.text + "("
    flows: dict[str, None] = {}
    for call in around:
        if not call.text.startswith(head) or not _is_call(call.text, len(head) - 1):
            continue
        opening = call.location.range.start.line, call.location.range.start.column + len(fact.text)
        inside = [o for o in around if _within(o, call) and _start(o) > opening]
        outermost = [o for o in inside if not any(_within(o, outer) for outer in inside)]
        given: dict[Range, list[ShapeFact]] = {}
        for argument in outermost:
            given.setdefault(argument.location.range, []).append(argument)
        for caller in dict.fromkeys(argument.caller for argument in outermost) or (call.caller,):
            if call.caller in (caller, None) or caller is None or not _has(around, call, caller):
                texts = [show.value_text(_of_caller(held, caller).value) for held in given.values()]
                if not any(_is_failure(finding, call, texts) for finding in failed):
                    flows[f"{', '.join(texts) or '()'} → {show.value_text(call.value)}"] = None
    return list(flows)[:_VALUES]


def _of_caller(facts: Sequence[ShapeFact], caller: Location | None) -> ShapeFact:
    return next((fact for fact in facts if fact.caller == caller), facts[0])


def _has(facts: Iterable[ShapeFact], call: ShapeFact, caller: Location) -> bool:
    """Whether a call has a value of its own for this caller."""
    return any(fact.location == call.location and fact.caller == caller for fact in facts)


def _is_failure(finding: Finding, call: ShapeFact, given: Sequence[str]) -> bool:
    operands = finding.failure.operands if finding.failure else ()
    return finding.location == call.location and any(show.value_text(o.value) in given for o in operands)


def _start(fact: ShapeFact) -> tuple[int, int]:
    return fact.location.range.start.line, fact.location.range.start.column


def _is_call(text: str, opening: int) -> bool:
    """Whether the bracket at `opening` closes at the end of the text: `f(x)`, not `f(x).y`, not `f(x) + g(y)`."""
    depth = 0
    for index in range(opening, len(text)):
        depth += (text[index] in "([{") - (text[index] in ")]}")
        if depth == 0:
            return index == len(text) - 1
    return False


def _within(inner: ShapeFact, outer: ShapeFact) -> bool:
    a, b = inner.location, outer.location
    return a.path == b.path and a.range != b.range and b.range.start <= a.range.start and a.range.end <= b.range.end


def _with_caller(line: str, width: int, fact: ShapeFact) -> str:
    return f"{line:<{width}}  # {_place(fact.caller, fact.location)}" if fact.caller else line


def _place(caller: Location, here: Location) -> str:
    line = caller.range.start.line + 1
    return f"called in line {line}" if caller.path == here.path else f"called in {os.path.basename(caller.path)}:{line}"


def _origin(facts: Sequence[ShapeFact]) -> str:
    sources = dict.fromkeys(fact.source for fact in facts if fact.source)
    texts = [_SOURCES.get(source, f"inputs from {source}") for source in sources]
    return f"*{'; '.join(texts)}*" if texts else ""


def _block(code: str, language: str = "python") -> str:
    return f"```{language}\n{code}\n```"


def range_of(facts: Sequence[ShapeFact]) -> Range:
    """The place of facts that are all about the same expression."""
    return facts[0].location.range
