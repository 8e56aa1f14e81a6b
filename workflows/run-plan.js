export const meta = {
  name: 'run-plan',
  description: 'Run a fanout task list on the workflow runtime: each task starts when what it waits for is done',
  whenToUse: 'only when the user asks for the workflow runtime by name: no journal, no check of what is done. Else: fanout start SOURCE',
  phases: [
    { title: 'Plan', detail: 'fanout plan: dependencies, conflicts, order' },
    { title: 'Work', detail: 'one agent a task, no two that conflict at the same time' },
  ],
}

// args: the source as text, or { source, max_parallel }. Returns { done, open, why }.

const given = typeof args === 'string' ? { source: args } : args || {}
const source = (given.source || '').trim()
if (!/^[\w./#-]+$/.test(source)) throw new Error('Give the task list: a feature name or a path without spaces.')

const PLAN = {
  type: 'object',
  required: ['slots', 'tasks'],
  properties: {
    slots: { type: 'integer', minimum: 1 },
    tasks: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'title', 'after'],
        properties: {
          id: { type: 'string' },
          title: { type: 'string' },
          after: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
}
const RESULT = {
  type: 'object',
  required: ['state', 'summary'],
  properties: { state: { enum: ['done', 'blocked', 'needs'] }, summary: { type: 'string' } },
}

phase('Plan')
const plan = await agent(
  `Run \`fanout plan ${source} --json\` and \`fanout read ${source} --json\`, and change nothing. Answer with slots ` +
    '(max_parallel, 5 if it is not said) and every task of rolling_order that is not completed, in that order: its id, its ' +
    'title, and in `after` its depends_on that are not completed, together with each task that it waits for by a hazard ' +
    '("X waits for Y": Y stands in the `after` of X).',
  { label: 'plan', phase: 'Plan', schema: PLAN },
)
if (!plan) throw new Error('The plan could not be read.')

const slots = Math.min(given.max_parallel || plan.slots, 16)
const known = new Set()
for (const task of plan.tasks) {
  const early = task.after.filter((id) => !known.has(id))
  if (early.length) throw new Error(`Task ${task.id} waits for ${early.join(', ')}, which does not stand before it.`)
  known.add(task.id)
}

const states = new Map()
const waiting = []
let busy = 0
const enter = () => (busy < slots ? void busy++ : new Promise((go) => waiting.push(go)))
const leave = () => (waiting.length ? waiting.shift()() : busy--)

async function work(task, before) {
  const results = await Promise.all(before)
  const missing = task.after.filter((id, place) => results[place] !== 'done')
  if (missing.length) return settle(task, 'blocked', `waits for ${missing.join(', ')}`)
  await enter()
  try {
    const result = await agent(
      `Do task ${task.id} (${task.title}) of ${source}, and no other. \`fanout read ${source} --json\` has it: what it ` +
        'writes, reads and how it is accepted. Siblings work in the same tree: write only its own paths, never run git ' +
        'commands that touch the whole tree, and run its acceptance commands before you say done.',
      { label: `${task.id} ${task.title}`, phase: 'Work', schema: RESULT, agentType: 'spec:feature-implementer' },
    )
    return settle(task, result ? result.state : 'blocked', result ? result.summary : 'its agent ended without a result')
  } finally {
    leave()
  }
}

function settle(task, state, why) {
  states.set(task.id, { state, why })
  log(`${task.id}: ${state}, ${why}`)
  return state
}

phase('Work')
const running = new Map()
for (const task of plan.tasks) {
  running.set(task.id, work(task, task.after.map((id) => running.get(id))))
}
await Promise.all(running.values())

const of = (wanted) => plan.tasks.map((task) => task.id).filter((id) => (states.get(id).state === 'done') === wanted)
return { done: of(true), open: of(false), why: Object.fromEntries(of(false).map((id) => [id, states.get(id).why])) }
