// NestJS on its Fastify adapter, with TypeORM's repositories.
import 'reflect-metadata'
import { Module, ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { TypeOrmModule } from '@nestjs/typeorm'
import pg from 'pg'
import { Tag, Task } from './entities.js'
import { TaskModule } from './tasks.js'

// Identity columns take no transformer, so numbers are read as numbers for all of them.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      poolSize: 5,
      entities: [Task, Tag],
    }),
    TaskModule,
  ],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
})
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }))
await app.listen(Number(process.env.PORT), '127.0.0.1')
