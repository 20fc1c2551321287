"""The only package that imports the ``mcp`` SDK."""
