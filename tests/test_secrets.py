"""Secrets that somebody wrote into a card or a property: masked before they are written, told by place, and no halt."""

from __future__ import annotations

import json
import random
import re
import string
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from line import AT_ONCE, BRANCH, PART, Line, line_in, model, server, version
from outside import Loopback, catalog_api, registry_api
from rhoai_catalog import pipeline, snapshot
from rhoai_catalog.config import Config, Service
from rhoai_catalog.errors import ProposeError
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe import read_estate
from rhoai_catalog.text.secrets import without_secrets

CHOOSE = random.Random(7)  # no secret stands in this file, so that no forge refuses it


def letters(count: int, of: str = string.ascii_letters + string.digits) -> str:
    return "".join(CHOOSE.choices(of, k=count))


HEX, BASE64 = "0123456789abcdef", string.ascii_letters + string.digits + "+/"
WRAPPED = "\n".join(letters(64, BASE64) for _ in range(12))
SECRETS = {
    "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{WRAPPED}\n-----END RSA PRIVATE KEY-----",
    "encrypted key": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"
    f"{WRAPPED}\n-----END RSA PRIVATE KEY-----",
    "OpenSSH key": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{WRAPPED}\n-----END OPENSSH PRIVATE KEY-----",
    "GitHub": f"ghp_{letters(36)}",
    "GitHub app": f"ghs_{letters(36)}",
    "GitHub fine-grained": f"github_pat_{letters(22)}_{letters(59)}",
    "GitLab": f"glpat-{letters(20)}",
    "Hugging Face": f"hf_{letters(34, string.ascii_letters)}",
    "NVIDIA": f"nvapi-{letters(64)}",
    "OpenAI": f"sk-proj-{letters(40)}T3BlbkFJ{letters(40)}",
    "Anthropic": f"sk-ant-api03-{letters(93)}AA",
    "OpenShift": f"sha256~{letters(43)}",
    "service account": f"eyJ{letters(40)}.eyJ{letters(200)}.{letters(86)}",
    "AWS id": f"AKIA{letters(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}",
    "AWS key": f"aws_secret_access_key = {letters(40, BASE64)}",
    "Google": f"AIza{letters(35)}",
    "Azure": f"AccountKey={letters(86, BASE64)}==",
    "Slack": f"xoxb-{letters(12, string.digits)}-{letters(24)}",
    "Stripe": f"sk_live_{letters(24)}",
    "npm": f"npm_{letters(36)}",
    "PyPI": f"pypi-AgEIcHlwaS5vcmc{letters(80)}",
    "Databricks": f"dapi{letters(32, HEX)}",
}
HARMLESS = [
    "hf_hub_download and hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, HF_TOKEN=hf_...",
    "AKIAIOSFODNN7EXAMPLE",
    "sha256:0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8",
    "export OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "a risk-adjusted desk-top task-oriented ask-me-anything benchmark, eyJ, ghp_, SG.1.2",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
    "-----BEGIN PRIVATE KEY----- (put yours here)",
    "https://hooks.slack.com/services/",
    f"hf_{'abc' * 11}a and ghp_{'0' * 36}",
    f"a longer word: taskAKIA{'ABCDEFGHIJ234567'} or x-ghp_{letters(36)}",
]


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("around", ["{}", "use `{}` here", "\n{}\n", "({}).", '"{}"', "key={}", "\t{}", "é{}é"])
def test_a_secret_is_masked_whole_and_nothing_else(name: str, around: str) -> None:
    text = around.format(SECRETS[name])
    masked = without_secrets(text.encode()).decode()
    assert re.fullmatch(re.escape(around).replace(r"\{\}", r"\[removed: what looks like an? [A-Za-z ]+\]"), masked)
    written = json.loads(without_secrets(json.dumps({"text": text}).encode()))
    assert written == {"text": masked}, "also where it is JSON, whose line ends are letters"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text.encode()) == text.encode()


def test_random_names_and_digests_stay() -> None:
    text = "\n".join(letters(CHOOSE.randrange(5, 80), HEX + string.ascii_lowercase + "-_.") for _ in range(20_000))
    assert without_secrets(text.encode()) == text.encode()


