import { MistypedError } from './arguments.ts'
import type { Command, Invocation, ValueOption } from './command.ts'
import { type MigrateOptions, migrateDowngrade, migrateStamp, migrateUpgrade } from './commands/migrate.ts'
import { migrateCheck, migrateDrift } from './commands/migrate-check.ts'
import { migrateLint, migrateProve } from './commands/migrate-lint.ts'
import { migratePurge } from './commands/migrate-purge.ts'
import { migrateRevision } from './commands/migrate-revision.ts'
import { migrateBranches, migrateCurrent, migrateHeads, migrateHistory, migrateShow } from './commands/migrate-show.ts'
import { migrateSquash } from './commands/migrate-squash.ts'
import { migrateInit, migrateMerge } from './commands/migrate-write.ts'

const json = { json: 'Print JSON.' }
const message: ValueOption = { value: '<text>', meaning: 'What it does, in a few words.', short: 'm' }

const runFlags = {
  'dry-run': 'Say what would run, and run nothing.',
  sql: 'Print the SQL with its lines of the journal, without a database. The target may be a range: from:to.',
  lease: 'Keep other runs out by a row that expires, where only a pooler can be reached.',
  yes: 'Do not ask.',
  ...json,
}
const runValues: Readonly<Record<string, ValueOption>> = {
  'lock-timeout': {
    value: '<ms>',
    meaning: 'How long a statement may wait for a lock before it lets others by; 2000.',
  },
  patience: { value: '<ms>', meaning: 'How long it is tried again after that; 120000.' },
  interrupted: { value: '<repeat|skip>', meaning: 'What becomes of the statement that a run before was stopped in.' },
}

/** The commands of `tenon migrate`. */
export const migrateCommands: readonly Command[] = [
  {
    name: 'migrate init',
    summary: 'Make the folder of the revisions and a tenon.config.ts.',
    flags: json,
    run: (invocation) => done(migrateInit(showOptions(invocation))),
  },
  {
    name: 'migrate revision',
    summary: 'Write a revision from the models, both ways, proven on an embedded database.',
    details: ['Compares the models that tenon.config.ts names with what the revisions come to. No database is needed.'],
    flags: {
      empty: 'Leave its sections to be written.',
      'from-database': 'Compare with the database of tenon.config.ts instead of with the revisions.',
      'no-rename': 'Take nothing for a rename that --rename does not name, and do not ask.',
      'dry-run': 'Print the file instead of writing it.',
      force: 'Write it although it could not be proven.',
      splice: 'Let it go out from one that others go out from.',
      ...json,
    },
    values: {
      message,
      rename: {
        value: '<old:new>',
        meaning: 'A table, or table.old:new for a column, that has another name now; may be repeated.',
      },
      fill: { value: '<table.column=SQL>', meaning: 'What rows get that have no value yet; may be repeated.' },
      head: { value: '<revision>', meaning: 'What it comes after, or base; the one head unless given.' },
      'depends-on': {
        value: '<revision>',
        meaning: 'What must be applied before it without being its parent; may be repeated.',
      },
    },
    run: (invocation) => done(migrateRevision({ ...showOptions(invocation), ...newRevision(invocation) })),
  },
  {
    name: 'migrate upgrade',
    summary: 'Apply pending revisions.',
    argument: '[head|heads|+N|revision]',
    details: [
      'head (the default): all of them, where there is one head. heads: all branches. +2: the next two.',
      'A revision: up to it, by a part of its name; and from there: name+1, name-1, name@head.',
    ],
    flags: runFlags,
    values: runValues,
    run: (invocation) => done(migrateUpgrade(runOptions(invocation))),
  },
  {
    name: 'migrate downgrade',
    summary: 'Take applied revisions back, with the data they hold.',
    argument: '[-N|base|revision]',
    details: [
      '-1 (the default): the latest. base: all of them.',
      'A revision: what stands on it, by a part of its name; other branches stay.',
    ],
    flags: runFlags,
    values: runValues,
    run: (invocation) => done(migrateDowngrade(runOptions(invocation))),
  },
  {
    name: 'migrate current',
    summary: 'Show where the database stands.',
    flags: json,
    run: (invocation) => done(migrateCurrent(showOptions(invocation))),
  },
  {
    name: 'migrate history',
    summary: 'List the revisions, and which are applied.',
    flags: json,
    run: (invocation) => done(migrateHistory(showOptions(invocation))),
  },
  {
    name: 'migrate heads',
    summary: 'List the revisions that nothing goes out from.',
    flags: json,
    run: (invocation) => done(migrateHeads(showOptions(invocation))),
  },
  {
    name: 'migrate branches',
    summary: 'List where the way parts.',
    flags: json,
    run: (invocation) => done(migrateBranches(showOptions(invocation))),
  },
  {
    name: 'migrate show',
    summary: 'Show one revision.',
    argument: '<revision>',
    details: ['By a part of its name, or head.'],
    flags: json,
    run: (invocation) => {
      const target = required(
        invocation.argument,
        'Cannot show: no revision is named. Write tenon migrate show <revision>.',
      )
      return done(migrateShow({ ...showOptions(invocation), target }))
    },
  },
  {
    name: 'migrate merge',
    summary: 'Join two heads whose order makes no difference, which is tried.',
    argument: '[revision revision]',
    takes: 2,
    flags: json,
    values: { message },
    run: (invocation) =>
      done(migrateMerge({ ...showOptions(invocation), message: messageOf(invocation), heads: invocation.texts })),
  },
  {
    name: 'migrate stamp',
    summary: 'Write the journal as if the database had been brought there, and run nothing.',
    argument: '<head|heads|base|revision>',
    flags: {
      'dry-run': 'Say what would be written, and write nothing.',
      lease: runFlags.lease,
      yes: runFlags.yes,
      ...json,
    },
    run: (invocation) => {
      const target = required(invocation.argument, 'Cannot stamp: no target is named. Write tenon migrate stamp head.')
      return done(migrateStamp({ ...runOptions(invocation), target }))
    },
  },
  {
    name: 'migrate check',
    summary: 'For CI: the models are what the revisions come to, and there is one head.',
    details: ['Exits with 1 where not. No database is needed.'],
    flags: { database: 'See also that its journal has the files as they are.', ...json },
    run: async (invocation) =>
      (await migrateCheck({ ...showOptions(invocation), database: invocation.flags.has('database') })) ? 0 : 1,
  },
  {
    name: 'migrate drift',
    summary: 'Say what was changed in the database past its revisions.',
    details: ['Exits with 1 where something was.'],
    flags: json,
    run: async (invocation) => ((await migrateDrift(showOptions(invocation))) ? 0 : 1),
  },
  {
    name: 'migrate purge',
    summary: 'Write the revision that drops for good what earlier ones hid.',
    flags: { 'dry-run': 'Print the file instead of writing it.', ...json },
    values: { message },
    run: (invocation) => {
      const given = { message: lastOf(invocation, 'message'), dryRun: invocation.flags.has('dry-run') }
      return done(migratePurge({ ...showOptions(invocation), ...given }))
    },
  },
  {
    name: 'migrate lint',
    summary: 'Say what of revisions would hold up or break a running service.',
    argument: '[revision …]',
    takes: 100,
    details: [
      'Files or parts of names; the heads unless given. Each is run on an embedded database and measured.',
      'A comment "-- squawk-ignore <rule>" above a statement silences a rule for it. Exits with 1 on errors.',
    ],
    flags: { all: 'Look at every revision.', strict: 'Exit with 1 on warnings too.', ...json },
    run: async (invocation) => {
      const { texts, flags } = invocation
      const given = { all: flags.has('all'), strict: flags.has('strict') }
      return (await migrateLint({ ...showOptions(invocation), names: texts, ...given })) ? 0 : 1
    },
  },
  {
    name: 'migrate prove',
    summary: 'Run a revision up, down and up again on an embedded database, with rows.',
    argument: '[revision]',
    details: ['The one head unless given. Exits with 1 where it is not proven.'],
    flags: json,
    run: async (invocation) =>
      (await migrateProve({ ...showOptions(invocation), name: invocation.argument })) ? 0 : 1,
  },
  {
    name: 'migrate squash',
    summary: 'Make one revision of all up to one, proven to come to the same.',
    argument: '<head|revision>',
    details: ['Databases that have them all take it in their place; others must be brought there before.'],
    flags: { 'dry-run': 'Print the file and change nothing.', yes: runFlags.yes, ...json },
    run: (invocation) => {
      const { argument, flags } = invocation
      const upTo = required(argument, 'Cannot squash: no revision is named. Write tenon migrate squash <revision>.')
      const given = { dryRun: flags.has('dry-run'), yes: flags.has('yes') }
      return done(migrateSquash({ ...showOptions(invocation), ...given, upTo }))
    },
  },
]

