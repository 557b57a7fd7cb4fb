"""A catalog file from an address: the page is asked what it is, and what it does not say is marked, never invented."""
