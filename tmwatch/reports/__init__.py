"""Writers of what is known: JSON, tables, and later HTML, XLSX, CSV and ICS."""