async function done(work: Promise<void>): Promise<number> {
  await work
  return 0
}

function showOptions({ folder, terminal, flags }: Invocation) {
  return { folder, terminal, json: flags.has('json') }
}

function runOptions(invocation: Invocation): MigrateOptions {
  const { argument, flags } = invocation
  const interrupted = lastOf(invocation, 'interrupted')
  return {
    ...showOptions(invocation),
    yes: flags.has('yes'),
    dryRun: flags.has('dry-run'),
    sql: flags.has('sql'),
    ...(argument !== undefined && { target: argument }),
    ...(flags.has('lease') && { lock: 'lease' }),
    ...numberOf(invocation, 'lock-timeout', 'lockTimeout'),
    ...numberOf(invocation, 'patience', 'patience'),
    ...((interrupted === 'repeat' || interrupted === 'skip') && { interrupted }),
  }
}

function newRevision(invocation: Invocation) {
  const head = lastOf(invocation, 'head')
  const { flags, values } = invocation
  return {
    message: messageOf(invocation),
    empty: flags.has('empty'),
    fromDatabase: flags.has('from-database'),
    noRename: flags.has('no-rename'),
    dryRun: flags.has('dry-run'),
    force: flags.has('force'),
    renames: values.get('rename') ?? [],
    fills: values.get('fill') ?? [],
    splice: flags.has('splice'),
    dependsOn: invocation.values.get('depends-on') ?? [],
    ...(head !== undefined && { head }),
  }
}

function messageOf(invocation: Invocation): string {
  return required(lastOf(invocation, 'message'), 'Cannot name it: no message is given. Add -m "what it does".')
}

function numberOf(invocation: Invocation, option: string, name: string): Readonly<Record<string, number>> {
  const text = lastOf(invocation, option)
  if (text === undefined) return {}
  if (/^\d{1,9}$/.test(text)) return { [name]: Number(text) }
  throw new MistypedError(`Cannot take --${option} ${text}: it is a number of milliseconds.`)
}

function lastOf({ values }: Invocation, option: string): string | undefined {
  return values.get(option)?.at(-1)
}

function required(text: string | undefined, otherwise: string): string {
  if (text === undefined) throw new MistypedError(otherwise)
  return text
}
