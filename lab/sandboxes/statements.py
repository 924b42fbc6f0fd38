"""What is written for every key, as statements put together once: building them costs more than the database does."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model


def update(model: type[Model], changed: Mapping[str, Any], where: Mapping[str, Any]) -> int:
    """Change rows in which these fields have these values; how many there were."""
    statement = update_statement(model, tuple(changed), tuple(where), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values(model, changed), *values(model, where)])
        return int(cursor.rowcount)


def insert(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write new rows, all of the same fields; of those that are left out the database has to know what they are."""
    rows = list(rows)
    statement = insert_statement(model, tuple(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [values(model, row) for row in rows])


def values(model: type[Model], fields: Mapping[str, Any]) -> list[Any]:
    """Values as the database takes them."""
    known = model._meta.get_field
    return [known(name).get_db_prep_save(value, connection) for name, value in fields.items()]


@cache
def update_statement(model: type[Model], changed: tuple[str, ...], where: tuple[str, ...], vendor: str) -> str:
    sets = ", ".join(f"{column(model, name)} = %s" for name in changed)
    which = " AND ".join(f"{column(model, name)} = %s" for name in where)
    return f"UPDATE {quoted(model._meta.db_table)} SET {sets} WHERE {which}"


@cache
def insert_statement(model: type[Model], fields: tuple[str, ...], vendor: str) -> str:
    columns = ", ".join(column(model, name) for name in fields)
    places = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})"


def column(model: type[Model], name: str) -> str:
    return quoted(str(model._meta.get_field(name).column))


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
