"""Problems as JUnit XML, which CI systems show as failed tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from generator.errors import Problem
from generator.validate.words import visible


def junit(problems: Sequence[Problem]) -> str:
    """A failed test for each problem; one that passed where there is none."""
    count = {"tests": str(max(len(problems), 1)), "failures": str(len(problems))}
    suite = ElementTree.Element("testsuite", {"name": "rhoai-catalog validate", **count})
    for problem in problems:
        name = f"{problem.rule} {problem.pointer or '/'}"
        case = ElementTree.SubElement(suite, "testcase", classname=visible(problem.path), name=visible(name))
        message, place = visible(problem.message), visible(str(problem))
        ElementTree.SubElement(case, "failure", type=problem.rule, message=message).text = place
    if not problems:
        ElementTree.SubElement(suite, "testcase", classname="catalog", name="no problem")
    suites = ElementTree.Element("testsuites", count)
    suites.append(suite)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode")
