/** Where a planned drop keeps a table, and how it names a column that it keeps. */
export const hiddenSchema = 'tenon_dropped'
export const hiddenPrefix = '_dropped_'
