"""Problems as JUnit XML, which CI systems show as failed tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from rhoai_catalog.problem import Problem
from rhoai_catalog.validate.document.words import visible


def junit(problems: Sequence[Problem]) -> str:
    """A failed test for each problem, a passed one for each note; one that passed where there is nothing at all."""
    failures = sum(problem.level != "note" for problem in problems)
    count = {"tests": str(max(len(problems), 1)), "failures": str(failures)}
    suite = ElementTree.Element("testsuite", {"name": "rhoai-catalog validate", **count})
    for problem in problems:
        name = f"{problem.rule} {problem.pointer or '/'}"
        case = ElementTree.SubElement(suite, "testcase", classname=visible(problem.path), name=visible(name))
        message, place = visible(problem.message), visible(str(problem))
        if problem.level == "note":
            ElementTree.SubElement(case, "system-out").text = place
        else:
            ElementTree.SubElement(case, "failure", type=problem.rule, message=message).text = place
    if not problems:
        ElementTree.SubElement(suite, "testcase", classname="catalog", name="no problem")
    suites = ElementTree.Element("testsuites", count)
    suites.append(suite)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode")
