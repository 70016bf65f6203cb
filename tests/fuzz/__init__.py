"""Fuzzing: small files of `tests/data/fuzz/`, edited at random, put before every reader of what others wrote.

    edits     what is changed in a file
    corpus    the files of a target, and one of them edited
    texts     targets that read a text: YAML, cards, generator.yaml, snapshots, lines of the base, trees
    answers   targets that ask a server: registries, catalogs, clusters, a Backstage; the whole line behind them
    forges    targets that ask a forge

A slice of it is in test_fuzz.py; `python tests/fuzz --seconds 600` goes on for as long as one likes.
"""
