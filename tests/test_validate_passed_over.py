"""What `validate` passes over: skeletons of software templates, and entities that are only somebody's value."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rhoai_catalog.cli import main
from rhoai_catalog.validate import problems

ENTITY = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: NAME\n"
REST = "spec:\n  type: service\n  lifecycle: production\n  owner: OWNER\n"
TEMPLATE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: t}
spec:
  type: service
  steps:
    - id: fetch
      action: ACTION
      input: INPUT
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, "utf-8")


def validate(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["validate", *(arguments or (".",))])


def entity(name: str = "a", owner: str = "risk", extra: str = "") -> str:
    return ENTITY.replace("NAME", name) + extra + REST.replace("OWNER", owner)


def _template(action: str, given: str) -> str:
    return TEMPLATE.replace("ACTION", action).replace("INPUT", given)


# -- skeletons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        entity("{{ values.appName }}"),  # cookiecutterCompat
        entity("{{cookiecutter.component_id}}"),
        entity("'{{ cookiecutter.component_id }}'"),
        entity("svc-{{ values.appName }}"),
        entity('"{{ values.appName | lower }}"'),
        entity("${{ values.name }}"),
        entity("a", "{{ values.owner }}"),
        entity("a", "risk", "  tags: {{ values.tags | dump }}\n"),
        entity("a", "risk", "  tags:\n    {%- for t in values.tags %}\n    - {{ t }}\n    {%- endfor %}\n"),
        entity("a", "risk", "  {# why #}\n"),
        '{"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "${{ values.name }}"}}',
        "{% if values.api %}\n" + entity("a") + "{% endif %}\n",
    ],
)
@pytest.mark.parametrize("way", [".", "deep/er/catalog-info.yaml", "**/catalog-info.yaml", "deep"])
def test_what_is_left_open_is_passed_over_and_counted(text: str, way: str) -> None:
    write({"deep/er/catalog-info.yaml": text})
    result = validate(way)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "(1 template passed over)" in result.stderr


@pytest.mark.parametrize(
    ("action", "given", "skeleton"),
    [
        ("fetch:template", "{url: ./skeleton, cookiecutterCompat: true}", "t/skeleton"),
        ("fetch:template", "{url: ./skeleton, copyWithoutTemplating: ['**/*.yaml']}", "t/skeleton"),
        ("fetch:template", "{url: skeleton, copyWithoutRender: [.github], targetPath: ./out}", "t/skeleton/.github/x"),
        ("fetch:template", "{url: ./skeleton/, templateFileExtension: true}", "t/skeleton/a/b/c"),
        ("fetch:template", "{url: '../shared/skeleton'}", "shared/skeleton"),
        ("fetch:template", "{url: './kinds/${{ parameters.kind }}/content'}", "t/kinds/web/content"),
        ("fetch:template", "{url: './kinds/x-${{ parameters.kind }}'}", "t/kinds/x-web"),
        ("fetch:template:file", "{url: ./skeleton/catalog-info.yaml, targetPath: catalog-info.yaml}", "t/skeleton"),
        ("fetch:cookiecutter", "{url: ./skeleton, values: {name: a}}", "t/skeleton/{{cookiecutter.name}}"),
        ("fetch:cookiecutter", "{url: ./skeleton}", "t/skeleton"),
    ],
)
def test_what_a_template_fetches_is_a_skeleton_whatever_stands_in_it(action: str, given: str, skeleton: str) -> None:
    """Its files may be right entities, twice the same, or wrong ones: nobody reads them where they lie."""
    write({"t/template.yaml": _template(action, given)})
    write({"own/catalog-info.yaml": entity("own"), f"{skeleton}/catalog-info.yaml": entity("own", "<owner>: [")})
    result = validate()
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 files with entities: all valid (1 template passed over)\n"
    absolute = validate(str(Path.cwd()))
    assert (absolute.exit_code, absolute.stderr) == (0, result.stderr)


def test_the_skeleton_of_a_template_without_steps() -> None:
    old = "apiVersion: backstage.io/v1alpha1\nkind: Template\nmetadata: {name: t}\nspec: {type: x, steps: [], "
    write({"t/template.yaml": old + "templater: cookiecutter, path: ./skeleton}\n"})
    write({"t/skeleton/catalog-info.yaml": entity("a b")})
    assert "a b" not in validate().stdout and "(1 template passed over)" in validate().stderr


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("fetch:template", "{url: ./}"),  # the whole repository: what is no skeleton there is an entity
        ("fetch:template", "{url: .}"),
        ("fetch:template", "{url: ../..}"),
        ("fetch:template", "{url: '${{ parameters.url }}'}"),
        ("fetch:template", "{url: 'https://example.net/t/own'}"),
        ("fetch:template", "{url: ./ow}"),
        ("fetch:template", "{targetPath: ./own}"),
        ("fetch:template", "[]"),
        ("fetch:plain", "{url: ./own}"),
        ("publish:github", "{url: ./own}"),
        ("7", "{url: ./own}"),
    ],
)
@pytest.mark.parametrize("home", ["", "t/"])
def test_what_is_no_skeleton_is_looked_at(action: str, given: str, home: str) -> None:
    write({f"{home}template.yaml": _template(action, given)})
    write({f"{home}own/catalog-info.yaml": entity("a b")})
    assert (validate().exit_code, "/metadata/name" in validate().stdout) == (3, True)


def test_a_page_that_shows_a_template_is_none() -> None:
    write({"own/catalog-info.yaml": entity("a b"), "README.md": _template("fetch:template", "{url: ./own}")})
    assert validate().exit_code == 3


@pytest.mark.parametrize(
    "text",
    [
        entity("a b", extra="  description: say {{ this }} and {% that %}\n"),
        entity("a b", extra="  description: |\n    name: {{ this }}\n    {% that %}\n"),
        entity("a", extra="  description: '{{ this }}'\n  title: [\n"),
        entity("a", extra="  annotations: {rhoai-catalog/source: kserve/a}\n  title: {{ oops }}\n"),
        entity("a", extra="  tags: [{a}, {}}]\n"),
    ],
)
def test_a_mistake_is_told_whatever_stands_around_it(text: str) -> None:
    write({"catalog-info.yaml": text})
    result = validate()
    assert (result.exit_code, "passed over" in result.stderr) == (3, False)


@pytest.mark.parametrize("place", ["{{cookiecutter.name}}", "x/${{ values.name }}", "{% if values.a %}a{% endif %}"])
def test_a_folder_that_has_no_name_yet_is_part_of_a_skeleton(place: str) -> None:
    write({f"{place}/catalog-info.yaml": entity("a b")})
    for way in (".", f"{place}/catalog-info.yaml"):
        assert validate(way).stderr == "no file with Backstage entities was found (1 template passed over)\n"


def test_a_template_is_an_entity_itself() -> None:
    broken = _template("fetch:template", "{url: '${{ parameters.url }}', a: {{ x }}}")
    write({"template.yaml": broken, "more.yaml": TEMPLATE.replace("name: t", "name: '{{ x }}'")})
    assert validate().stdout.count("error") == 0 and validate().exit_code == 3
    assert "passed over" not in validate().stderr


# -- files without entities ------------------------------------------------------------------------------------------

INNER = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: 'a b'}\n"


def indented(text: str, by: int) -> str:
    return "".join(" " * by + line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.0.0\ncomponents:\n  examples:\n    a:\n      value:\n" + indented(INNER, 8),
        "openapi: 3.0.0\npaths:\n  /a:\n    post:\n      example: |\n" + indented(INNER, 8),
        "apiVersion: v1\nkind: List\nitems:\n  - " + indented(INNER, 4).lstrip(),
        "apiVersion: v1\nkind: List\nitems:\n- " + indented(INNER, 2).lstrip(),
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  catalog-info.yaml: |\n" + indented(INNER, 4),
        "entities:\n- " + indented(INNER, 2).lstrip() + "replicas: 2\n",  # values of a chart
        "catalog: {apiVersion: backstage.io/v1alpha1, kind: Component}\n",
        '{"catalog": {\n"apiVersion": "backstage.io/v1alpha1", "kind": "Component"}}\n',
        "apiVersion: {backstage.io/v1alpha1: x}\n",
        "- " + indented(INNER, 2).lstrip(),
        "a: 1\n---\nb:\n" + indented(INNER, 2),
        "swagger: '2.0'\nx: [\nexample:\n" + indented(INNER, 2),  # and no YAML at all
        "# apiVersion: backstage.io/v1alpha1\na: 1\n",
        "text: apiVersion backstage\n",
    ],
)
def test_an_entity_that_is_only_somebody_s_value_is_none(text: str) -> None:
    write({"a.yaml": text, "own.yaml": entity()})
    for way in (".", "*.yaml"):
        result = validate(way)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 file with entities: all valid\n")
    assert problems({"a.yaml": text}) == (), "nor is it in the catalog"
    assert validate("a.yaml").exit_code == 3, "what a person names is meant"


def test_the_template_of_a_chart_is_no_skeleton_of_an_entity() -> None:
    config = "apiVersion: v1\nkind: ConfigMap\ndata:\n  catalog-info.yaml: |\n" + indented(INNER, 4)
    write({"templates/config.yaml": "{{- if .Values.catalog }}\n" + config + "{{- end }}\n", "own.yaml": entity()})
    assert validate().stderr == "1 file with entities: all valid\n"


@pytest.mark.parametrize(
    "text",
    [
        INNER,
        "a: 1\n---\n" + INNER,
        indented(INNER, 2),
        "'apiVersion': \"backstage.io/v1alpha1\"\nkind: [\n",
        "# why\n\n--- # one\n" + indented(INNER, 1) + " x: [\n",
        '{"kind": "Component", "apiVersion": "backstage.io/v1alpha1", "metadata": {"name": "a b"}}',
        '{\n  "kind": "Component",\n  "apiVersion": "backstage.io/v1alpha1",\n  "metadata": {"name": "a b"}\n}\n',
        '{\n  "kind": "Component",\n  "apiVersion": "backstage.io/v1alpha1",\n',
        "kind: Component\napiVersion: !!str backstage.io/v1alpha1\nmetadata: {name: a b}\n",
        "kind: Component\napiVersion:\n  backstage.io/v1alpha1\nmetadata: {name: a b}\n",
    ],
)
def test_an_entity_is_looked_at_wherever_it_stands(text: str) -> None:
    write({"a.yaml": text})
    assert (validate().exit_code, validate().stdout.startswith("a.yaml:")) == (3, True)
    assert problems({"a.yaml": text}) != ()


def test_a_file_is_looked_at_for_its_name_alone() -> None:
    for name in ("catalog-info.yaml", "x/catalog-info.yml", "entities.yaml", "ai-model-servers.yaml"):
        write({name: "metadata: {name: a}\n"})
    assert validate().stderr.startswith("4 files with entities")


LOCATION = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: NAME}\nspec: SPEC\n"


def location(spec: str, name: str = "index") -> str:
    return LOCATION.replace("NAME", name).replace("SPEC", spec)


@pytest.mark.parametrize(("text", "rule"), [("a: 1\n", "is no Backstage entity"), ("kind: [\n", "is not YAML")])
@pytest.mark.parametrize("spec", ["{target: ./teams/x.yaml}", "{targets: [./b.yaml, teams/x.yaml]}"])
def test_what_a_location_names_is_looked_at_whatever_stands_in_it(text: str, rule: str, spec: str) -> None:
    write({"teams/x.yaml": text, "b.yaml": entity()})
    assert validate().stderr == "1 file with entities: all valid\n"
    write({"catalog-info.yaml": location(spec)})
    result = validate()
    assert (result.exit_code, result.stdout.startswith(f"teams/x.yaml:{1 + text.count('[')}:")) == (3, True)
    assert rule in result.stdout and result.stderr.startswith("3 files with entities")


def test_locations_are_followed_from_one_file_to_the_next_and_in_circles() -> None:
    first = location("{target: ./docs/more.yml}") + "---\n" + location("{target: ./catalog-info.yaml}", "itself")
    write(
        {
            "catalog-info.yaml": first,
            "docs/more.yml": location("{target: ../x/last.yaml}", "more"),
            "x/last.yaml": "a: 1\n",
        }
    )
    assert "x/last.yaml:1:1: is no Backstage entity" in validate().stdout


def test_what_the_pattern_of_a_location_matches_need_not_be_meant() -> None:
    write({"catalog-info.yaml": location("{target: './x/*.yaml'}"), "x/b.yaml": entity(), "x/values.yaml": "a: 1\n"})
    assert validate().stderr == "2 files with entities: all valid\n"
