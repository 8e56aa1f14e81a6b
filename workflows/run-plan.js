export const meta = {
  name: 'run-plan',
  description: 'Run a fanout run on the workflow runtime: each task starts when what it waits for is done',
  whenToUse: 'only with the input that `fanout start SOURCE --engine workflow` or `fanout next RUN` printed',
  phases: [{ title: 'Work', detail: 'one agent a task; the journal decides what may start, a hook checks what is done' }],
}

// args: { run, first: [{ task, agent, model }] }. Returns how many agents ended in which state.

const given = typeof args === 'string' ? JSON.parse(args) : args || {}
if (!given.run || !Array.isArray(given.first)) {
  throw new Error('Start a run first: `fanout start SOURCE --engine workflow` prints the input for this workflow.')
}

const NEXT = {
  type: 'object',
  required: ['task', 'agent'],
  properties: { task: { type: 'string' }, agent: { type: 'string' }, model: { type: 'string' } },
}
const RESULT = {
  type: 'object',
  required: ['state', 'summary'],
  properties: {
    state: { enum: ['done', 'blocked', 'needs', 'asked'] },
    summary: { type: 'string' },
    next: { type: 'array', items: NEXT, description: 'leave it out: fanout fills it in' },
  },
}

const ended = {}

// A result carries what can start now: the hook on StructuredOutput puts it there.
async function work({ task, agent: agentType, model }) {
  const result = await agent(
    `Run \`fanout brief ${given.run}/${task}\` and follow it. End with StructuredOutput: state, and as summary what you did.`,
    { label: `${given.run}/${task}`, phase: 'Work', schema: RESULT, agentType, ...(model ? { model } : {}) },
  )
  const state = result ? result.state : 'without a result'
  ended[state] = (ended[state] || 0) + 1
  const next = result ? result.next || [] : await ask(task)
  await Promise.all(next.map(work))
}

// An agent that died carries nothing: a small one asks in its place.
async function ask(lost) {
  const result = await agent(`Call StructuredOutput with state "asked" and summary "${lost}". Do nothing else.`, {
    label: `${given.run}//next`,
    phase: 'Work',
    schema: RESULT,
  })
  return result ? result.next || [] : []
}

phase('Work')
await Promise.all(given.first.map(work))
return { run: given.run, ended, then: `fanout next ${given.run} says what is left; fanout report ${given.run} has the results` }
