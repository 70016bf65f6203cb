"""Patterns of files mean what minimatch 9 makes of them, which Backstage asks; and none takes for ever."""

from __future__ import annotations

import contextlib
import time

import pytest
from rhoai_catalog.globs import PatternError, choices, is_pattern, matching

PATHS = sorted(
    """x.yaml a/x.yaml a/b/x.yaml a/b/c/x.yaml a/b b/x.yaml c/x.yaml ab.yaml a.yaml b.yaml ^.yaml 1.yaml 2.yaml
    12.yaml *.yaml {a.yaml a,b.yaml {a}.yaml .x.yaml .h/x.yaml a/.h/x.yaml aab.yaml A/X.yaml""".split()
)


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [  # what minimatch 9.0.9 answered for these paths, with no option
        ("**/x.yaml", "x.yaml a/x.yaml a/b/x.yaml a/b/c/x.yaml b/x.yaml c/x.yaml"),
        ("a/**", "a/x.yaml a/b/x.yaml a/b/c/x.yaml a/b"),
        ("a/**/b", "a/b"),
        ("a/**/x.yaml", "a/x.yaml a/b/x.yaml a/b/c/x.yaml"),
        (
            "*.yaml",
            "x.yaml ab.yaml a.yaml b.yaml ^.yaml 1.yaml 2.yaml 12.yaml *.yaml {a.yaml a,b.yaml {a}.yaml aab.yaml",
        ),
        ("*/*.yaml", "a/x.yaml b/x.yaml c/x.yaml A/X.yaml"),
        ("*", "x.yaml ab.yaml a.yaml b.yaml ^.yaml 1.yaml 2.yaml 12.yaml *.yaml {a.yaml a,b.yaml {a}.yaml aab.yaml"),
        ("{a,b}/*.yaml", "a/x.yaml b/x.yaml"),
        ("{a,{b,c}}/x.yaml", "a/x.yaml b/x.yaml c/x.yaml"),
        ("{a,b.yaml", ""),
        ("{a}.yaml", "{a}.yaml"),
        ("{}.yaml", ""),
        ("a{,b}.yaml", "ab.yaml a.yaml"),
        ("a,b.yaml", "a,b.yaml"),
        ("{1..3}.yaml", "1.yaml 2.yaml"),
        ("{a..c}.yaml", "a.yaml b.yaml"),
        ("{,.}x.yaml", "x.yaml .x.yaml"),
        ("?.yaml", "x.yaml a.yaml b.yaml ^.yaml 1.yaml 2.yaml *.yaml"),
        ("??.yaml", "ab.yaml 12.yaml {a.yaml"),
        ("[!a].yaml", "x.yaml b.yaml ^.yaml 1.yaml 2.yaml *.yaml"),
        ("[^a]*.yaml", "x.yaml b.yaml ^.yaml 1.yaml 2.yaml 12.yaml *.yaml {a.yaml {a}.yaml"),
        ("[ab].yaml", "a.yaml b.yaml"),
        ("[a-c]/x.yaml", "a/x.yaml b/x.yaml c/x.yaml"),
        ("[[:digit:]].yaml", "1.yaml 2.yaml"),
        ("[a.yaml", ""),
        (r"\*.yaml", "*.yaml"),
        (r"\{a.yaml", "{a.yaml"),
        (".*", ".x.yaml"),
        ("**/.h/*", ".h/x.yaml a/.h/x.yaml"),
        ("a/b/**/x.yaml", "a/b/x.yaml a/b/c/x.yaml"),
        ("**b/x.yaml", "b/x.yaml"),
        ("a**/x.yaml", "a/x.yaml"),
        ("@(a|b).yaml", "a.yaml b.yaml"),
        ("?(a)b.yaml", "ab.yaml b.yaml"),
        ("+(a|b).yaml", "ab.yaml a.yaml b.yaml aab.yaml"),
        ("*(a)b.yaml", "ab.yaml b.yaml aab.yaml"),
        ("a/!(c)/x.yaml", "a/b/x.yaml"),
        ("[ab]!(b).yaml", "a.yaml b.yaml a,b.yaml aab.yaml"),
        ("x.YAML", ""),
        ("**/**/**/c/**", "a/b/c/x.yaml c/x.yaml"),
        ("a//b/x.yaml", "a/b/x.yaml"),
        ("a/*/", ""),
        (
            "*.y{a,}ml",
            "x.yaml ab.yaml a.yaml b.yaml ^.yaml 1.yaml 2.yaml 12.yaml *.yaml {a.yaml a,b.yaml {a}.yaml aab.yaml",
        ),
        ("+(a", ""),
        ("a|b.yaml", ""),
    ],
)
def test_a_pattern_means_what_minimatch_takes_it_for(pattern: str, meant: str) -> None:
    assert sorted(matching(pattern, PATHS)) == sorted(meant.split())


