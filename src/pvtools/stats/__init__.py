"""Statistical methods, one file a method: numbers in, tables out; no borough, file or chart."""
