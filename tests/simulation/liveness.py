"""Which variables a suspended function still reads: the others do not tell its states apart."""

import dis
from functools import cache
from types import CodeType
from typing import Any

_BARRIERS = ("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE")
_UNCONDITIONAL = ("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")


@cache
def live_at(code: CodeType, offset: int) -> frozenset[str]:
    """The local variables that may be read after the instruction at `offset`, before a change."""
    before = _live_before(code)
    instructions = list(dis.get_instructions(code))
    index = next(i for i, each in enumerate(instructions) if each.offset == offset)
    found = [before[each] for each in _following(code, instructions)[index]]
    return frozenset().union(*found) | {*code.co_cellvars, *code.co_freevars}


@cache
def _live_before(code: CodeType) -> list[frozenset[str]]:
    instructions = list(dis.get_instructions(code))
    following = _following(code, instructions)
    live = [frozenset[str]()] * len(instructions)
    changed = True
    while changed:
        changed = False
        for index in reversed(range(len(instructions))):
            after = frozenset().union(*(live[each] for each in following[index]))
            now = _before(instructions[index], after)
            changed = changed or now != live[index]
            live[index] = now
    return live


def _following(code: CodeType, instructions: list[dis.Instruction]) -> list[list[int]]:
    """Where each instruction may lead: the next one, its jump, and what handles its exceptions."""
    index_of = {each.offset: index for index, each in enumerate(instructions)}
    bytecode: Any = dis.Bytecode(code)
    found = []
    for index, each in enumerate(instructions):
        next_ones = [] if each.opname in (*_BARRIERS, *_UNCONDITIONAL) else [index + 1]
        if isinstance(each.argval, int) and each.opcode in (*dis.hasjrel, *dis.hasjabs):
            next_ones.append(index_of[each.argval])
        handlers = [of for of in bytecode.exception_entries if of.start <= each.offset < of.end]
        next_ones += [index_of[handler.target] for handler in handlers]
        found.append([each for each in next_ones if each < len(instructions)])
    return found


def _before(instruction: dis.Instruction, after: frozenset[str]) -> frozenset[str]:
    """One instruction, backwards; a joint one does its parts in the order of its name."""
    names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
    parts = instruction.opname.split("_FAST")
    if len(parts) == 1:
        return after
    verbs = [part.rpartition("_")[2] for part in parts[:-1]]
    if instruction.opname == "LOAD_FAST_AND_CLEAR":
        return after | {names[0]}
    for verb, name in zip(reversed(verbs), reversed(names), strict=False):
        after = after | {name} if verb == "LOAD" else after - {name}
    return after
