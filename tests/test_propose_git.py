"""Git as the proposal uses it: real repositories with a real bare remote."""

from __future__ import annotations

import subprocess
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from forges import git
from gitplace import ADDRESS, BRANCH, Place, place_in, tree_of
from outside import Answer, Loopback, Request
from rhoai_catalog import catalog
from rhoai_catalog.config import Repository
from rhoai_catalog.errors import CatalogError, ConfigError, ProposeError
from rhoai_catalog.propose import authors
from rhoai_catalog.propose.git import Authorship, Checkout, LeaseLostError
from test_kubeconfig import PROXIES, listener

TEXTS = {
    "index.yaml": "a: 1\r\nb: $Id$\r\n",
    "models/a.md": "# Größe\n\ttrailing  \n\n\n",
    "models/build/b.md": "no newline at the end",
    ".base/x.jsonl": '{"v":1}\n',
    ".gitattributes": ".base/** linguist-generated\n",
    "servers/east/ns/entities.yaml": "",
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_in(tmp_path)


# -- reading -----------------------------------------------------------------------------------------------------


def test_a_commit_is_read_as_the_folder_would_be(place: Place) -> None:
    folder = place.person / "catalog"
    catalog.write_files(folder, TEXTS)
    (folder / "logo.svg").write_text("<svg/>")
    (folder / "latin.md").write_bytes(b"one\ntwo \xe9\n")
    (folder / "link.yaml").symlink_to("index.yaml")
    (folder / "away").symlink_to("/etc")
    (folder / "odd \n\t'name.md").write_text("x")
    head = place.commit("main", {})
    checkout = place.clone().open()
    wanted, files = catalog.read_files(folder), checkout.files(head)
    assert files.texts == wanted.texts and checkout.texts(head) == wanted.texts
    assert set(files.unreadable) == set(wanted.unreadable) and len(files.unreadable) == 2
    assert checkout.texts(head, ["index.yaml", "models", "none.md"]) == {"index.yaml": TEXTS["index.yaml"]}
    assert checkout.texts(head, []) == {}
    assert checkout.texts(head, [f"{number}.md" for number in range(300)] + ["index.yaml"]).keys() == {"index.yaml"}


def test_a_name_that_is_no_text_and_a_pointer_of_lfs_are_told(place: Place) -> None:
    (place.person / "catalog" / "big.md").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    (place.person / "catalog" / "\udcff.md").write_text("x")
    head = place.commit("main", {})
    (place.person / "catalog" / "\udcfe.yaml").symlink_to("big.md")
    (place.person / "catalog" / "\udcfd").mkdir()
    (place.person / "catalog" / "\udcfd" / "a.yaml").write_text("a: b\n")
    head = place.commit("main", {})
    files = place.clone().open().files(head)
    odd = {problem.path: problem.message for problem in files.unreadable}
    assert odd.keys() == {"big.md", "\\uDCFF.md", "\\uDCFE.yaml", "\\uDCFD/a.yaml"}
    wanted = {problem.path: problem.message for problem in catalog.read_files(place.person / "catalog").unreadable}
    assert wanted == {path: message for path, message in odd.items() if path != "big.md"}
    assert set(wanted.values()) == {"its name is not UTF-8 text"}


@pytest.mark.parametrize("count", [7, 300])
def test_many_files_take_no_more_processes_than_few(place: Place, commands: list[tuple[str, ...]], count: int) -> None:
    checkout = place.open()
    files = {f"models/{number % 7}/{number}.md": f"{number}\n" for number in range(count)}
    full = checkout.commit_tree(place.head(), files, [place.head()], "Many")
    commands.clear()
    assert checkout.texts(full).items() >= files.items()
    assert len(commands) == 3
    commands.clear()
    checkout.commit_tree(full, dict.fromkeys(files, "new\n"), [full], "Again")
    assert len(commands) == 7


def test_a_catalog_that_is_the_whole_repository(place: Place) -> None:
    checkout = Checkout(place.folder, Repository(url=ADDRESS), None)
    assert checkout.texts(place.head()).keys() == {"catalog/index.yaml", "catalog/models/a.md"}
    commit = checkout.commit_tree(place.head(), {"x.yaml": "x\n"}, [], "X")
    assert checkout.changed(place.head(), commit) == ("x.yaml",)


def test_commits_are_told_as_they_are(place: Place) -> None:
    base = place.head()
    git(place.person, "config", "i18n.commitEncoding", "ISO-8859-1")
    first = place.commit(BRANCH, {"catalog/x.md": "x"}, start="main", time=1_700_000_000)
    second = place.commit(BRANCH, {"README": None}, time=1_700_000_100)
    checkout = place.clone().open()
    newest, oldest = checkout.commits(second, base)
    assert (newest.sha, oldest.sha, newest.parents, oldest.parents) == (second, first, (first,), (base,))
    assert (newest.author, newest.author_email, newest.committer_email) == ("Alice", *["alice@example.net"] * 2)
    assert newest.message == "What I think\n" and newest.time.isoformat() == "2023-11-14T22:15:00+00:00"
    assert newest.tree == tree_of(checkout, second)
    assert checkout.commits(base, second) == ()
    assert checkout.merge_base(second, base) == base
    assert checkout.changed(base, second) == ("README", "catalog/x.md")
    git(place.person, "checkout", "--quiet", "--orphan", "alone")
    alone = place.committed("alone")
    checkout.fetch("refs/heads/alone")
    assert checkout.merge_base(alone, base) is None
    with pytest.raises(ProposeError):
        checkout.merge_base("1" * 40, base)


def test_a_commit_of_a_hostile_time_and_message_is_only_odd(place: Place) -> None:
    tree = git(place.remote, "rev-parse", "main^{tree}")
    for time in ("99999999999999", "9223372036854775807"):
        text = f"tree {tree}\nauthor A\x1b <a@b> 1 +0000\ncommitter  <> {time} +0000\n\nOne\x01\n\nTwo\n".encode()
        command = ["git", "-C", str(place.folder), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
        sha = subprocess.run(command, input=text, check=True, capture_output=True).stdout.decode().strip()
        [commit] = place.open().commits(sha, place.head())
        assert commit.message.startswith("One") and commit.committer_email == ""


# -- whatever the clone is ---------------------------------------------------------------------------------------


def _plain(place: Place) -> Place:
    return place.clone()


def _shallow(place: Place) -> Place:
    return place.clone("--depth=1")


def _blobless(place: Place) -> Place:
    return place.clone("--filter=blob:none", "--no-checkout")


def _treeless(place: Place) -> Place:
    return place.clone("--filter=tree:0", "--no-checkout")


def _sparse(place: Place) -> Place:
    again = place.clone("--sparse", "--filter=blob:none")
    git(again.folder, "sparse-checkout", "set", "catalog")
    return again


def _linked(place: Place) -> Place:
    again = place.clone()
    git(again.folder, "worktree", "add", "--quiet", "--detach", str(again.folder) + "-linked")
    return Place(place.remote, Path(f"{again.folder}-linked"), place.person)


def _single(place: Place) -> Place:
    return place.clone("--single-branch", "--no-tags")


@pytest.mark.few(2)
@pytest.mark.parametrize("kind", [_plain, _shallow, _blobless, _treeless, _sparse, _linked, _single])
@pytest.mark.parametrize("objects", ["sha1", "sha256"])
def test_every_kind_of_clone_will_do(tmp_path: Path, kind: Callable[[Place], Place], objects: str) -> None:
    origin = place_in(tmp_path, f"--object-format={objects}")
    for number in range(3):
        origin.commit("main", {"README": f"{number}\n"})
    origin.commit(BRANCH, {"catalog/models/a.md": "# A\n\nMine\n"}, start="main")
    origin.commit("main", {"README": "newer\n", "catalog/index.yaml": "ONE\ntwo\nthree\n"})
    place = kind(origin)
    (place.folder / "catalog").mkdir(exist_ok=True)
    origin.commit("main", {"catalog/late.yaml": "late\n"})
    before = place.state()
    checkout = place.open()
    heads = checkout.heads("main", BRANCH, "none")
    assert heads == {"main": place.head(), BRANCH: place.head(BRANCH)}
    checkout.fetch(*(f"refs/heads/{name}" for name in heads), history=True)
    base, branch = heads["main"], heads[BRANCH]
    assert len(checkout.commits(branch, base)) == 1
    merge = checkout.merged(base, branch)
    assert merge.clashes == ()
    commit = checkout.commit_tree(merge.tree, {"new/x.yaml": "x\n"}, [branch, base], "Update")
    checkout.push(commit, BRANCH, branch)
    assert checkout.texts(commit) == {
        "index.yaml": "ONE\ntwo\nthree\n",
        "late.yaml": "late\n",
        "models/a.md": "# A\n\nMine\n",
        "new/x.yaml": "x\n",
    }
    assert place.bytes(place.head(BRANCH), "README") == b"newer\n"
    assert place.state() == before
    git(place.remote, "fsck", "--strict")


def test_a_partial_clone_fetches_what_it_lacks_at_once(place: Place, commands: list[tuple[str, ...]]) -> None:
    many = {f"catalog/models/{number}.md": f"{number}\n" for number in range(40)}
    head = place.commit("main", many)
    checkout = place.clone("--filter=blob:none", "--no-checkout").folder
    (checkout / "catalog").mkdir()
    opened = Place(place.remote, checkout, place.person).open()
    commands.clear()
    assert len(opened.texts(head)) == 42
    assert sum("fetch" in command for command in commands) == 1
    commands.clear()
    opened.texts(head)
    assert not any("fetch" in command for command in commands)


def test_a_shallow_clone_stays_shallow_where_no_history_is_needed(place: Place) -> None:
    place.commit("main", {"README": "2"})
    again = place.clone("--depth=1")
    place.commit("main", {"README": "3"})
    checkout = again.open()
    checkout.fetch("refs/heads/main")
    assert git(again.folder, "rev-parse", "--is-shallow-repository") == "true"
    commit = checkout.commit_tree(place.head(), {"x.md": "x"}, [place.head()], "X")
    checkout.push(commit, BRANCH, "")
    assert place.head(BRANCH) == commit


# -- names -------------------------------------------------------------------------------------------------------


@pytest.mark.few(3)
@pytest.mark.parametrize("name", ["--upload-pack=touch${IFS}owned", "-z/x", "--all", "+x", "refs/heads/x", "ü/é"])
def test_no_name_of_a_branch_is_an_option(place: Place, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.folder)
    checkout, base = place.open(), place.head()
    git(place.remote, "update-ref", f"refs/heads/{name}", base)
    git(place.remote, "update-ref", f"refs/heads/other/refs/heads/{name}", base)
    assert checkout.heads(name) == {name: base}
    checkout.fetch(f"refs/heads/{name}", history=True)
    commit = checkout.commit_tree(base, {"x.md": "x"}, [base], "X")
    checkout.push(commit, name, base)
    assert checkout.heads(name) == {name: commit}
    checkout.delete(name, commit)
    assert checkout.heads(name) == {}
    assert list(place.folder.glob("**/owned")) == []


@pytest.mark.parametrize("name", ["*", "ma?n", "a..b", "", "x:y", "main~1"])
def test_a_name_that_is_none_is_an_error_or_nothing(place: Place, name: str) -> None:
    checkout = place.open()
    assert checkout.heads(name) == {}
    with pytest.raises(ProposeError):
        checkout.push(place.head(), name, "")


# -- writing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """`files` of the repository, `home` files of the user, and what both have set; {home} is the user's folder."""

    files: Mapping[str, str] = field(default_factory=dict)
    home: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    exclude: str = ""
    replaced: bool = False


def _attributes(text: str, **config: str) -> Hostile:
    settings = {key.replace("_", "."): value for key, value in config.items()}
    return Hostile(files={".gitattributes": f"catalog/** {text}\n"}, config=settings)


def _config(text: str, **home: str) -> Hostile:
    return Hostile(config=dict(part.split("=", 1) for part in text.split(" ; ")), home=home)


HOSTILE = {
    "ignore": Hostile(files={".gitignore": "models/\nbuild/\n*.md\n*\n"}),
    "ignore-below": Hostile(files={"catalog/.gitignore": "*\n"}),
    "exclude": Hostile(exclude="models/\ncatalog/\n"),
    "excludes-file": _config("core.excludesFile={home}/ignore", ignore="*\n"),
    "eol": _attributes("text eol=crlf"),
    "text": _attributes("text=auto", core_eol="crlf"),
    "autocrlf": _config("core.autocrlf=true ; core.safecrlf=true"),
    "ident": _attributes("ident"),
    "filter": _attributes("filter=up", filter_up_clean="tr a-z A-Z", filter_up_smudge="cat"),
    "filter-required": _attributes("filter=lfs", filter_lfs_required="true", filter_lfs_clean="no-such-command"),
    "encoding": _attributes("working-tree-encoding=UTF-16LE"),
    "export": _attributes("export-ignore export-subst binary"),
    "attributes-file": _config("core.attributesFile={home}/attributes", attributes="* text eol=crlf\n"),
    "merge-driver": _attributes("merge=bad", merge_bad_driver="echo bad > %A; false", merge_default="bad"),
    "merge-attribute": _attributes("merge=binary conflict-marker-size=1"),
    "merge": _config("merge.ff=only ; pull.ff=only ; merge.conflictStyle=zdiff3 ; rerere.enabled=true"),
    "sign": _config("commit.gpgSign=true ; push.gpgSign=true ; user.signingKey=none ; gpg.program=no-such-command"),
    "encoding-of-commits": _config("i18n.commitEncoding=UTF-16 ; i18n.logOutputEncoding=latin1"),
    "file-mode": _config("core.fileMode=false ; core.symlinks=false ; core.ignoreCase=true"),
    "paths": _config("core.protectNTFS=true ; core.protectHFS=true ; core.quotePath=true"),
    "push": _config("push.default=nothing ; push.followTags=true ; push.pushOption=x ; push.useForceIfIncludes=true"),
    "modules": _config("push.recurseSubmodules=only ; submodule.recurse=true ; fetch.recurseSubmodules=true"),
    "mirror": _config("remote.origin.mirror=true"),
    "fetch": _config("fetch.prune=true ; remote.origin.tagOpt=--tags ; fetch.writeCommitGraph=true"),
    "output": _config("color.ui=always ; color.push=always ; core.abbrev=4 ; log.showSignature=true ; log.date=raw"),
    "diff": _config("diff.renames=copies ; diff.relative=true ; diff.noprefix=true ; diff.external=false"),
    "order": _config(
        "diff.orderFile={home}/order ; diff.ignoreSubmodules=all ; diff.algorithm=patience", order="*.md\n"
    ),
    "monitor": _config("core.fsmonitor={home}/run ; core.untrackedCache=true", run="#!/bin/sh\nfalse\n"),
    "worktree-config": _config("extensions.worktreeConfig=true ; core.sparseCheckout=true ; index.sparse=true"),
    "replace": Hostile(replaced=True),
}
HOOKS = (
    "pre-commit commit-msg prepare-commit-msg post-commit pre-push pre-merge-commit reference-transaction "
    "post-index-change post-checkout post-rewrite"
).split()


def _hostile(place: Place, hostile: Hostile, home: Path) -> Place:
    """A clone in which, from here on, whatever a person runs would do something else."""
    if hostile.files:
        place.commit("main", hostile.files)
    again = place.clone()
    if hostile.replaced:
        other = git(again.folder, "commit-tree", "-m", "Other", git(again.folder, "rev-parse", "HEAD:catalog"))
        git(again.folder, "replace", place.head(), other)
    for file, text in hostile.home.items():
        (home / file).write_text(text)
        (home / file).chmod(0o755)
    (again.folder / ".git" / "info" / "exclude").write_text(hostile.exclude)
    for hook in HOOKS:
        (again.folder / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {home}/hook-{hook}\nexit 1\n")
    for key, value in hostile.config.items():
        for where in ("--global", "--local"):
            git(again.folder, "config", where, key, value.format(home=home))
    return again


@pytest.mark.few(3)
@pytest.mark.parametrize("name", HOSTILE)
def test_the_repository_s_settings_do_not_reach_our_bytes(
    place: Place, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place.commit("main", {"catalog/index.yaml": "one\r\ntwo\n$Id$\n"})
    theirs = {"catalog/notes.md": "mine\r\n", "catalog/index.yaml": "one\r\ntwo\n$Id$\nfour\n"}
    branch = place.commit(BRANCH, theirs, start="main")
    place.commit("main", {"catalog/index.yaml": "ONE\r\ntwo\n$Id$\n"})
    home = tmp_path_factory.mktemp("hostile")
    place = _hostile(place, HOSTILE[name], home)
    files = {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file() and ".git" not in path.parts}
    index = (place.folder / ".git" / "index").read_bytes()
    for hook in HOOKS:
        (place.folder / ".git" / "hooks" / hook).chmod(0o755)
    checkout, base = place.open(), place.head()
    checkout.fetch("refs/heads/main", f"refs/heads/{BRANCH}", history=True)
    merge = checkout.merged(base, branch)
    texts = {"index.yaml": "ONE\r\ntwo\n$Id$\nfour\n", "notes.md": "mine\r\n"}
    assert checkout.texts(merge.tree, texts) == texts and merge.clashes == ()
    commit = checkout.commit_tree(base, TEXTS, [base, branch], "Größe\n\n# no comment\n")
    checkout.push(commit, BRANCH, branch)
    assert {path: place.bytes(commit, f"catalog/{path}").decode() for path in TEXTS} == TEXTS
    assert checkout.texts(commit).items() >= TEXTS.items()
    assert {f"catalog/{path}" for path in TEXTS} == set(checkout.changed(base, commit))
    [newest, *_] = checkout.commits(place.head(BRANCH), base)
    assert (newest.sha, newest.message) == (commit, "Größe\n\n# no comment\n")
    assert [path.name for path in home.glob("hook-*")] == []
    assert all(path.read_bytes() == content for path, content in files.items())
    assert (place.folder / ".git" / "index").read_bytes() == index


def test_only_what_is_named_changes(place: Place) -> None:
    person = place.person
    (person / "catalog" / "run.yaml").write_text("x")
    (person / "catalog" / "run.yaml").chmod(0o755)
    (person / "catalog" / "link").symlink_to("models")
    git(person, "update-index", "--add", "--cacheinfo", f"160000,{place.head()},catalog/module")
    (person / "odd\nfolder").mkdir()
    (person / "odd\nfolder" / "x").write_text("x")
    git(person, "add", "odd\nfolder", "catalog/run.yaml", "catalog/link")
    base = place.committed("main")
    checkout = place.clone().open()
    files = {"index.yaml": None, "models/a.md": None, "run.yaml": "y", "deep/er/x.md": "x", "none/x.md": None}
    commit = checkout.commit_tree(base, files, [base], "Some")
    rows = git(checkout.root, "diff-tree", "-r", "--name-status", base, commit).splitlines()
    assert rows == ["A\tcatalog/deep/er/x.md", "D\tcatalog/index.yaml", "D\tcatalog/models/a.md", "M\tcatalog/run.yaml"]
    listed = git(checkout.root, "ls-tree", f"{commit}:catalog").splitlines()
    assert [row.partition(" ")[0] + row.rpartition("\t")[2] for row in listed] == [
        "040000deep",
        "120000link",
        "160000module",
        "100755run.yaml",
    ]


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_names_that_begin_alike_stand_where_git_has_them(tmp_path: Path, options: tuple[str, ...]) -> None:
    place = place_in(tmp_path, *options)
    names = [f"catalog/y/{name}" for name in ("a/x.md", "a.md", "a-b/x.md", "a0.md", "ab/x.md", "é/x.md", "z.md")]
    base, head = place.head(), place.commit("main", dict.fromkeys(names, "x"))
    checkout = place.clone().open()
    texts = {name.removeprefix("catalog/"): "x" for name in names}
    assert checkout.write_tree(base, texts) == tree_of(checkout, head)


def test_what_is_known_is_not_asked_again(place: Place, commands: list[tuple[str, ...]]) -> None:
    checkout, head = place.open(), place.head()
    assert checkout.files(head) == checkout.files(head)
    assert [command[0] for command in commands[1:]] == ["ls-tree", "config", "cat-file"]
    checkout.texts(head, ["index.yaml"])
    assert [command[0] for command in commands[4:]] == ["ls-tree"]


def test_two_trees_hold_in_memory_once_what_is_in_both(place: Place) -> None:
    checkout, head = place.clone().open(), place.head()
    before = checkout.files(head)
    after = checkout.files(checkout.write_tree(head, {"index.yaml": "a: other\n"}))
    assert before.texts.keys() == after.texts.keys() > {"index.yaml"}
    assert {name for name, text in after.texts.items() if text is not before.texts[name]} == {"index.yaml"}


def test_memory_does_not_grow_with_the_commits_that_are_looked_into(place: Place) -> None:
    checkout, head = place.clone().open(), place.head()
    trees = [checkout.write_tree(head, {"index.yaml": f"{number}" * 500_000}) for number in range(10)]
    tracemalloc.start()
    sizes = [len(checkout.texts(tree, ["index.yaml"])["index.yaml"]) for tree in trees]
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < sum(sizes) / 5


def test_an_equal_tree_is_the_same_tree(place: Place) -> None:
    checkout, base = place.open(), place.head()
    texts = checkout.texts(base)
    assert checkout.write_tree(base, texts) == checkout.write_tree(base, {}) == tree_of(checkout, base)
    there = checkout.write_tree(base, {"x/y.md": "1"})
    assert checkout.write_tree(there, {"x/y.md": None}) == tree_of(checkout, base)
    nothing = checkout.write_tree(base, dict.fromkeys(texts))
    assert checkout.texts(nothing) == {} and checkout.changed(base, nothing) == (
        "catalog/index.yaml",
        "catalog/models/a.md",
    )
    assert checkout.write_tree(nothing, texts) == tree_of(checkout, base)
    assert checkout.texts(checkout.write_tree(None, texts)) == texts


ELSEWHERE = (". .. ../x a/../x /etc/x a//b ./a a/ .git/config a/.GIT/x a/.git./x git~1/x".split(), ["", "a\nb", "a\0b"])


@pytest.mark.few(5)
@pytest.mark.parametrize("path", [path for paths in ELSEWHERE for path in paths])
def test_a_path_that_leads_elsewhere_is_refused(place: Place, path: str) -> None:
    for text in ("x", None):
        with pytest.raises(CatalogError, match="is not a path below catalog/"):
            place.open().write_tree(place.head(), {path: text})


def test_what_is_no_file_or_folder_is_never_written_through(place: Place) -> None:
    person = place.person
    (person / "catalog" / "away").symlink_to("/etc")
    (person / "catalog" / "link.yaml").symlink_to("index.yaml")
    git(person, "add", "--all")
    git(person, "update-index", "--add", "--cacheinfo", f"160000,{place.head()},catalog/module")
    base = place.committed("main")
    checkout = place.clone().open()
    for path, message in {
        "away/passwd.md": "catalog/away is a symbolic link",
        "link.yaml": "catalog/link.yaml is a symbolic link",
        "module/x.md": "catalog/module is a submodule",
        "module": "catalog/module is a submodule",
        "index.yaml/x.md": "catalog/index.yaml is a file",
        "models": "catalog/models is a folder",
    }.items():
        with pytest.raises(CatalogError, match=message):
            checkout.write_tree(base, {path: "x"})
    with pytest.raises(CatalogError, match="what UTF-8 has not"):
        checkout.write_tree(base, {"x.md": "\ud800"})
    with pytest.raises(CatalogError, match="is a folder"):
        checkout.write_tree(base, {"n": "x", "n/m": "y"})


def test_a_file_and_a_folder_may_change_places(place: Place) -> None:
    checkout, base = place.open(), place.head()
    tree = checkout.write_tree(
        base, {"models": "now a file", "models/a.md": None, "index.yaml": None, "index.yaml/x.md": "x"}
    )
    assert git(checkout.root, "ls-tree", "-r", "--name-only", tree) == "README\ncatalog/index.yaml/x.md\ncatalog/models"


def test_a_start_that_is_not_there_is_told(place: Place) -> None:
    with pytest.raises(ProposeError, match="is not in"):
        place.open().write_tree("0" * 39 + "1", {"x.md": "x"})


# -- who commits -------------------------------------------------------------------------------------------------


def _identity(place: Place, authorship: Authorship) -> str:
    checkout = place.open(authorship)
    commit = checkout.commit_tree(place.head(), {"x.md": "x"}, [place.head()], "X")
    return git(place.folder, "show", "--no-patch", "--format=%an <%ae> %cn <%ce>", commit)


def test_who_commits_is_chosen(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    robot = "rhoai-catalog <rhoai-catalog@users.noreply.github.com>"
    assert _identity(place, Authorship()) == f"{robot} {robot}"
    bot = "Bot of Us <bot@example.net>"
    assert _identity(place, Authorship(author=bot)) == f"{bot} {bot}"
    git(place.folder, "config", "user.useConfigOnly", "true")
    with pytest.raises(ProposeError) as told:
        _identity(place, Authorship(author="repository"))
    assert told.value.hint == "set user.name and user.email"
    git(place.folder, "config", "user.name", "Carol")
    git(place.folder, "config", "user.email", "carol@example.net")
    assert _identity(place, Authorship(author="repository")) == " ".join(["Carol <carol@example.net>"] * 2)


@pytest.mark.parametrize("author", ["", "nobody", "<a@b>", "A <a b>", "A <a@b> x", "A\n <a@b>"])
def test_an_author_that_is_none_is_an_error_of_the_configuration(author: str) -> None:
    with pytest.raises(ConfigError, match="names no author"):
        Authorship(author=author)


def test_commits_are_signed_with_the_repository_s_own_key(place: Place, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    git(place.folder, "config", "gpg.format", "ssh")
    git(place.folder, "config", "user.signingKey", str(key))
    for sign in (False, True):
        checkout = place.open(Authorship(sign=sign))
        commit = checkout.commit_tree(place.head(), {"x.md": "x"}, [place.head()], "X")
        assert ("BEGIN SSH SIGNATURE" in git(place.folder, "cat-file", "commit", commit)) is sign
    git(place.folder, "config", "user.signingKey", f"{key}-gone")
    with pytest.raises(ProposeError) as told:
        place.open(Authorship(sign=True)).commit_tree(place.head(), {"x.md": "y"}, [], "X")
    assert "user.signingkey" in told.value.hint


# -- pushing -----------------------------------------------------------------------------------------------------


def test_a_push_is_a_compare_and_swap(place: Place) -> None:
    checkout, base = place.open(), place.head()
    ours = checkout.commit_tree(base, {"x.md": "x"}, [base], "X")
    checkout.push(ours, BRANCH, "")
    theirs = place.commit(BRANCH, {"catalog/y.md": "y"})
    other = checkout.commit_tree(base, {"x.md": "z"}, [base], "Z")
    for expected in ("", ours, base):
        with pytest.raises(LeaseLostError):
            checkout.push(other, BRANCH, expected)
        with pytest.raises(LeaseLostError):
            checkout.delete(BRANCH, expected or base)
    assert place.head(BRANCH) == theirs
    checkout.push(other, BRANCH, theirs)
    assert place.head(BRANCH) == other
    checkout.delete(BRANCH, other)
    assert checkout.heads(BRANCH) == {}
    with pytest.raises(LeaseLostError):
        checkout.push(ours, BRANCH, other)


def test_a_race_inside_the_remote_is_a_lost_lease_too(place: Place) -> None:
    checkout, base = place.open(), place.head()
    ours = checkout.commit_tree(base, {"x.md": "x"}, [base], "X")
    hook = place.remote / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/{BRANCH} {base}\nexit 0\n")
    hook.chmod(0o755)
    with pytest.raises(LeaseLostError):
        checkout.push(ours, BRANCH, "")


PROTECTED = "the branch is protected; choose another in repository.branch"
GH006 = "error: GH006: Protected branch update failed for refs/heads/x.\n"
GH013 = (
    "error: GH013: Repository rule violations found for refs/heads/x.\nReview all at https://git.example.net/rules\n\n"
)
REFUSALS = {  # as the forges word them
    "GH006": (f"{GH006}error: Cannot force-push to this branch", PROTECTED),
    "pull-request": (f"{GH013}- Changes must be made through a pull request.", PROTECTED),
    "signature": (
        f"{GH013}- Commits must have verified signatures.\n  Found 1 violation:\n\n  a1b2c3\n",
        "repository.sign",
    ),
    "rule": (f"{GH013}- A rule of tomorrow.", "have this account let through"),
    "queue": ("error: GH006: branch x\n- Branch has been added to a merge queue", "merge queue"),
    "secret": (
        f"{GH013}- GITHUB PUSH PROTECTION\n————————————————\n  Resolve the following violations before you push\n\n"
        "  - Push cannot contain secrets\n\n   —— GitHub Token ————\n    locations:\n      - commit: 8728dbe\n"
        "        path: catalog/models/a.md:4\n",
        "a text looks like a secret",
    ),
    "gitlab": ("GitLab: You are not allowed to push code to protected branches on this project.", PROTECTED),
    "force": ("GitLab: You are not allowed to force push code to a protected branch on this project.", PROTECTED),
    "gpg": ("GitLab: Commit must be signed with a GPG key", "repository.sign"),
    "pattern": ("GitLab: Author's email 'x@y' does not follow the pattern '@example.net$'", "repository.author"),
    "committer": (
        "GitLab: You cannot push commits for 'x@y'. You can only push commits if the committer email is one of your "
        "own verified emails.",
        "repository.author",
    ),
    "workflow": (
        "refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml`",
        "workflows: write",
    ),
    "gitea": ("error: Not allowed to push to protected branch x", PROTECTED),
}


@pytest.mark.few(4)
@pytest.mark.parametrize("name", REFUSALS)
def test_a_forge_s_refusal_is_told_whole(place: Place, name: str) -> None:
    text, hint = REFUSALS[name]
    _refuse(place, text)
    git(place.folder, "config", "color.ui", "always")
    checkout, base = place.open(), place.head()
    commit = checkout.commit_tree(base, {"x.md": "x"}, [base], "X")
    with pytest.raises(ProposeError) as told:
        checkout.push(commit, BRANCH, "")
    assert not isinstance(told.value, LeaseLostError)
    lines = told.value.message.split("\n")
    assert lines[0] == "git push: pre-receive hook declined"
    assert lines[1:] == [line.strip() for line in text.splitlines() if line.strip(" —")]
    assert hint in told.value.hint


@pytest.mark.parametrize("branch", ["rhoai-catalog", f"{BRANCH}/next"])
def test_a_branch_that_another_one_s_name_rules_out_is_told(place: Place, branch: str) -> None:
    """Git keeps no `a` beside `a/b`; so it is where repository.branch is shortened, or made longer."""
    checkout, base = place.open(), place.head()
    checkout.push(base, BRANCH, "")
    with pytest.raises(ProposeError) as told:
        checkout.push(base, branch, "")
    assert "begins with the other's" in told.value.hint and "repository.branch" in told.value.hint


def _refuse(place: Place, text: str) -> None:
    hook = place.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{text}\nEND\nexit 1\n")
    hook.chmod(0o755)


def test_a_hostile_refusal_is_cleaned_and_cut(place: Place) -> None:
    _refuse(place, "\n".join(f"\x1b[31mline {number} https://a:b@c.example/ ::error::\u202e" for number in range(50)))
    commit = place.open().commit_tree(place.head(), {"x.md": "x"}, [], "X")
    with pytest.raises(ProposeError) as told:
        place.open().push(commit, BRANCH, "")
    lines = told.value.message.split("\n")
    assert len(lines) == 13 and lines[-1] == "… 39 more lines"
    assert "\x1b" not in told.value.message and "\u202e" not in told.value.message and "a:b@" not in told.value.message


def test_a_token_follows_no_redirect(place: Place) -> None:
    with Loopback(lambda request: Answer("no", 404)) as elsewhere:

        def moved(request: Request) -> Answer:
            return Answer("", 301, {"Location": f"{elsewhere.url}{request.path}?service=git-upload-pack"})

        with Loopback(moved) as server:
            git(place.folder, "remote", "set-url", "origin", f"{server.url}/org/catalog.git")
            with pytest.raises(ProposeError) as told:
                place.open(token="hidden-token", url=f"{server.url}/org/catalog").heads("main")
        assert elsewhere.requests == [] and server.requests
    assert "the repository moved" in told.value.hint
    assert "hidden-token" not in told.value.message


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("way", ["environment", "http.proxy", "http.{url}/org.proxy", "remote.origin.proxy"])
def test_no_proxy_reads_the_token(place: Place, scheme: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to https is led through a proxy as people set it, and is sealed; plain http asks none."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with listener() as (proxy, heads), Loopback(lambda request: Answer("no", 404)) as server:
        url = server.url if scheme == "http" else "https://127.0.0.1:1"
        git(place.folder, "remote", "set-url", "origin", f"{url}/org/catalog.git")
        for name in PROXIES if way == "environment" else ():
            monkeypatch.setenv(name, proxy)
        if way != "environment":
            git(place.folder, "config", way.format(url=url), proxy)
        with pytest.raises(ProposeError):
            place.open(token="hidden-token", url=f"{url}/org/catalog").heads("main")
    assert {head.split()[0] for head in heads} == ({"CONNECT"} if scheme == "https" else set())
    assert not any("authorization" in head.lower() for head in heads)
    assert bool(server.requests) is (scheme == "http")


# -- blame -------------------------------------------------------------------------------------------------------


def test_each_line_has_its_author(place: Place, tmp_path: Path, commands: list[tuple[str, ...]]) -> None:
    place.commit("main", {"catalog/index.yaml": "one\nTWO\nthree\n"}, time=1_700_000_000)
    again = place.clone()
    file = again.folder / "catalog" / "index.yaml"
    file.write_text("one\nTWO\nthree\nfour\n")
    told = authors(file, [1, 2, 4])
    assert told[2].startswith("Alice <alice@example.net> in ") and told[2].endswith(": What I think")
    assert told[1] != told[2] and told[4] == "not committed yet" and list(told) == [1, 2, 4]
    assert len(commands) == 1
    (file.parent / "new.md").write_text("x\n")
    assert authors(file.parent / "new.md", [1]) == {1: "not committed yet"}
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "x.md").write_text("x\n")
    assert authors(tmp_path / "plain" / "x.md", [1]) == {}


def test_more_files_than_a_command_takes_are_asked_for_all_the_same(place: Place) -> None:
    checkout = place.open()
    first = checkout.refs("refs/heads/main")["refs/heads/main"]
    head = place.commit("main", {"catalog/.base/one.jsonl": "{}\n"})
    checkout.fetch("refs/heads/main")
    for number in (1, 30_000):
        paths = [".base/one.jsonl", *(f".base/{'long' * 20}-{other}.jsonl" for other in range(1, number))]
        assert [commit.sha for commit in checkout.later(head, first, paths)] == [head]
