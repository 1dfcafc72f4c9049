"""Reports: one notebook run for many boroughs, each as PDF, web page and spreadsheet.

The rooms, in the order in which a report passes through them: ``batch`` hands out orders to a
``crew`` of processes, each of which starts with ``worker``; ``build`` makes one report, for which
``execute`` runs the notebook in a ``kernel`` and ``pdf``, ``html`` and ``xlsx`` (from ``sheets``)
write it; ``journal`` lets it stand in the ``folder`` whole or not at all; ``manifest`` records it
and what it was made from (``inputs``); ``index`` leads to it. ``lock`` keeps other batches out.
"""
