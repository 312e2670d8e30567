"""What OpenAPI says of the messages is what is sent."""

from __future__ import annotations

import orjson
import pytest
from jsonschema import Draft202012Validator

from api.openapi.generator import openapi_document
from pages.models import EventType, WebhookDelivery
from pages.webhooks.messages import message_body
from pages.webhooks.outbox import send_test
from pages.webhooks.signing import signed_headers
from tests import factory
from tests.feed_app import take_positions

pytestmark = pytest.mark.django_db


def test_each_message_is_as_described(endpoint, own_machine):
    document = openapi_document()
    assert set(document["webhooks"]) == {event.value for event in EventType}
    told = endpoint()
    page = factory.edit(factory.treatment(), summary_en="Other words.")
    page.unpublish()
    send_test(told)
    take_positions()
    sent = [
        orjson.loads(message_body(row))
        for row in WebhookDelivery.objects.select_related("edition").order_by("pk")
    ]
    assert [message["type"] for message in sent] == [event.value for event in EventType]
    for message in sent:
        operation = document["webhooks"][message["type"]]["post"]
        content = operation["requestBody"]["content"]["application/json"]
        schema = {**content["schema"], "components": document["components"]}
        described = Draft202012Validator(schema)
        described.validate(message)
        described.validate(content["example"])
        assert set(content["example"]["data"]) == set(message["data"])
        for name in message["data"]:
            less = {key: value for key, value in message["data"].items() if key != name}
            assert not described.is_valid({**message, "data": less})
        headers = {parameter["name"] for parameter in operation["parameters"]}
        assert headers == set(signed_headers([told.secret], "msg_1", 0, b""))
