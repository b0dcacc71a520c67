"""The record as tools of the Model Context Protocol (MCP), for agents."""
