import {
  Body,
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Query,
} from '@nestjs/common'
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm'
import { type FindOptionsWhere, ILike, MoreThan, Repository } from 'typeorm'
import { Task } from './entities.js'
import { BehindQuery, Changes, LimitQuery, NewTask, PageQuery, SearchQuery } from './inputs.js'

@Injectable()
class TaskService {
  constructor(@InjectRepository(Task) private readonly tasks: Repository<Task>) {}

  behind({ after, limit }: BehindQuery) {
    return this.tasks.find({ where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: limit })
  }

  async one(id: number) {
    const task = await this.tasks.findOneBy({ id })
    if (!task) throw new NotFoundException('There is no such task.')
    return task
  }

  async page(where: FindOptionsWhere<Task> | FindOptionsWhere<Task>[], { page, limit }: PageQuery) {
    const skip = (page - 1) * limit
    const [items, total] = await this.tasks.findAndCount({ where, order: { id: 'DESC' }, take: limit, skip })
    return { items, total, page, limit, pages: Math.ceil(total / limit) }
  }

  search(user_id: number, query: SearchQuery) {
    const pattern = ILike(`%${query.q.replace(/[\\%_]/g, '\\$&')}%`)
    const both = { user_id, completed: query.completed, priority: query.priority }
    return this.page(
      [
        { ...both, title: pattern },
        { ...both, description: pattern },
      ],
      query,
    )
  }

  async tagged(user_id: number, limit: number) {
    // With a join, `take` would count tasks once for each of their tags.
    const relations = { relations: { tags: true }, relationLoadStrategy: 'query' } as const
    const found = await this.tasks.find({ where: { user_id }, ...relations, order: { id: 'DESC' }, take: limit })
    for (const { tags } of found) tags?.sort((one, other) => one.id - other.id)
    return found
  }

  insert(user_id: number, body: NewTask) {
    return this.tasks.save(this.tasks.create({ ...body, user_id }))
  }

  async update(id: number, body: Changes) {
    const task = await this.one(id)
    return this.tasks.save(this.tasks.merge(task, body))
  }
}

@Controller('tasks')
class TaskController {
  constructor(private readonly tasks: TaskService) {}

  @Get()
  behind(@Query() query: BehindQuery) {
    return this.tasks.behind(query)
  }

  @Get(':id')
  one(@Param('id', ParseIntPipe) id: number) {
    return this.tasks.one(id)
  }

  @Patch(':id')
  update(@Param('id', ParseIntPipe) id: number, @Body() body: Changes) {
    return this.tasks.update(id, body)
  }
}

@Controller('users/:id')
class UserTaskController {
  constructor(private readonly tasks: TaskService) {}

  @Get('tasks')
  list(@Param('id', ParseIntPipe) id: number, @Query() query: PageQuery) {
    return this.tasks.page({ user_id: id }, query)
  }

  @Get('tagged')
  tagged(@Param('id', ParseIntPipe) id: number, @Query() query: LimitQuery) {
    return this.tasks.tagged(id, query.limit)
  }

  @Get('search')
  search(@Param('id', ParseIntPipe) id: number, @Query() query: SearchQuery) {
    return this.tasks.search(id, query)
  }

  @Post('tasks')
  insert(@Param('id', ParseIntPipe) id: number, @Body() body: NewTask) {
    return this.tasks.insert(id, body)
  }
}

@Module({
  imports: [TypeOrmModule.forFeature([Task])],
  controllers: [TaskController, UserTaskController],
  providers: [TaskService],
})
export class TaskModule {}
