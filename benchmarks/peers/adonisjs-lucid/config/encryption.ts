import { defineConfig, drivers } from '@adonisjs/core/encryption'

// Nothing is encrypted here, but the framework does not start without.
const keys = ['0123456789abcdef0123456789abcdef']

export default defineConfig({ default: 'gcm', list: { gcm: drivers.aes256gcm({ id: 'app', keys }) } })
