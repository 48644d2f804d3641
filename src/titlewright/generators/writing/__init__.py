"""How titles are written by every family whose engine says which unit is likely next.

A title is written unit by unit (`units`), of a vocabulary and of the product's own words
(`vocabulary`, `targets`), by beams and samples side by side (`search`) that keep to what is asked
for and allowed (`wishes`, `lengths`) and to what the product states (`backing`). `composing` is
the whole way from products to candidates. Nothing here needs torch.
"""
