"""The shared table reader: any statistical table, in HTML, CSV or a spreadsheet, into records.

Start at `reader.read_page`. What a family of pages knows beyond this lies in its parser (`scrapers.parsers`).
"""
