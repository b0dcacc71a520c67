"""Where documents are read and texts are embedded: in this process, or by the workers of a Ray cluster."""
