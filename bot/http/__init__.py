"""The record over HTTP: an API, the form that chat programs speak, and one page."""
