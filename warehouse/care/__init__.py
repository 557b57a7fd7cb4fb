"""The care of a home: which layout it has, what is wrong with it, how it is mended, copied and brought back."""
