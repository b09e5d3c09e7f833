"""`make chaos`: the real processes under load while things break, and a look afterwards at everything that was promised.

Each world is an installation of its own in a temporary folder: `embedded` (SQLite and the embedded broker, as `make run` starts them) and
`servers` (a PostgreSQL cluster and a Redis of its own, where their programs are installed). Nothing outside that folder is touched.
"""