@pytest.mark.few(3)
@pytest.mark.parametrize("begin", ["eyJ", "eyJa.", "-----BEGIN PRIVATE KEY-----", "sk-", "glpat-", "SG.", "hf_ "])
def test_looking_for_secrets_takes_time_by_length(begin: str) -> None:
    begun = time.monotonic()
    without_secrets((begin * 400_000).encode()[:2_000_000])
    assert time.monotonic() - begun < 5, "a text of 2 MB"


# -- wherever it comes from ------------------------------------------------------------------------------------------


def observed(secret: str) -> Observation:
    """A registry and a catalog whose users wrote the same secret into everything that they may write."""
    text = f"Made by us. {secret} Use it."
    of_string = {"metadataType": "MetadataStringValue", "string_value": text}
    struct = {"metadataType": "MetadataStructValue", "struct_value": json.dumps({"a": [text]})}
    models = [{"id": "1", "name": "fraud", "state": "LIVE", "description": text, "owner": text}]
    row = {"id": "2", "name": "1.0", "registeredModelId": "1", "state": "LIVE", "author": text, "description": text}
    versions = [{**row, "customProperties": {"Notes": of_string, "Table": struct, text: of_string}}]
    artifacts = {"2": [{"id": "7", "artifactType": "model-artifact", "uri": f"s3://bucket/{secret}/x", "name": text}]}
    card = {"name": "org/model", "source_id": "cards", "readme": f"# Card\n\n{text}\n", "description": text}
    cards = catalog_api([{"id": "cards", "name": "Cards", "enabled": True}], [card])
    with Loopback(registry_api(models, versions, artifacts)) as team, Loopback(cards) as catalog:
        services = (
            Service(family="model-registry", name="team", url=team.url, registry="team"),
            Service(family="model-catalog", name="cards", url=catalog.url),
        )
        return read_estate(Config(root=Path(), services=services))


@pytest.mark.parametrize("name", ["GitHub", "Hugging Face", "private key", "service account"])
def test_no_secret_reaches_a_snapshot_or_the_tree_and_its_place_is_told(name: str, tmp_path: Path) -> None:
    secret = SECRETS[name]
    observation = observed(secret)
    assert not observation.snapshot.incomplete()
    snapshot.write_snapshot(tmp_path / "snapshot.json", observation.snapshot)
    config = Config(
        root=tmp_path / "catalog",
        services=(
            Service(family="model-registry", name="team", url="https://a.example", registry="team"),
            Service(family="model-catalog", name="cards", url="https://b.example"),
        ),
    )
    plan = pipeline.plan(config, observation, {})
    pipeline.generate(config, plan)
    written = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file())
    core = max(secret.splitlines(), key=len)
    assert core not in written and core not in repr(plan)
    assert "[removed: what looks like a" in written
    told = {left.what: left.reason for left in plan.left_out if "looks like a secret" in left.reason}
    assert {"resource:default/team.fraud.1.0", "models/team/fraud/1.0/docs/index.md"} <= told.keys()
    assert all("take it out of its source" in reason for reason in told.values())


# -- what the forge takes for a secret all the same ------------------------------------------------------------------

LOOK = """\
import subprocess, sys
old, new, ref = sys.stdin.readline().split()
git = lambda *a: subprocess.run(["git", *a], capture_output=True).stdout.decode()
found = int(new, 16) and "heads" in ref
hits = git("grep", "-In", "WORD-OF-THE-FORGE", new, "--").splitlines() if found else []
places = sorted({":".join(h.split(":")[1:3]) for h in hits})[:LIMIT]
if places:
    say(places)
    sys.exit(1)
"""
SAY = {
    "github": """\
def say(places):
    print("error: GH013: Repository rule violations found\\n\\n- GITHUB PUSH PROTECTION", file=sys.stderr)
    print("    - Push cannot contain secrets\\n\\n      —— A Token of the Forge ———", file=sys.stderr)
    for place in places:
        print(f"       locations:\\n         - commit: 5477a7d\\n           path: {place}\\n", file=sys.stderr)
""",
    "gitlab": """\
def say(places):
    print("PUSH BLOCKED: Secrets detected in code changes", file=sys.stderr)
    print("Secret push protection found the following secrets in commit: 37e54de5e78c", file=sys.stderr)
    for place in places:
        print(f"\\n-- {place} A Token of the Forge", file=sys.stderr)
""",
}


