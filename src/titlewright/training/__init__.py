"""From feeds to trained generators: examples, training runs, export. Nothing heavy is imported."""
