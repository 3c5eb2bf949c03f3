// Loaded into the process of each test file: ends it, where a connection or a server that it leaves open would hold it for ever.
const limit = Number(process.env.TEST_FILE_LIMIT ?? 240)

setTimeout(() => {
  console.error(`Stopped after ${limit} s. Open still: ${process.getActiveResourcesInfo().join(', ')}`)
  process.exit(1)
}, limit * 1000).unref()
