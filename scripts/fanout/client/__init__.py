"""The real Claude Code client, started hermetically against a scripted model: for tests, demo and self-test.

installed.locate -> the client's path
script.Cast(Orchestrator, Worker) -> a model: (Conversation) -> Reply
session.Session(project, model, client=path)
    hermetic.make_home, hermetic.environment -> hermetic.check     nothing of the caller's
    server.Server                                                  asks the model, streams, records
    recorder.Recorder                                              every hook call
    print_mode -> Result       interactive -> terminal.Terminal (screen.Screen)
    close                                                          processes.kill_of_home, hermetic.remove_home
"""
