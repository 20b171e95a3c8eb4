"""Files that shops bring along: CSV text as spreadsheets write it, read without trusting a byte of it.

Pure: bytes in, rows and located problems out. What the rows mean is said in `imports`.
"""
