"""drf-spectacular's view of a view: everything it says comes from operations.py."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from api.openapi.examples import examples_of
from api.openapi.operations import OPERATIONS, UNDESCRIBED, Operation
from api.problems import MEDIA_TYPE


class OperationSchema(AutoSchema):
    @property
    def operation(self) -> Operation:
        """Raises LookupError that says what to do for a view without an entry."""
        view = type(self.view)
        if view not in OPERATIONS:
            raise LookupError(
                f"{view.__name__} is not described. Add it to OPERATIONS, or to UNDESCRIBED, "
                "in api/openapi/operations.py."
            )
        return OPERATIONS[view]

    def is_excluded(self) -> bool:
        return isinstance(self.view, UNDESCRIBED)

    def get_operation_id(self) -> str:
        return self.operation.id

    def get_tags(self) -> list[str]:
        return [self.operation.tag]

    def get_summary(self) -> str:
        return self.operation.summary

    # drf-spectacular changed DRF's signature; the stubs have DRF's.
    def get_description(self) -> str:  # type: ignore[override]
        return self.operation.description

    def get_override_parameters(self) -> list[Any]:
        return list(self.operation.parameters)

    def get_request_serializer(self) -> None:
        return None

    # As @extend_schema does it: responses by status and media type instead of a serializer.
    def get_response_serializers(self) -> Any:
        responses = {
            (200, media_type): OpenApiResponse(
                response=self.operation.schema_of(media_type),
                description=self.operation.summary,
                examples=self._examples(200, media_type),
            )
            for media_type in self.operation.media_types
        }
        if self.operation.in_parts:
            for media_type in self.operation.media_types:
                responses[206, media_type] = OpenApiResponse(
                    response=self.operation.schema, description="The part that was asked for."
                )
        responses[304, ""] = OpenApiResponse(description="The client has it already.")
        for status in self.operation.problems:
            responses[status.value, MEDIA_TYPE] = OpenApiResponse(
                response={"$ref": "#/components/schemas/Problem"},
                description=status.phrase,
                examples=self._examples(status.value, MEDIA_TYPE),
            )
        return responses

    def _examples(self, status: int, media_type: str) -> list[OpenApiExample]:
        return [
            OpenApiExample(
                name=example.name,
                summary=example.summary,
                value=example.body,
                media_type=media_type,
                status_codes=[status],
            )
            for example in examples_of(self.operation.id, status)
        ]
