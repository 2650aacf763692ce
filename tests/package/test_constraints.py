"""The versions that are pinned, past those with published advisories."""

from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from rnnlab.doctor import OLDEST

ROOT = Path(__file__).resolve().parents[2]


def pinned(name):
    """The versions that a file pins, by package."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    requirements = [Requirement(line) for line in lines if line]
    assert all(str(requirement.specifier).startswith("==") for requirement in requirements)
    return {
        requirement.name.lower(): Version(str(requirement.specifier).removeprefix("=="))
        for requirement in requirements
    }


def test_every_package_is_pinned_past_known_advisories():
    versions = pinned("constraints.txt")
    for name, oldest in OLDEST.items():
        assert versions[name] >= Version(".".join(map(str, oldest)))


def test_files_of_requirements_pin_what_the_constraints_pin():
    versions = pinned("constraints.txt")
    for name, version in (pinned("requirements.txt") | pinned("requirements-dev.txt")).items():
        assert versions.get(name, version) == version, name
