"""Problems as JUnit XML, which CI systems show as failed tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from rhoai_catalog.problem import Problem
from rhoai_catalog.text.markup import xml_text


def junit(problems: Sequence[Problem]) -> str:
    """A failed test for each problem, a passed one for each note; one that passed where there is nothing at all."""
    failures = sum(problem.level != "note" for problem in problems)
    count = {"tests": str(max(len(problems), 1)), "failures": str(failures)}
    suites = ElementTree.Element("testsuites", count)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "rhoai-catalog validate", **count})
    for problem in problems:
        _case(suite, problem)
    if not problems:
        ElementTree.SubElement(suite, "testcase", classname="catalog", name="no problem")
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode")


def _case(suite: ElementTree.Element, problem: Problem) -> None:
    name = xml_text(f"{problem.rule} {problem.pointer or '/'}")
    case = ElementTree.SubElement(suite, "testcase", classname=xml_text(problem.path), name=name)
    if problem.level == "note":
        outcome = ElementTree.SubElement(case, "system-out")
    else:
        outcome = ElementTree.SubElement(case, "failure", type=problem.rule, message=xml_text(problem.message))
    outcome.text = xml_text(str(problem))
