"""Between the wire types and the inside: requests parsed to orders, results written as answers."""
