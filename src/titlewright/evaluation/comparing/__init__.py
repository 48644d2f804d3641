"""Model families side by side: each trained on the same split within the same time, and measured.

entrants   who takes part, and how each is opened
learning   training one of them, and what it knew before
judging    judges, on titles that are right and titles that aren't
copying    whether codes survive
speed      titles a second, all in turn
run        the whole comparison, resumable entrant by entrant
tables     its result as rows, for the terminal, for Markdown and for the page
page       the report as HTML
"""
