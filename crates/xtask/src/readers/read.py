"""Reads a report of lawbook by other programs, and prints its findings as JSON: a list of path, line and message.

Usage: read.py FORMAT FILE. What a reader refuses ends it with an error.
"""

import json
import sys


def read_gitlab(file):
    """Reads what GitLab documents for Code Quality, where two issues with one fingerprint would be one."""
    issues = json.loads(open(file, "rb").read().decode("utf-8"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues), "two issues have one fingerprint"
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker"), issue
        assert all(isinstance(issue[name], str) for name in ("description", "check_name", "fingerprint")), issue
        path, line = issue["location"]["path"], issue["location"]["lines"]["begin"]
        assert not path.startswith(("./", "/")) and isinstance(line, int) and line > 0, issue
        yield path, line, issue["description"]


def read_junit(file):
    """Reads the failures by junitparser."""
    from junitparser import Failure, JUnitXml

    cases = set()
    for suite in JUnitXml.fromfile(file):
        assert suite.tests == len(list(suite)), f"{suite.name}: {suite.tests} tests"
        assert suite.failures == sum(1 for case in suite if case.is_failure), suite.name
        for case in suite:
            assert (suite.name, case.classname, case.name) not in cases, f"two cases {case.name} of {suite.name}"
            cases.add((suite.name, case.classname, case.name))
            for result in case.result:
                if isinstance(result, Failure):
                    place = result.text.removeprefix(case.classname + ":")
                    yield case.classname, int(place.split(":")[0]), result.message


def read_checkstyle(file):
    """Reads the errors by libxml2, and compares them with what diff-quality reads, which changes paths."""
    from diff_cover.git_path import GitPathTool
    from diff_cover.violationsreporters.java_violations_reporter import CheckstyleXmlDriver
    from lxml import etree

    GitPathTool._cwd = GitPathTool._root = "/"
    found = [
        (error.getparent().get("name"), int(error.get("line")), error.get("message"))
        for error in etree.parse(file).iter("error")
    ]
    document = open(file, "rb").read().decode("utf-8").split("\n", 1)[1]
    violations = CheckstyleXmlDriver().parse_reports([document])
    by_diff_quality = [(one.line, one.message.split(": ", 1)[1]) for ones in violations.values() for one in ones]
    expected = [(line, message) for _, line, message in found]
    assert sorted(by_diff_quality) == sorted(expected), "diff-quality reads other findings"
    assert len(violations) == len({path for path, _, _ in found}), "diff-quality reads other files"
    return found


def read_rdjson(file):
    """Reads one result."""
    result = json.load(open(file, encoding="utf-8"))
    return of_diagnostics(result["diagnostics"])


def read_rdjsonl(file):
    """Reads a diagnostic a line; reviewdog reads lines of less than 64 KiB."""
    lines = open(file, "rb").read().split(b"\n")
    assert all(len(line) < 64 * 1024 for line in lines), "a line is too long"
    return of_diagnostics(json.loads(line) for line in lines if line)


def of_diagnostics(diagnostics):
    """The path, line and message of each diagnostic of reviewdog's format."""
    for one in diagnostics:
        yield one["location"]["path"], one["location"]["range"]["start"]["line"], one["message"]


def read_markdown(file):
    """Reads the rows of the table by markdown-it: four cells each, and nothing that links or shows an image."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(open(file, encoding="utf-8").read())
    cells = []
    for number, token in enumerate(tokens):
        for child in token.children or []:
            is_code = child.type == "html_inline" and child.content in ("<code>", "</code>")
            is_plain = child.type in ("text", "text_special", "code_inline", "strong_open", "strong_close", "softbreak")
            assert is_code or is_plain, child
        if token.type == "td_open":
            cells.append(tokens[number + 1])
        if token.type == "tr_close" and cells:
            assert len(cells) == 4, [cell.content for cell in cells]
            path, line = shown(cells[1]).rsplit(":", 1)
            yield path, int(line), shown(cells[2])
            cells = []


def shown(cell):
    """The text that a cell of a table shows, without the spaces that have no width."""
    return "".join(child.content for child in cell.children if child.type != "html_inline").replace("\u200b", "")


if __name__ == "__main__":
    reader = globals()["read_" + sys.argv[1]]
    json.dump(list(reader(sys.argv[2])), sys.stdout)
