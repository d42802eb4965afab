"""Reads a report in SARIF by other programs, and prints its findings as JSON: a list of path, line and message.

Usage: read_sarif.py SCHEMA FILE. What the schema or sarif-tools refuses ends it with an error.
"""

import json
import re
import sys
from urllib.parse import unquote

from jsonschema import Draft7Validator
from sarif import loader


def shown(message):
    """A message as a reader shows it: brackets that make no link are escaped."""
    return re.sub(r"\\([\[\]\\])", r"\1", message) if "](" in message else message


with open(sys.argv[1], encoding="utf-8") as schema, open(sys.argv[2], "rb") as file:
    log = json.loads(file.read().decode("utf-8"))
    error = next(Draft7Validator(json.load(schema)).iter_errors(log), None)
assert error is None, f"{list(error.path)}: {error.message[:300]}"

results = log["runs"][0]["results"]
for result in results:
    assert re.fullmatch(r"[0-9a-f]+:[0-9]+", result["partialFingerprints"].get("primaryLocationLineHash", "0:0")), result
    for location in result["locations"]:
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri) and not uri.startswith("/"), uri

records = loader.load_sarif_file(sys.argv[2]).get_records()
assert len(records) == len(results), f"{len(records)} records of {len(results)} results"
found = [
    (unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]), int(record["Line"]), shown(result["message"]["text"]))
    for record, result in zip(records, results)
]
for (path, *_), record in zip(found, records):
    assert unquote(record["Location"].removeprefix("file://")) == path, (record["Location"], path)
json.dump(found, sys.stdout)
