"""Where data comes from: USPTO services, files and orders. `fetch` gives bytes, `parse` takes them."""
