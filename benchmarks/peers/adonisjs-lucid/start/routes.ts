import router from '@adonisjs/core/services/router'

const TasksController = () => import('#controllers/tasks_controller')

router.get('/tasks', [TasksController, 'behind'])
router.get('/tasks/:id', [TasksController, 'show'])
router.patch('/tasks/:id', [TasksController, 'update'])
router.get('/users/:id/tasks', [TasksController, 'index'])
router.get('/users/:id/tagged', [TasksController, 'tagged'])
router.get('/users/:id/search', [TasksController, 'search'])
router.post('/users/:id/tasks', [TasksController, 'store'])
