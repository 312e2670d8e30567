"""The description of the API is true: of every address, parameter, answer and refusal."""

from __future__ import annotations

import re
from itertools import product
from typing import Any, get_args

import orjson
import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from drf_spectacular.drainage import GENERATOR_STATS
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import urls
from api.management.commands.write_schemas import snapshots
from api.openapi.autoschema import OperationSchema
from api.openapi.examples import QUESTIONS
from api.openapi.generator import openapi_document
from api.openapi.operations import OPERATIONS, UNDESCRIBED
from api.openapi.parameters import POLYMORPHISMS, query_parameters
from api.openapi.views import openapi_bytes
from pages.document.json_text import type_value
from pages.document.nodes import Block
from pages.document.rich_forms import RICH_FORMS, RichForm
from pages.document.schema import Polymorphism
from pages.models import BodyRegion, Category, Clinic, GlossaryTerm, Practitioner
from tests import factory
from tests.bundles.reading import open_bundle
from tests.factory import BODY
from tests.feed_app import take_positions
from tests.printing.pango import HAS_PANGO

VIEWS = list(product(POLYMORPHISMS, RICH_FORMS))
FAQ = (
    "faq",
    "faq",
    {"items": [{"question": "Does it hurt?", "answer": '<p data-block-key="faq00">No.</p>'}]},
)


@pytest.fixture(scope="module", params=VIEWS, ids=lambda view: "-".join(view))
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    return openapi_document(*request.param)


@pytest.fixture
def content(db) -> None:
    factory.treatment(blocks=(*BODY, FAQ))
    take_positions()
    Category.objects.create(name_en="Manual therapy")
    BodyRegion.objects.create(name_en="Spine")
    Clinic.objects.create(name_en="Downtown", address="1 Main St", phone="+12125550100")
    Practitioner.objects.create(name="A. Person", role_en="Physician", is_demo=True)
    GlossaryTerm.objects.create(term_en="Lumbar", definition_en="Of the lower back.")


def validate(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "components": document["components"]}
    Draft202012Validator(whole).validate(value)


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: {**operation, "path": path}
        for path, methods in document["paths"].items()
        for operation in methods.values()
    }


def only(values: Any) -> Any:
    (value,) = values
    return value


# The files


def test_the_committed_schemas_are_what_the_code_says() -> None:
    call_command("write_schemas", "--check")


