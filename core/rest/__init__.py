"""The REST API, version 1: one generic route over the registry, described by OpenAPI 3.1."""
