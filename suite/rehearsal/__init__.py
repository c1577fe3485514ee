"""The four services in one process, without servers: their own methods and models, stores in memory, events by hand.

It proves nothing about brokers and databases. It shows what the services say to each other, for the contract tests and
for the reference that is made from the code.
"""
