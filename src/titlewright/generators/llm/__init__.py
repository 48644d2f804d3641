"""Hosted and local LLMs behind any OpenAI-compatible URL: the one generator that sends data out.

settings    what the environment decides: URL, model, key, budget
requests    product and examples to one request; nothing in a product can leave its fence
examples    the few examples of the user's own that lie nearest to a product
answers     an answer, however broken, back to titles
dialect     what a server takes: JSON schema or less, and which options
client      one request over the wire, and what its errors mean
patience    trying again, with backoff; and the pause while a server is down
cache       answers that are paid for, on disk
budget      the money that a run may spend
generator   the generator, over all of them

Importing this package doesn't import the `openai` client.
"""
