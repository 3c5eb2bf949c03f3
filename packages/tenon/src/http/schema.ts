/** Standard Schema 1.1, the part that is read here: Zod, Valibot and ArkType schemas all are one. https://standardschema.dev */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

export type OutputOf<S> = S extends { readonly _zod: { readonly output: infer Output } }
  ? Output
  : S extends Schema<unknown, infer Output>
    ? Output
    : never
