"""fanout: conflict-free work for parallel subagents.

The flow, and the folder that holds each step:

    source -> plan/read -> plan/check -> plan/graph -> plan/hazards -> plan/schedule   (pure; pydantic, slow to start)
           -> run/                                           (state: the SQLite journal; standard library, fast)
           -> hooks/ (gate, guard, done, next)  and  cli/    (the fast door and the slow door)
           -> report/                                        (text, JSON, Mermaid, HTML)

`run` never imports `plan`; `hooks` import `run` and the standard library only.
"""
