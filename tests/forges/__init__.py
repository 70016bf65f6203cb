"""Forges on loopback: GitHub, Gitea and GitLab with the semantics of their documentation, over real HTTP.

Each has the same pull requests and the same people (`approve`, `close`, `retarget`, ...), and tells what was written.
"""

from forges.gitea import LoopbackGitea
from forges.github import LoopbackGitHub
from forges.gitlab import LoopbackGitLab
from forges.loopback import LoopbackForge, Pull, Review, Status
from forges.place import PERSON, ROBOT, TOKEN, Call, denied, git
from forges.rights import Protected
from forges.world import FORGES, World, forge_world, make_remote

__all__ = [
    "FORGES",
    "PERSON",
    "ROBOT",
    "TOKEN",
    "Call",
    "LoopbackForge",
    "LoopbackGitHub",
    "LoopbackGitLab",
    "LoopbackGitea",
    "Protected",
    "Pull",
    "Review",
    "Status",
    "World",
    "denied",
    "forge_world",
    "git",
    "make_remote",
]
