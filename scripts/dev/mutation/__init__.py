"""Small changes to the safety core, one at a time, and whether a test notices: `scripts/dev/mutants`.

points       where the code can be changed, and how (cosmic-ray's operators and operators.py)
covering     which tests execute which lines, with contexts.py in pytest and covered_warm.py behind `fanout`
trying       one change in a copy of the checkout, and the tests that execute it
survivors    the changes that are known to stay unnoticed, each with its reason
"""
