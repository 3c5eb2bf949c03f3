export { type DocumentOptions, type OpenApiDocument, toDocument } from './document.ts'
export { type OpenApiOptions, openapi } from './openapi.ts'
