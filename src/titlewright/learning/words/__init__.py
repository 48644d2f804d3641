"""Which words and patterns earn clicks, by category, and what that asks of the next titles.

features   what a title says and how: words, and patterns such as a number or the brand first
design     titles of one product beside each other: what differs between them
model      the effects of all words at once, pooled over categories, titles' own noise apart
effects    effects as a table, with false discoveries controlled
hints      words to prefer and to avoid, for generators
reading    titles and counts from tables
page       the table and the plot as one HTML page
"""
