"""What is wrong with a setting, in words of ours: its name, where it was read, found, expected.

pydantic knows what is wrong; its own sentences speak of inputs and models, which nobody wrote.
What is expected comes from the field's JSON schema; a field whose schema says too little names it
itself (`json_schema_extra={"expected": …}`).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from fire_risk_assets.core.redaction import redacted

Schema = Mapping[str, Any]


def complaint(
    cause: ValidationError,
    settings: type[BaseModel],
    *,
    given: Mapping[str, Any],
    variables: Mapping[str, str],
    file: Path,
) -> str:
    """Return one sentence with every setting that is wrong.

    Args:
        cause: What pydantic found.
        settings: The class it found it in.
        given: What the command line gave.
        variables: The environment.
        file: The configuration file in force.
    """
    schema = settings.model_json_schema()
    told: dict[str, str] = {}
    for error in cause.errors():
        # A place in a list is no setting: the setting is the list.
        path = tuple(part for part in error["loc"] if isinstance(part, str))
        where = _origin(path, given, variables, file)
        # The value of the setting and not of a part of it, where the first fault found is told.
        told.setdefault(".".join(path), f"{_said(path, error, schema)} ({where})")
    return "; ".join(told.values()) + "."


def _said(path: tuple[str, ...], error: Any, schema: Schema) -> str:  # noqa: ANN401
    name = ".".join(path)
    if error["type"] == "extra_forbidden":
        return f"{name} is no setting"
    secret = _field(path, schema).get("secret", False)
    found = "not what it should be" if secret else f"{redacted(repr(error['input'])):.60}"
    if error["type"] == "value_error":
        return f"{name} is {found}, expected {error['ctx']['error']}"
    return f"{name} is {found}, expected {_expected(_field(path, schema))}"


def _origin(
    path: Sequence[str], given: Mapping[str, Any], variables: Mapping[str, str], file: Path
) -> str:
    if path[0] in given:
        return f"--{path[0]}"
    upper = {name.upper(): name for name, value in variables.items() if value}
    whole = "__".join(path).upper()
    exact, below = f"FIRE_RISK_{whole}", f"FIRE_RISK_{whole}__"
    if own := next((upper[name] for name in upper if name == exact or name.startswith(below)), ""):
        return f"variable {own}"
    section = upper.get(f"FIRE_RISK_{path[0].upper()}", "")
    if section and _has(variables[section], path[1:]):
        return f"variable {section}"
    return f"file {file}"


def _has(text: str, keys: Sequence[str]) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return True
    return not (keys and isinstance(document, dict)) or keys[0] in document


def _field(path: Sequence[str], schema: Schema) -> Schema:
    found: Schema = schema
    for part in path:
        found = _resolved(found, schema).get("properties", {}).get(part, {})
    return _resolved(found, schema)


def _resolved(field: Schema, schema: Schema) -> Schema:
    if "$ref" in field:
        return {**schema["$defs"][field["$ref"].rpartition("/")[2]], **field}
    options = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    return {**_resolved(options[0], schema), **field} if options else field


def _expected(field: Schema) -> str:
    if "expected" in field:
        return str(field["expected"])
    if "enum" in field or "const" in field:
        return " or ".join(repr(each) for each in field.get("enum", [field.get("const")]))
    if field.get("format") == "date":
        return "a date such as 2026-09-28"
    kind = {
        "integer": "a whole number",
        "number": "a finite number",
        "boolean": "true or false",
        "string": "text",
        "array": "a list",
        "object": "a section with keys and values",
    }.get(str(field.get("type")), "another value")
    return f"{kind}{_bounds(field)}"


def _bounds(field: Schema) -> str:
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
    }
    bounds = [f"{word} {field[key]:g}" for key, word in words.items() if key in field]
    return f" {' and '.join(bounds)}" if bounds else ""
