"""The report of a run as one HTML file: nothing is fetched, everything from the journal is data.

page            the document with its head, theme and navigation
  sections      figures, time chart, graph, tasks with evidence, guard, tokens
    timechart, taskgraph     the pictures, each with a table beside it
"""

from fanout.report.html.page import render

__all__ = ["render"]
