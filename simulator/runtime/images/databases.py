"""PostgreSQL, MySQL and MariaDB as far as a cluster sees them: their demands at the start, logs, a port, small clients.

Upstream: the official Docker images' entry point scripts
"""

from simulator.runtime.errors import OSFailure
from simulator.runtime.images.base import DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import http_date
from simulator.runtime.network import HttpRequest, HttpResponse, NameNotFound, NetworkFailure, Reset
from simulator.runtime.nodes import Node, directory, executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Server, Wait, program
from simulator.runtime.signals import INT, TERM

POSTGRES_REFUSAL = """Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
"""
MYSQL_REFUSAL = """Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD"""
NOT_SIMULATED = (
    "the lab's database keeps no tables: it answers `select` of a constant, version(), and lists its databases"
)


class Database(Server):
    """A server that answers the lab's own clients: `payload` is the user, the password and the statement, by lines."""

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        raise Reset()

    def receive(self, process: Process, connection: bytes, payload: bytes) -> tuple[bytes, bytes | None]:
        user, password, database = [*payload.decode("utf-8", "replace").split("\n"), "", ""][:3]
        if password != process.state["password"] and process.state["password"]:
            return f"denied {user}".encode(), None
        if database and database not in process.state["databases"]:
            return f"unknown {database}".encode(), None
        return ("ok " + process.state["version"] + " " + " ".join(process.state["databases"])).encode(), b"in"


def initialize(process: Process, folder: str, marker: str) -> bool:
    """Make the data folder into a database; False when it is one already. Raises `OSFailure`."""
    if process.files.exists(f"{folder}/{marker}"):
        return False
    process.files.make_directory(folder, parents=True)
    process.files.write(f"{folder}/{marker}", "17\n")
    return True


@program("postgres")
class Postgres(Database):
    """`postgres`, with what the image's entry point does before it."""

    resident = 34 << 20

    def start(self, process: Process) -> Outcome:
        folder = process.env.get("PGDATA", "/var/lib/postgresql/data")
        trusts = process.env.get("POSTGRES_HOST_AUTH_METHOD") == "trust"
        if not process.files.exists(f"{folder}/PG_VERSION"):
            if not process.env.get("POSTGRES_PASSWORD") and not trusts:
                process.write(2, POSTGRES_REFUSAL)
                return Exit(1)
            if process.files.exists(f"{folder}/lost+found"):
                process.error(f'initdb: error: directory "{folder}" exists but is not empty')
                return Exit(1)
            try:
                initialize(process, folder, "PG_VERSION")
            except OSFailure as failure:
                process.error(f'initdb: error: could not create directory "{folder}": {failure.words}')
                return Exit(1)
            self._greet(process, folder)
        version = process.env.get("PG_VERSION", "17.7").partition("-")[0]
        user = process.env.get("POSTGRES_USER", "postgres")
        databases = list(dict.fromkeys(("postgres", "template0", "template1", process.env.get("POSTGRES_DB", user))))
        password = "" if trusts else process.env.get("POSTGRES_PASSWORD", "")
        process.state = {"password": password, "version": version, "databases": databases}
        process.listen(5432)
        for text in (f"starting PostgreSQL {version} on x86_64-pc-linux-gnu",
        'listening on IPv4 address "0.0.0.0", port 5432',
                     'listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"',
                     "database system is ready to accept connections"):  # fmt: skip
            self._log(process, text)
        process.handle(TERM)
        process.handle(INT)
        return Wait("start")

    @staticmethod
    def _greet(process: Process, folder: str) -> None:
        process.print('The files belonging to this database system will be owned by user "postgres".')
        process.print("This user must also own the server process.\n")
        process.print(f"fixing permissions on existing directory {folder} ... ok")
        process.print(
            "creating subdirectories ... ok\nrunning bootstrap script ... ok\nsyncing data to disk ... ok\n\nSuccess.\n"
        )
        process.print("PostgreSQL init process complete; ready for start up.\n")

    @staticmethod
    def _log(process: Process, text: str) -> None:
        stamp = http_date(process.now, "%Y-%m-%d %H:%M:%S") + f".{process.now // 1000 % 1000:03d} UTC"
        process.error(f"{stamp} [{process.pid}] LOG:  {text}")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        kind = "fast" if signal == INT else "smart"
        self._log(process, f"received {kind} shutdown request")
        self._log(process, "database system is shut down")
        return Exit(0)


