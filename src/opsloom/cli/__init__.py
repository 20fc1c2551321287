"""The command line. A command imports what it needs when it runs: checking a log must not wait for an SDK."""
