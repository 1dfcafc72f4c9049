"""Validation: are the methods as good as they say, measured where the truth is known?

Each study simulates data whose true values are known, lets pvtools estimate them, and holds what
it finds (how often intervals cover, how often nothing is called something) against a goal set
beforehand. ``make validate`` runs them all and writes ``docs/validation.md``. It stands beside the
package, as the benchmarks do: it measures the methods, and no reader of a report needs it.
"""
