"""How large a file may be that is read into memory; a larger one is refused before it is read.

Each is far above what is published for London: two years of recorded crime by small area, the
largest table that is read into memory here, have three million cells.
"""

#: Bytes of a text file, and of all the texts in a Parquet file once they are unpacked.
BYTES = 1_000_000_000
#: Rows times columns.
CELLS = 50_000_000
COLUMNS = 10_000
#: Characters of one column's name: surveys use whole questions.
NAME = 1_000
#: Bytes of a ``.csv.gz`` once it is unpacked, where it is counted where it lies.
UNPACKED = 20_000_000_000
#: Faults of one file that are kept with their place; those beyond are counted.
FAULTS = 1_000

SMALLER = "Take a smaller part of it: fewer rows, or only the columns that are needed."
