import { type App, app, mount, replace } from 'tenon/http'
import { openapi } from 'tenon/openapi'
import { auth } from './auth/routes.ts'
import { health } from './health.ts'
import { appSettings, processSettings, type Settings } from './settings.ts'
import { tags } from './tags/routes.ts'
import { tasks } from './tasks/routes.ts'

export function createApp(settings: Settings = processSettings()): App {
  return app({
    routers: [mount('/api/v1', auth, tasks, tags), health],
    extensions: [
      openapi({
        tags: [
          {
            name: 'auth',
            description: 'Accounts and tokens. An access token lives 15 minutes, a refresh cookie 7 days.',
          },
          { name: 'tasks', description: "The current user's tasks. Those of others answer as if they did not exist." },
          { name: 'tags', description: 'Labels for tasks, one set for each user.' },
          { name: 'health', description: 'For whoever runs the service.' },
        ],
        title: 'Todo API',
        version: '1.0.0',
        description: 'Tasks and tags for many users. Register, log in, and send the access token as a bearer token.',
      }),
    ],
    override: [replace(appSettings, () => settings)],
    server: {
      corsOrigins: settings.corsOrigins,
      trustedProxies: settings.trustedProxies,
      // Requests take milliseconds here; one that still runs after this waits for something that does not come.
      stopTimeout: 400,
      log: {
        level: settings.environment === 'testing' ? 'silent' : 'info',
        format: settings.environment === 'development' ? 'text' : 'json',
      },
    },
  })
}
