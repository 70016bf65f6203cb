"""The plan as one page for a browser: it needs no network and no server, and every text in it is only text.

page       the document, with what a browser may do with it
reader     the plan with what is looked up in it
filters    what a reader narrows it by
sections   a function a section
change     one thing that changes, folded
sides      before and after, line by line
created    what is new, as it will stand in the tree
graph      models, servers and APIs around what is flagged
page.css   how it looks: light, dark, narrow, on paper
page.js    filters and keys; without it everything is there to be read
"""