@pytest.fixture(params=["github", "gitlab"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with line_in(tmp_path, request.param, monkeypatch, removal=AT_ONCE) as line:
        guard(line, request.param)
        yield line


def guard(line: Line, forge: str, limit: int = 5) -> None:
    """The remote refuses what holds a certain word, and says where, as this forge does."""
    hook = line.world.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    code = f"import sys\n{SAY[forge]}{LOOK.replace('LIMIT', str(limit))}"
    hook.write_text(f"#!/bin/sh\nexec python3 -c '{code}'\n".replace("WORD-OF-THE-FORGE", WORD), "utf-8")
    hook.chmod(0o755)


WORD = "WORD-OF-THE-FORGE"
LEAKY = server("leaky", description=f"ask with {WORD}")
CHAT = server("chat")


def test_what_the_forge_refuses_is_held_and_the_rest_goes(line: Line) -> None:
    outcome = line.run(CHAT, LEAKY)
    assert outcome.action == "created"
    text = line.text(PART)
    assert "east.pay.chat" in text and WORD not in text and "leaky" not in text.replace("WORD", "")
    held = {held.what for held in outcome.plan.held if "secret" in held.reason}
    assert held == {f"{kind}:default/east.pay.leaky" for kind in ("component", "api")}
    assert outcome.plan.declined == (), "nobody declined it"
    assert "allow it in the forge" in line.pull.body and WORD not in line.pull.body


def test_a_run_that_is_refused_again_changes_nothing(line: Line) -> None:
    line.run(CHAT, LEAKY)
    head, writes = line.head(), line.writes()
    outcome = line.run(CHAT, LEAKY)
    written = [path for _, path in line.writes()[len(writes) :] if path != "/graphql"]  # a question, there
    assert (outcome.action, line.head(), written) == ("unchanged", head, [])
    assert any("secret" in held.reason for held in outcome.plan.held)


def test_what_is_mended_at_its_source_goes(line: Line) -> None:
    line.run(CHAT, LEAKY)
    outcome = line.run(CHAT, server("leaky", description="ask nobody"))
    assert outcome.action == "updated" and "ask nobody" in line.text(PART)
    assert not any("secret" in held.reason for held in outcome.plan.held)


def test_of_something_known_what_was_there_stays(line: Line) -> None:
    line.run(CHAT, server("leaky", description="ask nobody"))
    line.merge()
    outcome = line.run(server("chat", display_name="Chat for all"), LEAKY)
    assert outcome.action == "created"
    assert "ask nobody" in line.text(PART) and "Chat for all" in line.text(PART) and WORD not in line.text(PART)


def test_a_page_is_held_by_itself(line: Line) -> None:
    line.run(model("1", "fraud"), version("1", "1", "1.0", description=f"Ask.\n\n{WORD}\n"), CHAT)
    names = line.files(BRANCH)
    assert "east.pay.chat" in line.text(PART) and "models/shared/fraud/1.0/docs/index.md" not in names


def test_more_than_the_forge_names_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with line_in(tmp_path, "github", monkeypatch, removal=AT_ONCE) as line:
        guard(line, "github", limit=2)
        leaky = [server(f"leaky-{number}", description=f"{WORD} {number}") for number in range(7)]
        outcome = line.run(CHAT, *leaky)
        assert outcome.action == "created" and len({held.what for held in outcome.plan.held}) == 14
        assert line.text(PART).count("kind: Component") == 1


def test_a_refusal_that_names_nothing_of_ours_is_an_error(line: Line) -> None:
    (line.world.remote / "hooks" / "pre-receive").write_text(
        "#!/bin/sh\nprintf 'GH013\\nPush cannot contain secrets\\n  path: other/file.txt:3\\n' >&2; exit 1\n"
    )
    with pytest.raises(ProposeError, match=r"other/file\.txt:3"):
        line.run(CHAT)
