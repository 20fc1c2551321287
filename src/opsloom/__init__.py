"""opsloom: the tools an operations team already has, as one traceable MCP surface."""

__version__ = "0.1.0"
