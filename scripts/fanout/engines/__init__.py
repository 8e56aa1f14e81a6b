"""Engines: who runs a run's work, when it is not the agents of a conversation.

    driver.Driver.go            one process a run, by its lease; until the run is over, paused or cancelled
      attempt.begin             a task that may start -> its agent, its work tree, its brief
        supervise.main          one process an attempt: the headless client, its guard proven, its clock, its end
      attempt.settle            verdict of the client's last words; the gate's verdict is in the journal
        work_trees.keep         what it left, as a commit under refs/fanout/RUN/TASK/N
      merger.merge              what is proven -> the run's branch: merged, checked again, compared and swapped
        checkpoint.gap          the checks of the run's end too, after some merges
    landing.land                the branch -> the user's

The journal, the dispatcher, the brief and the evidence gate are those of every engine (fanout.run, the hooks).
"""
