import { defineConfig } from '@adonisjs/core/http'

export const appUrl = 'http://127.0.0.1'
export const http = defineConfig({ generateRequestId: false, useAsyncLocalStorage: false, cookie: {} })
