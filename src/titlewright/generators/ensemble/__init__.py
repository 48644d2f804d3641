"""Several generators as one: their candidates are pooled, and what was learnt on dev orders them.

pool        the members' candidates of a product, and what can be told of each
judgement   how good a candidate probably is, learnt from titles that are known
generator   the family: fitted, saved, opened, asked for titles
"""
