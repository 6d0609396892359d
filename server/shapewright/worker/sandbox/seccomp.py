"""seccomp: a filter before every system call of this process, in classic BPF, installed without privileges."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

from shapewright.worker.sandbox import syscalls

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER, _FLAG_ALL_THREADS = 1, 1

_LOAD, _EQUAL, _GREATER, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x54, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

REFUSE = _ERRNO | errno.EPERM
ABSENT = _ERRNO | errno.ENOSYS
PRETEND = _ERRNO  # errno 0: the caller sees success

_CLONE_THREAD = 0x10000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_UNIX, _STREAM, _TYPE_MASK = 1, 1, 0xF
# TCGETS, TIOCGPGRP, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, TCGETS2: questions, and settings of a descriptor.
_IOCTLS = (0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x802C542A)
# PR_SET_PDEATHSIG would let a session outlive the server, PR_SET_PTRACER would let others look in.
_PRCTLS = (1, 0x59616D61)
# F_SETOWN, F_SETSIG and F_SETOWN_EX send signals to others; F_SETLEASE and F_NOTIFY stay with the file.
_FCNTLS = (8, 10, 15, 1024, 1026)

_Instruction = tuple[int, int, int, int]


def apply(channel: tuple[int, ...], *, refuse_writing: bool) -> bool:
    """Install the filter in all threads. User code cannot close or replace the descriptors in `channel`.

    `refuse_writing`: refuse to open files for writing here. For kernels without Landlock; a filter sees no path, so
    that this holds for `/dev/null` too.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in syscalls.ARCHITECTURES or sys.maxsize < 1 << 32:
        return False
    code = program(machine, channel, os.getpid(), refuse_writing=refuse_writing)
    packed = b"".join(struct.pack("HBBI", *instruction) for instruction in code)
    buffer = ctypes.create_string_buffer(packed, len(packed))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    filter_ = Program(len(code), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return libc.syscall(_SECCOMP[machine], _SET_MODE_FILTER, _FLAG_ALL_THREADS, ctypes.byref(filter_)) == 0


def program(machine: str, channel: tuple[int, ...], pid: int, *, refuse_writing: bool) -> list[_Instruction]:
    """The filter. Calls of another architecture (32-bit code) and later than those considered do not exist."""
    code: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, syscalls.ARCHITECTURES[machine]),
        (_RETURN, 0, 0, ABSENT),
        (_LOAD, 0, 0, _NUMBER),
        (_GREATER, 0, 1, syscalls.LAST_KNOWN),
        (_RETURN, 0, 0, ABSENT),
    ]
    answers = {number: REFUSE for table in syscalls.REFUSED for number in syscalls.numbers(table, machine).values()}
    answers |= dict.fromkeys(syscalls.numbers(syscalls.PRETENDED, machine).values(), PRETEND)
    absent = syscalls.numbers(syscalls.ABSENT, machine)
    if not refuse_writing:
        absent.pop("openat2")
    answers |= dict.fromkeys(absent.values(), ABSENT)
    for number, answer in answers.items():
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]
    judged = syscalls.numbers(syscalls.JUDGED, machine)
    for name, checks in _judgements(channel, pid, refuse_writing).items():
        if name in judged:
            body = [instruction for check in checks for instruction in check] + [(_RETURN, 0, 0, _ALLOW)]
            code += [(_EQUAL, 0, len(body), judged[name]), *body]
    return [*code, (_RETURN, 0, 0, _ALLOW)]


def _judgements(channel: tuple[int, ...], pid: int, refuse_writing: bool) -> dict[str, list[list[_Instruction]]]:
    """For calls that are allowed or not by their arguments: the checks, each of which may refuse."""
    judged = {
        "clone": [_need_bit(0, _CLONE_THREAD)],
        # An address would be a message to somebody; without one it is the other end of a pair.
        "sendto": [_need(4, (0,)), _need(4, (0,), high=True)],
        "socketpair": [_need(0, (_UNIX,)), _need(1, (_STREAM,), mask=_TYPE_MASK)],
        "prlimit64": [_need(2, (0,), answer=PRETEND), _need(2, (0,), high=True, answer=PRETEND)],
        "tgkill": [_need(0, (pid,))],
        "ioctl": [_need(1, _IOCTLS)],
        "prctl": [_refuse(0, _PRCTLS)],
        "fcntl": [_refuse(1, _FCNTLS)],
        "close": [_refuse(0, channel)],
        "shutdown": [_refuse(0, channel)],
        "dup2": [_refuse(1, channel)],
        "dup3": [_refuse(1, channel)],
    }
    if refuse_writing:
        judged["open"] = [_refuse_bits(1, _WRITING)]
        judged["openat"] = [_refuse_bits(2, _WRITING)]
    return judged


def _argument(index: int, high: bool = False) -> _Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index + 4 * high)


def _need(
    index: int, values: tuple[int, ...], *, high: bool = False, mask: int = 0, answer: int = REFUSE
) -> list[_Instruction]:
    masked = [(_AND, 0, 0, mask)] if mask else []
    rest = len(values)
    tests = [(_EQUAL, rest - i, 0, value) for i, value in enumerate(values)]
    return [_argument(index, high), *masked, *tests, (_RETURN, 0, 0, answer)]


def _refuse(index: int, values: tuple[int, ...]) -> list[_Instruction]:
    tests = [test for value in values for test in ((_EQUAL, 0, 1, value), (_RETURN, 0, 0, REFUSE))]
    return [_argument(index), *tests]


def _need_bit(index: int, bits: int) -> list[_Instruction]:
    return [_argument(index), (_ANY_BIT, 1, 0, bits), (_RETURN, 0, 0, REFUSE)]


def _refuse_bits(index: int, bits: int) -> list[_Instruction]:
    return [_argument(index), (_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, REFUSE)]
