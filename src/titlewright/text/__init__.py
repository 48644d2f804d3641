"""Text as shops write it: cleaning, words, width, casing, quantities, languages, private data."""
