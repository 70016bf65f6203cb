"""What is up for review stays while a listing is not believed: too much would go by it, or it is seen once only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from line import AT_ONCE, BRANCH, Line, line_in, model, server, version
from rhoai_catalog.snapshot import RegistryLink
from test_propose_reverts import revert

CHAT, FRAUD = server("chat"), server("fraud")
SERVERS = (CHAT, FRAUD)
MODELS = (model(), version(), version("2", "v2"))
RETITLED = server("chat", display_name="Chat for everybody")
GROUP = "kserve/east/InferenceService"


@pytest.fixture(params=["github", "gitea", "gitlab"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, request.param, monkeypatch) as line:  # the removal of what is gone waits for a day
        yield line


@pytest.fixture
def at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        yield line


def approved(line: Line, *rows: Any) -> None:
    line.run(*rows)
    line.merge()


def stays(line: Line, *rows: Any) -> None:
    """A run that changes nothing of what is up for review."""
    number, head = line.pull.number, line.head()
    assert line.run(*rows).action in ("unchanged", "updated")  # its words, which tell what is held
    assert (line.pull.number, line.pull.state, line.head()) == (number, "open", head)


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "news",
    [
        lambda models: (replace(models[0], description="Reads"), *models[1:]),
        lambda models: (*models, version("3", "v3")),
    ],
    ids=["changed", "new"],
)
def test_what_waits_to_go_takes_nothing_else_out_of_review(line: Line, news: Callable[[Any], Any]) -> None:
    approved(line, *SERVERS, *MODELS)
    assert line.run(*SERVERS, *news(MODELS)).action == "created"
    assert line.run(CHAT, *news(MODELS)).plan.held
    for _ in range(2):
        stays(line, CHAT, *news(MODELS))


@pytest.mark.few(1)
@pytest.mark.parametrize("proposed", [(RETITLED, FRAUD), (CHAT, FRAUD, server("new"))], ids=["changed", "new"])
def test_a_cluster_that_lists_nothing_any_more_takes_nothing_out_of_review(
    at_once: Line, proposed: tuple[Any, ...]
) -> None:
    approved(at_once, *SERVERS, *MODELS)
    assert at_once.run(*proposed, *MODELS).action == "created"
    assert at_once.run(*MODELS).plan.held
    stays(at_once, *MODELS)
    news = (*MODELS, version("3", "v3"))
    assert at_once.run(*news).action == "updated", "of what is believed all is told"
    part = at_once.text()
    assert "Chat for everybody" in part or "east.pay.new" in part
    assert "shared.granite.v3" in "".join(at_once.text(file) for file in at_once.files() if file.endswith("s.yaml"))
    assert at_once.run(*SERVERS, *MODELS).action == "closed", "what is believed again, and as it was, is no news"


def test_a_removal_that_was_proposed_stays_so(at_once: Line) -> None:
    approved(at_once, *SERVERS, *MODELS)
    archived = (*MODELS[:2], replace(MODELS[2], state="ARCHIVED"))
    assert at_once.run(*SERVERS, *archived).action == "created"
    stays(at_once, *archived)
    assert not any("/v2/" in file for file in at_once.files())


def test_what_was_allowed_to_go_stays_up_for_review(at_once: Line) -> None:
    servers = tuple(server(f"s{number}") for number in range(3))
    approved(at_once, *servers, server("llm", kind="LLMInferenceService"))
    assert at_once.run().action == "nothing"
    assert at_once.run(allowed={GROUP: 3}).action == "created"
    for _ in range(2):
        stays(at_once)
    assert "llm" in at_once.text() and "east.pay.s1" not in at_once.text()
    assert {held.what.split("/")[3] for held in at_once.run().plan.held} == {"LLMInferenceService"}
    assert at_once.run(*servers[:2], server("llm", kind="LLMInferenceService")).action == "updated"
    assert "east.pay.s1" in at_once.text() and "east.pay.s2" not in at_once.text()


def test_a_new_one_that_is_gone_again_is_withdrawn_though_another_waits(line: Line) -> None:
    approved(line, *SERVERS)
    assert line.run(*SERVERS, server("new"), server("other")).action == "created"
    assert line.run(CHAT, server("other")).action == "updated"
    assert "east.pay.new" not in line.text() and "east.pay.other" in line.text()


def test_what_people_committed_stays_while_a_listing_is_not_believed(at_once: Line) -> None:
    approved(at_once, *SERVERS, *MODELS)
    at_once.run(RETITLED, FRAUD, *MODELS)
    at_once.edit(BRANCH, "lifecycle: production", "lifecycle: experimental")
    at_once.run(*MODELS)
    assert "lifecycle: experimental" in at_once.text() and "Chat for everybody" in at_once.text()


@pytest.mark.few(1)
@pytest.mark.parametrize("away", [{"down": ("kserve/east",)}, {}], ids=["down", "lists nothing"])
def test_what_people_took_back_closes_nothing_while_nobody_knows_whether_it_is_still_wanted(
    at_once: Line, away: dict[str, Any]
) -> None:
    approved(at_once, *SERVERS, *MODELS)
    at_once.run(RETITLED, FRAUD, *MODELS)
    number, proposed = at_once.pull.number, at_once.head()
    revert(at_once, BRANCH)
    head = at_once.head()
    for _ in range(2):
        assert at_once.run(*MODELS, **away).action in ("unchanged", "updated")
        assert (at_once.pull.state, at_once.head()) == ("open", head)
    outcome = at_once.run(RETITLED, FRAUD, *MODELS)
    assert (outcome.action, outcome.number) == ("updated", number)
    assert outcome.plan.reverted and at_once.text() == at_once.text(branch=proposed)
    assert at_once.run(*SERVERS, *MODELS).action == "closed", "now that it is known"


def test_what_people_took_back_is_up_for_review_no_more_where_they_closed_it(at_once: Line) -> None:
    approved(at_once, *SERVERS)
    at_once.run(RETITLED, FRAUD)
    revert(at_once, BRANCH)
    at_once.forge.close(at_once.pull.number)
    assert at_once.run(down=("kserve/east",)).action == "nothing"


def test_a_registry_of_which_all_is_archived_lists_it_all_the_same(at_once: Line) -> None:
    approved(at_once, *SERVERS, model(), version())
    run = at_once.run(*SERVERS, model(), version(state="ARCHIVED"))
    assert (run.action, run.plan.held) == ("created", ())
    assert not any(file.startswith("models/") for file in at_once.files())
    at_once.merge()
    assert at_once.run(*SERVERS, model(), version(state="ARCHIVED")).action == "nothing"
    at_once.run(*SERVERS, model(), version())
    at_once.merge()
    assert at_once.run(*SERVERS).plan.held, "one that lists nothing is not believed"


def test_a_server_that_is_being_deleted_is_left_as_it_is_with_the_page_that_names_it(at_once: Line) -> None:
    link = RegistryLink(registry=None, registered_model_id="1", model_version_id="1")
    serving = server("chat", registry=link), server("other", registry=link)
    rows = (*MODELS, server("fraud"))
    approved(at_once, *rows, *serving)
    assert any(file.endswith("docs/servers.md") for file in at_once.files("main"))
    for going in ((0,), (0, 1)):
        left = [replace(one, state="deleting") if number in going else one for number, one in enumerate(serving)]
        assert at_once.run(*rows, *left).action == "nothing"
    assert at_once.run(*rows, serving[1]).action == "created"
    page = next(file for file in at_once.files() if file.endswith("docs/servers.md"))
    assert "east.pay.other" in at_once.text(page) and "east.pay.chat" not in at_once.text(page)
