"""All that an adapter author imports: capabilities, configuration, the HTTP client, the contract kit."""
