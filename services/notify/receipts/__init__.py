"""The order in which a customer's messages leave."""
