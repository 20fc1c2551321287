"""The adapters that ship with opsloom; each folder speaks to one kind of provider."""
