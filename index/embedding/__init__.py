"""Texts to vectors: sentence-transformers, or the ONNX encoder made from it."""
