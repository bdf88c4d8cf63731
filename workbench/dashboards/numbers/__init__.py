"""What pages ask of the store: one function a page, answered as one frozen record."""
