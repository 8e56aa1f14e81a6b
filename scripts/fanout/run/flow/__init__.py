"""How a run goes on: started, briefed, told what is next, recovered, ended."""
