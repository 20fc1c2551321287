"""What several vendors speak alike, such as the API of Alertmanager: adapters must not import one another.

Here is what is the same to the letter. What a vendor has of its own stays with its adapter.
"""
