"""The pages: each file puts one page's state, numbers and views together."""
