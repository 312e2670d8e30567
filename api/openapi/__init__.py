"""The description of the API: OpenAPI 3.1, the document's JSON Schema, a page to read them."""
