"""The messages that receivers get, for OpenAPI's `webhooks`: docs/how-to/receive-webhooks.md."""

from __future__ import annotations

from collections.abc import Mapping

from pages.document.schema import Schema
from pages.models import EventType
from pages.publishing.feed import REASONS

_ID = "3f0c5a52-7d0e-4d59-9f43-0b6f2f1f9c11"
_URL = f"https://clinic.example.org/api/v1/es/treatments/{_ID}/"
_OF: Mapping[str, object] = {"id": _ID, "language": "es", "seq": 1207}
_DATA: Mapping[EventType, Mapping[str, object]] = {
    EventType.PUBLISHED: {**_OF, "url": _URL},
    EventType.UPDATED: {**_OF, "url": _URL},
    EventType.REMOVED: {**_OF, "reason": "recalled"},
    EventType.TEST: {"message": "A test from https://clinic.example.org. Nothing has changed."},
}
_HEADERS: Mapping[str, str] = {
    "webhook-id": "The same for every attempt: remember it, a message may come twice.",
    "webhook-timestamp": "When this attempt was sent, in seconds since 1970.",
    "webhook-signature": "v1, and an HMAC with SHA-256 of id.timestamp.body; two while a secret "
    "is replaced, with a space between. Standard Webhooks 1.0.",
}
_TEXT: Schema = {"type": "string"}


def message_components() -> dict[str, Schema]:
    """The schema of each message by its name in `components.schemas`."""
    return {_name(event): _message(event) for event in EventType}


def webhooks() -> Schema:
    """By type of event, as OpenAPI 3.1 describes them: an operation that a receiver answers."""
    return {event.value: {"post": _operation(event)} for event in EventType}


def _name(event: EventType) -> str:
    return "".join(part.capitalize() for part in event.value.split(".")) + "Message"


def _operation(event: EventType) -> Schema:
    example = {
        "type": event.value,
        "timestamp": "2026-11-25T08:30:00Z",
        "data": dict(_DATA[event]),
    }
    reference = {"$ref": f"#/components/schemas/{_name(event)}"}
    return {
        "operationId": f"receive_{event.value.replace('.', '_')}",
        "summary": f"Told of {event.label}",
        "tags": ["Webhooks"],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": description,
                "schema": _TEXT,
            }
            for name, description in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": reference, "example": example}},
        },
        "responses": {
            "2XX": {"description": "Received. Anything else is tried again, up to ten times."},
            "410": {"description": "No more of these: the endpoint is switched off."},
        },
    }


def _message(event: EventType) -> Schema:
    number: Schema = {"type": "integer", "description": "The position in the log, as in sync."}
    of: dict[str, Schema] = {
        "id": _TEXT,
        "language": {"$ref": "#/components/schemas/LanguageCode"},
        "seq": number,
    }
    match event:
        case EventType.TEST:
            data = {"message": _TEXT}
        case EventType.REMOVED:
            data = {**of, "reason": {"type": "string", "enum": list(REASONS)}}
        case EventType.PUBLISHED | EventType.UPDATED:
            data = {**of, "url": {"type": "string", "description": "Where to read it."}}
    return _object(
        {
            "type": {"type": "string", "const": event.value},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": _object(data),
        }
    )


def _object(properties: dict[str, Schema]) -> Schema:
    # Open: a field may come, and who checks messages must not refuse it.
    return {"type": "object", "properties": properties, "required": list(properties)}
