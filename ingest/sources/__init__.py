"""What a run is asked to read: files, folders, links, sources.toml."""
