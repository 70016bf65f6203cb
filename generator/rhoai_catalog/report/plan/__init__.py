"""The plan in every medium, beside what all of them tell: headline, order, concerns.

A file or folder a medium: text, json, commit, markdown, page; a chat message for each run would be one more.
"""