def test_a_difference_is_named_and_written_away(settings, tmp_path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs" / "reference").mkdir(parents=True)
    call_command("write_schemas")
    call_command("write_schemas", "--check")
    changed = tmp_path / "docs" / "reference" / "document.schema.json"
    changed.write_text("{}")
    with pytest.raises(CommandError, match=r"says: docs/reference/document\.schema\.json\. If"):
        call_command("write_schemas", "--check")
    changed.unlink()
    with pytest.raises(CommandError, match=r"document\.schema\.json"):
        call_command("write_schemas", "--check")


def test_what_is_served_is_what_is_committed(client) -> None:
    openapi, all_of, schema = snapshots().values()
    assert client.get("/api/schema/").content == openapi
    assert client.get("/api/schema/?polymorphism=allOf").content == all_of
    assert client.get("/api/schema/document.json").content == schema


# Validity


def test_every_view_is_valid_openapi(document) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1.")


def test_the_generator_has_nothing_to_complain_of() -> None:
    openapi_document()
    assert not GENERATOR_STATS, (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache)


def test_every_example_is_what_its_schema_says(document) -> None:
    checked = 0
    for operation in operations(document).values():
        for response in operation["responses"].values():
            for body in response.get("content", {}).values():
                for example in body.get("examples", {}).values():
                    validate(document, body["schema"], example["value"])
                    checked += 1
    assert checked == len(QUESTIONS)


def test_every_block_has_a_real_example_of_its_type(document) -> None:
    for kind in get_args(Block):
        schema = document["components"]["schemas"][kind.__name__]
        example = only(schema["examples"])
        assert example["type"] == type_value(kind)
        validate(document, {"$ref": f"#/components/schemas/{kind.__name__}"}, example)


def test_examples_name_no_machine_of_ours() -> None:
    text = openapi_bytes("oneOf", "spans", "json").decode()
    assert set(re.findall(r"https?://[^/\"\\ ]+/api", text)) == {"https://clinic.example.org/api"}


# Completeness


def routed_views() -> list[type]:
    views = [pattern.callback for pattern in urls.urlpatterns]
    return [view.cls for view in views if hasattr(view, "cls")]


def test_every_address_is_described_and_every_description_has_an_address() -> None:
    assert set(routed_views()) == {*OPERATIONS, *UNDESCRIBED}
    described = operations(openapi_document())
    assert set(described) == {operation.id for operation in OPERATIONS.values()}


def test_a_view_without_a_description_is_named() -> None:
    class Forgotten:
        pass

    schema = OperationSchema()
    schema.view = Forgotten()
    with pytest.raises(LookupError, match=r"Forgotten is not described\. Add it to OPERATIONS"):
        schema.get_operation_id()


def test_a_parameter_without_a_description_is_named() -> None:
    with pytest.raises(KeyError, match="colour"):
        query_parameters(["colour"])


# Truth


def closed_lists(document: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """(operation, parameter, its allowed values) of every parameter with a closed list."""
    found = []
    for name, operation in operations(document).items():
        for parameter in operation.get("parameters", ()):
            schema = resolve(document, parameter["schema"])
            schema = resolve(document, schema.get("items", schema))
            if parameter["in"] == "query" and "enum" in schema:
                found.append((name, parameter["name"], schema["enum"]))
    return found


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]


def address(operation: dict[str, Any], suffix: str = "json") -> str:
    return operation["path"].format(language="en", reference="back-care", suffix=suffix)


def required(operation: dict[str, Any]) -> dict[str, str]:
    """A value, one of its examples, for each parameter that a query must have besides `rich`."""
    return {
        parameter["name"]: parameter["schema"]["examples"][0]
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query" and parameter.get("required") and parameter["name"] != "rich"
    }


@pytest.mark.usefixtures("content")
def test_closed_lists_hold_exactly_what_is_accepted(client) -> None:
    document = openapi_document()
    lists = closed_lists(document)
    names = {name for _, name, _ in lists}
    assert names >= {"aspect", "rich", "known", "fallback", "specialty", "fields", "polymorphism"}
    for operation, name, values in lists:
        path = address(operations(document)[operation], "pdf" if name == "paper" else "json")
        for value in values if name != "paper" or HAS_PANGO else ():
            assert client.get(path, {name: value}).status_code == 200, (path, name, value)
        refused = client.get(path, {name: "unheard-of"})
        assert refused.status_code == 400
        assert orjson.loads(refused.content)["allowed"] == values


@pytest.mark.usefixtures("content")
def test_every_language_described_is_served_and_no_other(client) -> None:
    codes = openapi_document()["components"]["schemas"]["LanguageCode"]["enum"]
    for code in codes:
        assert client.get(f"/api/v1/{code}/treatments/").status_code == 200
    refused = orjson.loads(client.get("/api/v1/de/treatments/").content)
    assert refused["allowed"] == codes


@pytest.mark.usefixtures("content")
def test_defaults_and_limits_are_those_that_are_served(client) -> None:
    document = openapi_document()
    plain = client.get("/api/v1/en/treatments/back-care/").content
    listed = client.get("/api/v1/en/treatments/").content
    schemas = document["components"]["schemas"]
    for name in ("rich", "fallback"):
        default = schemas[{"rich": "RichForm", "fallback": "Fallback"}[name]]["default"]
        assert client.get("/api/v1/en/treatments/back-care/", {name: default}).content == plain
    default = schemas["Fields"]["default"]
    assert client.get("/api/v1/en/treatments/", {"fields": default}).content == listed
    limit = only(
        parameter["schema"]
        for parameter in operations(document)["list_treatments"]["parameters"]
        if parameter["name"] == "limit"
    )
    for value, status in (
        (limit["minimum"], 200),
        (limit["maximum"], 200),
        (limit["minimum"] - 1, 400),
        (limit["maximum"] + 1, 400),
    ):
        assert client.get("/api/v1/en/treatments/", {"limit": value}).status_code == status


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(("polymorphism", "rich"), VIEWS)
def test_every_answer_is_what_the_view_of_the_schema_says(
    client, polymorphism: Polymorphism, rich: RichForm
) -> None:
    document = openapi_document(polymorphism, rich)
    for name, operation in operations(document).items():
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        takes_rich = "rich" in names and name != "get_openapi"
        query = {**required(operation), **({"rich": rich} if takes_rich else {})}
        response = client.get(address(operation), query)
        assert response.status_code == 200, response.getvalue()
        described = operation["responses"]["200"]
        body = described["content"][response["Content-Type"]]
        if body["schema"].get("format") == "binary":
            value = open_bundle(response.getvalue()).manifest
            body = {"schema": {"$ref": "#/components/schemas/BundleManifest"}}
            assert value["documents"]
        else:
            value = orjson.loads(response.content)
        assert "items" not in value or value["items"], f"{name} has nothing to check"
        # Lists have blocks only in the form that they are stored in.
        if takes_rich or rich == "spans" or "Document" not in str(body["schema"]):
            validate(document, body["schema"], value)
        for header in described["headers"]:
            assert header in response.headers, (name, header)


@pytest.mark.usefixtures("content")
def test_a_list_of_whole_documents_is_what_the_schema_says(client) -> None:
    document = openapi_document()
    value = orjson.loads(client.get("/api/v1/en/treatments/?fields=full").content)
    assert value["items"][0]["blocks"]
    validate(document, {"$ref": "#/components/schemas/DocumentList"}, value)


@pytest.mark.usefixtures("content")
def test_every_refusal_is_a_problem_as_described(client) -> None:
    document = openapi_document()
    problem = {"$ref": "#/components/schemas/Problem"}
    for name, operation in operations(document).items():
        refused = client.get(address(operation), {"colour": "red"})
        assert refused.status_code == 400, name
        assert refused["Content-Type"] == only(operation["responses"]["400"]["content"])
        validate(document, problem, orjson.loads(refused.content))
        if "404" in operation["responses"]:
            path = operation["path"].format(language="de", reference="unheard-of", suffix="html")
            refused = client.get(path)
            assert refused.status_code == 404, path
            validate(document, problem, orjson.loads(refused.content))


# The addresses


def test_the_description_comes_as_json_or_yaml_as_asked(client) -> None:
    as_json = client.get("/api/schema/")
    assert as_json["Content-Type"] == "application/json"
    by_header = client.get("/api/schema/", headers={"accept": "application/yaml"})
    by_name = client.get("/api/schema/?format=yaml")
    assert by_header["Content-Type"] == by_name["Content-Type"] == "application/yaml"
    assert by_header.content == by_name.content
    assert yaml.safe_load(by_name.content) == orjson.loads(as_json.content)
    assert as_json["Vary"] == "Accept"
    named = client.get("/api/schema/?format=json", headers={"accept": "application/yaml"})
    assert named.content == as_json.content


def test_a_description_that_a_client_holds_is_not_sent_again(client) -> None:
    first = client.get("/api/schema/?rich=html")
    again = client.get("/api/schema/?rich=html", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/schema/")["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("polymorphism=anyOf", ["oneOf", "allOf"]),
        ("rich=markdown", ["spans", "html", "text"]),
        ("format=xml", ["json", "yaml"]),
        ("colour=red", ["polymorphism", "rich", "format"]),
    ],
)
def test_a_view_that_there_is_not_is_refused_with_those_that_there_are(
    client, query: str, allowed: list[str]
) -> None:
    response = client.get(f"/api/schema/?{query}")
    assert response.status_code == 400
    assert orjson.loads(response.content)["allowed"] == allowed


def test_the_view_for_a_form_of_rich_text_asks_for_that_form() -> None:
    for form in ("html", "text"):
        document = openapi_document("oneOf", form)
        assert document["components"]["schemas"]["RichText"]["type"] == "string"
        for name in ("get_treatment", "get_treatment_negotiated"):
            parameters = operations(document)[name]["parameters"]
            rich = only(parameter for parameter in parameters if parameter["name"] == "rich")
            assert rich["required"]
            assert rich["schema"]["enum"] == [form]


def test_the_docs_page_needs_nothing_from_elsewhere(client) -> None:
    response = client.get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "default-src 'self'" in response["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    static = [found for found in addresses if found.startswith("/static/")]
    assert len(static) == 5
    assert set(addresses) - set(static) == {"/api/schema/"}
    for found in static:
        assert finders.find(found.removeprefix("/static/")), found
    for url in re.findall(r'"url": "([^"]+)"', page):
        assert client.get(url).status_code == 200
