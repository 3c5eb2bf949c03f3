/** Where a planned drop keeps a table, and how it names a column that it keeps. */
export const droppedSchema = 'tenon_dropped'
export const droppedColumnPrefix = '_dropped_'
