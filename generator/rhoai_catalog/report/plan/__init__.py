"""The plan in every medium, beside what all of them tell: headline, order, concerns, things, alike.

What a reader counts as one is decided in `things`: a server with its API.
A file or folder a medium: text, json, commit, markdown, page; a chat message for each run would be one more.
"""
