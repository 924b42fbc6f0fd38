"""Signals: numbers, names and what each does by default. Upstream: signal(7)"""

HUP, INT, QUIT, KILL, USR1, USR2, PIPE, ALRM, TERM = 1, 2, 3, 9, 10, 12, 13, 14, 15
CHLD, CONT, STOP, TSTP, TTIN, TTOU, XCPU, WINCH = 17, 18, 19, 20, 21, 22, 24, 28

NAMES = {
    1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 10: "USR1",
    11: "SEGV", 12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM", 16: "STKFLT", 17: "CHLD", 18: "CONT", 19: "STOP",
    20: "TSTP", 21: "TTIN", 22: "TTOU", 23: "URG", 24: "XCPU", 25: "XFSZ", 26: "VTALRM", 27: "PROF", 28: "WINCH",
    29: "IO", 30: "PWR", 31: "SYS",
}  # fmt: skip
NUMBERS = {name: number for number, name in NAMES.items()}
IGNORED = frozenset({CHLD, CONT, 23, WINCH})
STOPPING = frozenset({STOP, TSTP, TTIN, TTOU})

DESCRIPTIONS = {
    1: "Hangup",
    3: "Quit",
    6: "Aborted",
    9: "Killed",
    10: "User defined signal 1",
    11: "Segmentation fault",
    12: "User defined signal 2",
    14: "Alarm clock",
    15: "Terminated",
    XCPU: "CPU time limit exceeded",
}
"""What a shell reports of a job that died of the signal."""


def number(text: str) -> int | None:
    """The signal that `TERM`, `SIGTERM`, `term` or `15` names, if it names one."""
    if text.isdecimal():
        return int(text) if int(text) <= 64 else None
    return NUMBERS.get(text.upper().removeprefix("SIG"))
