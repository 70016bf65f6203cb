"""Hostile text made safe: what is visible, what is a credential, and one escaping function a medium.

    visible      what nobody sees, shown as \\uXXXX; every medium of a report begins with it
    markdown     tables, lists and headings of a forge
    gitlab       whole descriptions and comments for GitLab: no line of them is run, no word refers to anything
    hub          descriptions of entities, which the Hub shows as Markdown
    terminal     a person's terminal, and the log of a workflow
    annotation   workflow commands of GitHub: `::error file=…::…`
    commit       commit messages
    json         files for machines, which a log may show too
    markup       XML for machines, and HTML for a browser
    prose        texts that go into entities and pages, where people read and edit them
    credentials  what must not be told at all

No text from outside gets into a medium but through its function.
"""
