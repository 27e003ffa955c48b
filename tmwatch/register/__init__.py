"""The whole register on a small machine: a summary of every mark in Parquet files, built from the USPTO's bulk files.

One Parquet file a source file (parts/), the marks that stand in several of them merged in one more (the overlay), and
a manifest that names them. Any engine reads the files; here DuckDB does (extra `register`), and Dask builds them on
several machines (extra `cluster`). Nothing of this folder is imported by the daily job.
"""
