"""Wire types of the REST API, one module for each thing it tells of. No others go over the wire."""
