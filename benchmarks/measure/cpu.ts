import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds in a unit of /proc/<pid>/stat: `getconf CLK_TCK` is 100 on every Linux that Node runs on. */
const unit = 10

interface Process {
  readonly id: number
  readonly parent: number
  /** Of the process and of those of its children that have ended. */
  readonly cpu: number
}

/**
 * Milliseconds of CPU that a process and all below it have used since they began. Children that have ended are in
 * their parent's sum, so that a worker or a PostgreSQL backend that goes away in between is not lost.
 */
export function cpuOf(root: number): number {
  const processes = readProcesses()
  const childrenOf = Map.groupBy(processes, ({ parent }) => parent)
  const sum = (one: Process): number =>
    one.cpu + (childrenOf.get(one.id) ?? []).reduce((total, child) => total + sum(child), 0)
  const found = processes.find(({ id }) => id === root)
  if (!found) throw new Error(`Cannot read the CPU time of process ${root}: it has ended.`)
  return sum(found)
}

/** Bytes of memory that a process and all below it hold. */
export function residentMemoryOf(root: number): number {
  const processes = readProcesses()
  const childrenOf = Map.groupBy(processes, ({ parent }) => parent)
  const sum = (id: number): number =>
    residentMemory(id) + (childrenOf.get(id) ?? []).reduce((total, child) => total + sum(child.id), 0)
  return sum(root)
}

export function parentOf(id: number): number {
  return readProcess(id)?.parent ?? 0
}

function residentMemory(id: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

function readProcesses(): Process[] {
  const ids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return ids.map(readProcess).filter((one) => one !== null)
}

function readProcess(id: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1')
    // The name stands in parentheses and may hold anything; proc(5) counts the fields behind it from 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const field = (number: number) => Number(fields[number - 3])
    const isSingle = field(20) === 1
    const own = isSingle ? exactly(id) : (field(14) + field(15)) * unit
    return { id, parent: field(4), cpu: own + (field(16) + field(17)) * unit }
  } catch {
    // It has ended since the folder was read.
    return null
  }
}

/**
 * Milliseconds of a process with one thread. PostgreSQL is many of those, and what each leaves below a unit would add up
 * to more than a short turn uses.
 */
function exactly(id: number): number {
  return Number(readFileSync(`/proc/${id}/schedstat`, 'latin1').split(' ')[0]) / 1e6
}
