"""Dashboards: the same exhibits as in the reports, with a picker; Voila serves them.

``dashboards.borough.show()`` is the one cell of ``notebooks/dashboards/borough.ipynb``.
"""
