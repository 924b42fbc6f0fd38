"""What a refused system call raises, in the words of the C library. Upstream: errno(3), strerror(3)"""

WORDS = {
    "EPERM": "Operation not permitted",
    "ENOENT": "No such file or directory",
    "ESRCH": "No such process",
    "EINTR": "Interrupted system call",
    "ENXIO": "No such device or address",
    "EIO": "Input/output error",
    "E2BIG": "Argument list too long",
    "ENOEXEC": "Exec format error",
    "EBADF": "Bad file descriptor",
    "ECHILD": "No child processes",
    "EAGAIN": "Resource temporarily unavailable",
    "ENOMEM": "Cannot allocate memory",
    "EACCES": "Permission denied",
    "EBUSY": "Device or resource busy",
    "EEXIST": "File exists",
    "EXDEV": "Invalid cross-device link",
    "ENOTDIR": "Not a directory",
    "EISDIR": "Is a directory",
    "EINVAL": "Invalid argument",
    "EMFILE": "Too many open files",
    "ENOTTY": "Inappropriate ioctl for device",
    "EFBIG": "File too large",
    "ENOSPC": "No space left on device",
    "EROFS": "Read-only file system",
    "EPIPE": "Broken pipe",
    "ENAMETOOLONG": "File name too long",
    "ENOTEMPTY": "Directory not empty",
    "ELOOP": "Too many levels of symbolic links",
    "EADDRINUSE": "Address already in use",
}


class OSFailure(Exception):
    """A refused system call: `name` is the errno's name, `words` what strerror(3) says, `path` what it was about."""

    def __init__(self, name: str, path: str = "") -> None:
        self.name = name
        self.path = path
        self.words = WORDS[name]
        super().__init__(f"{path}: {self.words}" if path else self.words)


class Killed(Exception):
    """Ends a program's step at once: its process died of a signal (such as SIGPIPE) inside a call."""

    def __init__(self, signal: int) -> None:
        super().__init__(f"signal {signal}")
        self.signal = signal
