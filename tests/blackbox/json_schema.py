"""Values against a JSON Schema (2020-12), as much of it as the schemas of this repository use."""

import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float)}
KEYWORDS = {"$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "oneOf", "anyOf", "required", "properties",
            "additionalProperties", "items", "prefixItems", "minItems", "maxItems", "minimum", "maximum", "minLength", "pattern"}


def has_type(value, name):
    return isinstance(value, TYPES[name]) and not (isinstance(value, bool) and name in ("integer", "number"))


def same(value, wanted):
    return type(value) is type(wanted) and value == wanted


def schema_problems(value, schema, root, where="$"):
    """What a schema has against a value, as lines: the keywords of JSON Schema (2020-12) that ours uses; others are an error here."""
    if schema is True:
        return []
    if schema is False:
        return [f"{where}: nothing may stand here"]
    unknown = set(schema) - KEYWORDS
    if unknown:
        raise ValueError(f"{where}: this validator does not know {unknown}")
    problems = []
    if "$ref" in schema:
        problems += schema_problems(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, where)
    if "const" in schema and not same(value, schema["const"]):
        problems.append(f"{where}: not {schema['const']!r}")
    if "enum" in schema and not any(same(value, wanted) for wanted in schema["enum"]):
        problems.append(f"{where}: {value!r} is none of {schema['enum']}")
    for keyword, enough in (("oneOf", lambda count: count == 1), ("anyOf", lambda count: count > 0)):
        choices = [schema_problems(value, choice, root, where) for choice in schema.get(keyword, [])]
        if choices and not enough(sum(not choice for choice in choices)):
            problems.append(f"{where}: {keyword}: {choices}")
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(has_type(value, name) for name in names):
        return problems + [f"{where}: {value!r} is no {names}"]
    if isinstance(value, dict):
        problems += object_problems(value, schema, root, where)
    elif isinstance(value, list):
        problems += array_problems(value, schema, root, where)
    elif isinstance(value, str):
        if len(value) < schema.get("minLength", 0) or not re.search(schema.get("pattern", ""), value):
            problems.append(f"{where}: {value!r} is too short or not of the pattern")
    elif has_type(value, "number"):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            problems.append(f"{where}: {value} is out of range")
    return problems


def object_problems(value, schema, root, where):
    problems = [f"{where}: no {name}" for name in schema.get("required", []) if name not in value]
    for name, part in value.items():
        below = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
        problems += schema_problems(part, below, root, f"{where}.{name}")
    return problems


def array_problems(value, schema, root, where):
    problems = []
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        problems.append(f"{where}: {len(value)} items")
    first = schema.get("prefixItems", [])
    for index, part in enumerate(value):
        below = first[index] if index < len(first) else schema.get("items", True)
        problems += schema_problems(part, below, root, f"{where}[{index}]")
    return problems
