"""From tasks, dependencies and conflicts to a rolling order and batches. Plain data in and out, standard library only.

solve            problem -> answer
  model          what is left to do, as the search wants it
  bounds         what no schedule can beat
  rules          good orders at once
  exact          small problems to the end
  improve        better orders, until proven optimal or the effort is used
  earlier        the same makespan, with fewer tasks that wait for what starts long after
  batches        the same for barriers: beam, then packing
  hold           the same order with a little idleness, where batches would be shorter
  expected       the same where pairs only perhaps conflict: by what is to be expected
  dispatch       the order through the dispatcher of a run: starts, finishes, why each task waits
"""

from .dispatch import replay
from .expected import keep_apart
from .hold import HELD, hold_back
from .problem import Answer, Problem, Wait
from .solver import Effort, solve

__all__ = ["HELD", "Answer", "Effort", "Problem", "Wait", "hold_back", "keep_apart", "replay", "solve"]