@program("mysqld")
class MySQL(Database):
    """`mysqld` and `mariadbd`, with what the image's entry point does before them."""

    resident = 380 << 20

    def start(self, process: Process) -> Outcome:
        brand = "MariaDB" if "MARIADB_VERSION" in process.env else "MySQL"
        version = process.env.get(f"{brand.upper()}_VERSION", "8.4.7")
        stamp = http_date(process.now, "%Y-%m-%d %H:%M:%S+00:00")
        folder = "/var/lib/mysql"
        names = ("MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD",
        "MYSQL_RANDOM_ROOT_PASSWORD",
                 "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "MARIADB_RANDOM_ROOT_PASSWORD")  # fmt: skip
        process.print(f"{stamp} [Note] [Entrypoint]: Entrypoint script for {brand} Server {version} started.")
        if not process.files.exists(f"{folder}/mysql.ibd"):
            if not any(process.env.get(name) for name in names):
                refusal = MYSQL_REFUSAL.replace("MYSQL_", "MARIADB_") if brand == "MariaDB" else MYSQL_REFUSAL
                process.error(f"{stamp} [ERROR] [Entrypoint]: {refusal}")
                return Exit(1)
            process.print(f"{stamp} [Note] [Entrypoint]: Initializing database files")
            try:
                initialize(process, folder, "mysql.ibd")
            except OSFailure as failure:
                process.error(
                    f"{stamp} [ERROR] [MY-010187] [Server] Could not open file '{folder}' for error logging: "
                    f"{failure.words}"
                )
                return Exit(1)
            process.print(f"{stamp} [Note] [Entrypoint]: Database files initialized")
        password = process.env.get("MYSQL_ROOT_PASSWORD") or process.env.get("MARIADB_ROOT_PASSWORD", "")
        wanted = process.env.get("MYSQL_DATABASE") or process.env.get("MARIADB_DATABASE") or "mysql"
        databases = list(dict.fromkeys(("information_schema", "mysql", "performance_schema", "sys", wanted)))
        process.state = {"password": password, "version": version, "databases": databases}
        process.listen(3306)
        exact = http_date(process.now, "%Y-%m-%dT%H:%M:%S") + f".{process.now % 1_000_000:06d}Z"
        process.error(f"{exact} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. "
            f"Version: '{version}'  "
                      "socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.")  # fmt: skip
        process.handle(TERM)
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        exact = http_date(process.now, "%Y-%m-%dT%H:%M:%S") + f".{process.now % 1_000_000:06d}Z"
        process.error(
            f"{exact} 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete  MySQL Community "
            f"Server - GPL."
        )
        return Exit(0)


class Client(Program):
    """What psql and mysql share: where to, and as whom."""

    port = 0

    def connect(self, process: Process, host: str, port: int, user: str, password: str, database: str) -> str:
        """The server's greeting; raises `NetworkFailure`."""
        payload = f"{user}\n{password}\n{database}".encode()
        return process.exchange(host, port, b"", payload)[0].decode()


@program("psql", "pg_isready")
class Psql(Client):
    """`psql -c STATEMENT`, or a statement from stdin; `pg_isready`."""

    def start(self, process: Process) -> Outcome:
        options = taken(process.argv[1:], "hpUdc")
        host, port = options.get("h", process.env.get("PGHOST", "127.0.0.1")), int(options.get("p", "5432"))
        user = options.get("U", process.env.get("PGUSER", process.env.get("POSTGRES_USER", "postgres")))
        database = options.get("d", options.get("", process.env.get("PGDATABASE", "")))
        local = host in ("127.0.0.1", "localhost")
        where = f"{host}:{port}" if not local else f"/var/run/postgresql:{port}"
        password = process.env.get("PGPASSWORD", process.env.get("POSTGRES_PASSWORD", "") if local else "")
        try:
            reply = self.connect(process, host, port, user, password, database)
        except NetworkFailure as failure:
            if process.name == "pg_isready":
                process.print(f"{where} - no response")
                return Exit(2)
            return Exit(self._unreachable(process, host, port, failure))
        if process.name == "pg_isready":
            process.print(f"{where} - accepting connections")
            return Exit(0)
        if reply.startswith("denied"):
            process.error(f'psql: error: connection to server at "{host}", port {port} failed: FATAL:  password '
                f'authentication '
                          f'failed for user "{user}"')  # fmt: skip
            return Exit(2)
        if reply.startswith("unknown"):
            process.error(
                f'psql: error: connection to server at "{host}", port {port} failed: FATAL:  database '
                f'"{database}" does not exist'
            )
            return Exit(2)
        process.state = reply
        if "c" in options:
            return Exit(self._run(process, options["c"]))
        return self.read(process)

    @staticmethod
    def _unreachable(process: Process, host: str, port: int, failure: NetworkFailure) -> int:
        if isinstance(failure, NameNotFound):
            process.error(f'psql: error: could not translate host name "{host}" to address: Name or service not known')
        elif host == "127.0.0.1":
            process.error('psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" '
                'failed: No such file or directory\n'
                          "\tIs the server running locally and accepting connections on that socket?")  # fmt: skip
        else:
            process.error(f'psql: error: connection to server at "{host}" ({failure.address}), port {port} '
                f'failed: Connection refused\n'
                          "\tIs the server running on that host and accepting TCP/IP connections?")  # fmt: skip
        return 2

    def read(self, process: Process) -> Outcome:
        text = process.gather(0)
        if text is None:
            return Wait("read", readable=(0,))
        code = 0
        for statement in text.decode("utf-8", "replace").replace("\n", ";").split(";"):
            if statement.strip():
                code = self._run(process, statement.strip())
        return Exit(code)

    @staticmethod
    def _run(process: Process, statement: str) -> int:
        _, version, *databases = process.state.split(" ")
        word = statement.strip().rstrip(";").strip()
        if word in ("\\l", "\\list"):
            process.print(
                "                      List of databases\n   Name    |  Owner   | Encoding "
                "\n-----------+----------+----------"
            )
            for name in sorted(databases):
                process.print(f" {name:<9} | postgres | UTF8")
            process.print(f"({len(databases)} rows)\n")
            return 0
        if word.lower().startswith("select"):
            value = word[6:].strip()
            title, shown = (
                ("?column?", value)
                if value.isdecimal()
                else ("version", f"PostgreSQL {version} on x86_64-pc-linux-gnu")
            )
            if value.isdecimal() or value.lower() == "version()":
                width = max(len(title), len(shown))
                process.print(f" {title:^{width}} \n{'-' * (width + 2)}\n {shown:>{width}}\n(1 row)\n")
                return 0
        process.error(f"psql: {NOT_SIMULATED}")
        return 1


@program("mysql", "mysqladmin", "mariadb", "mariadb-admin")
class MySQLClient(Client):
    """`mysql -e STATEMENT`, `mysqladmin ping`."""

    def start(self, process: Process) -> Outcome:
        options = taken(process.argv[1:], "hPue", attached="p")
        host, port = options.get("h", "127.0.0.1"), int(options.get("P", "3306"))
        user = options.get("u", "root")
        try:
            reply = self.connect(process, host, port, user, options.get("p", process.env.get("MYSQL_PWD", "")), "")
        except NetworkFailure as failure:
            if isinstance(failure, NameNotFound):
                process.error(f"ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)")
            elif host == "127.0.0.1":
                process.error(
                    "ERROR 2002 (HY000): Can't connect to local MySQL server through socket "
                    "'/var/run/mysqld/mysqld.sock' (2)"
                )
            else:
                process.error(f"ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' (111)")
            return Exit(1)
        if reply.startswith("denied"):
            given = "YES" if "p" in options else "NO"
            process.error(f"ERROR 1045 (28000): Access denied for user '{user}'@'localhost' (using password: {given})")
            return Exit(1)
        if "admin" in process.name:
            process.print("mysqld is alive")
            return Exit(0)
        _, version, *databases = reply.split(" ")
        statement = options.get("e", "").strip().rstrip(";").lower()
        if statement == "show databases":
            process.print("Database\n" + "\n".join(sorted(databases)))
            return Exit(0)
        value = statement.removeprefix("select").strip()
        if statement.startswith("select") and (value.isdecimal() or value in ("version()", "@@version")):
            process.print(f"{value}\n{value if value.isdecimal() else version}")
            return Exit(0)
        process.error(f"{process.name}: {NOT_SIMULATED}")
        return Exit(1)


def taken(words: tuple[str, ...], letters: str, *, attached: str = "") -> dict[str, str]:
    """Options with values by letter; `attached` ones have theirs in the same word; "" is the first other word."""
    found: dict[str, str] = {}
    left = list(words)
    names = {
        "host": "h",
        "port": "p",
        "username": "U",
        "user": "u",
        "dbname": "d",
        "command": "c",
        "execute": "e",
        "password": "p",
    }
    while left:
        word = left.pop(0)
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            found[names.get(name, name)] = value if equals else (left.pop(0) if left and name in names else "")
        elif word.startswith("-") and len(word) > 1:
            if word[1] in attached:
                found[word[1]] = word[2:]
            elif word[1] in letters:
                found[word[1]] = word[2:] or (left.pop(0) if left else "")
        else:
            found.setdefault("", word)
    return found


def executables(*names: str) -> dict[str, Node]:
    return {f"/usr/local/bin/{name}": executable(name) for name in names}


repository(
    "docker.io/library/postgres",
    {"18": "18.1", "17": "17.7", "17.7": "17.7", "16": "16.11", "15": "15.15", "14": "14.20",
    "17-alpine": "17.7-alpine",
     "16-alpine": "16.11-alpine", "alpine": "18.1-alpine", "latest": "18.1"},
    158_300_000,
    (
        DEBIAN,
        layer(
            "postgres",
            {**executables("postgres", "psql", "pg_isready"), "/var/lib/postgresql/data": directory(owner=999,
            group=999)},
        ),
    ),
    command=("postgres",),
    env={"PG_VERSION": "{version}", "PGDATA": "/var/lib/postgresql/data"},
    stop_signal="SIGINT",
)  # fmt: skip
for brand, tags in (
    (
        "mysql",
        {
            "8.4": "8.4.7",
            "8.0": "8.0.44",
            "8": "8.4.7",
            "9": "9.5.0",
            "5.7": "5.7.44",
            "5.6": "5.6.51",
            "latest": "9.5.0",
        },
    ),
    (
        "mariadb",
        {"12": "12.1.2", "11": "11.8.5", "11.8": "11.8.5", "10.11": "10.11.15", "lts": "11.8.5", "latest": "12.1.2"},
    ),
):
    repository(
        f"docker.io/library/{brand}",
        tags,
        245_600_000 if brand == "mysql" else 118_900_000,
        (
            DEBIAN,
            layer(
                brand,
                {**executables("mysqld", "mysql", "mysqladmin", "mariadb", "mariadb-admin"),
                 "/usr/local/bin/mariadbd": executable("mysqld"), "/var/lib/mysql": directory(owner=999, group=999)},
            ),
        ),
        command=("mysqld" if brand == "mysql" else "mariadbd",),
        env={f"{brand.upper()}_VERSION": "{version}"},
    )  # fmt: skip
