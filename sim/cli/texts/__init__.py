"""Words of what commands print, in English and Chinese; one file for each part."""