def test_two_stars_alone_mean_everything_that_is_not_hidden() -> None:
    assert set(PATHS) - set(matching("**", PATHS)) == {".x.yaml", ".h/x.yaml", "a/.h/x.yaml"}


def test_hidden_files_are_meant_where_they_are_asked_for() -> None:
    assert ".x.yaml" in matching("*.yaml", PATHS, hidden=True)
    assert set(matching("**", PATHS, hidden=True)) == set(PATHS)


LONG = sorted(["a/" * 1000 + "b", *(f"x/{'a' * 240}{number}" for number in range(100))])


@pytest.mark.parametrize(
    "pattern",
    [
        "**/" * 1300 + "x",
        "**/a/" * 100 + "x",
        "x/" + "*a" * 1000 + "b",
        "x/" + "*a" * 1000 + "@(b)",
        "x/!(b)a*b",
        "x/+(a)+(a)b",
        "[" * 4000,
        "x/" + "?" * 4000,
        "{a,b" * 500,
        "{a,b}/" * 8 + "x",
    ],
)
def test_what_multiplies_is_followed_in_a_time_that_one_can_wait_for(pattern: str) -> None:
    began = time.process_time()
    with contextlib.suppress(PatternError):
        assert not list(matching(pattern, LONG))
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("{a,b}" * 50, "its braces give more than 256 choices"),
        ("{a," * 1000 + "}" * 1000, "its braces give more than 256 choices"),
        ("{" * 4000, "its braces give more than 256 choices"),
        ("{1..99999999999}", "its braces give more than 256 choices"),
        ("x/+(a|aa)b", "+(a|aa)b could take for ever to follow"),
        ("x/*(*(a))b", "*(*(a))b could take for ever to follow"),
        ("x/+(a*)b", "+(a*)b could take for ever to follow"),
        (r"x/+(a\)|aa)b", r"+(a\)|aa)b could take for ever to follow"),
        ("x/+([)]|a|aa)b", "+([)]|a|aa)b could take for ever to follow"),
        ("x/*@(a)*@(a)*b", "*@(a)*@(a)*b could take for ever to follow"),
        ("a" * 5000, "it is longer than 4096 characters"),
    ],
)
def test_what_doubles_with_every_character_is_not_followed(pattern: str, why: str) -> None:
    with pytest.raises(PatternError) as caught:
        list(matching(pattern, LONG))
    assert str(caught.value).startswith(why)


def test_choices_are_the_patterns_that_braces_stand_for() -> None:
    assert choices("a//{b,c*}") == ["a/b", "a/c*"]


@pytest.mark.parametrize("path", ["*.yaml", "a?", "[a]", "{a,b}", "@(a)", "!(a)", "+(a)"])
def test_what_has_a_wildcard_is_a_pattern(path: str) -> None:
    assert is_pattern(path) and not is_pattern("servers/east.1/a+b (c)!.yaml")
