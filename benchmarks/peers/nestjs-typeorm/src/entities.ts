import { Column, CreateDateColumn, Entity, JoinTable, ManyToMany, PrimaryGeneratedColumn } from 'typeorm'

/** TypeORM reads bigint as text; its documentation teaches a transformer where a number is wanted. */
const asNumber = { to: (value: number) => value, from: (value: string) => Number(value) }

@Entity('tags')
export class Tag {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id: number

  @Column('text', { unique: true })
  name: string
}

@Entity('tasks')
export class Task {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id: number

  @Column('text')
  title: string

  @Column('text', { nullable: true })
  description: string | null

  @Column('boolean', { default: false })
  completed: boolean

  @Column('text', { default: 'medium' })
  priority: 'low' | 'medium' | 'high'

  @Column('timestamptz', { nullable: true })
  due_date: Date | null

  @Column('bigint', { transformer: asNumber })
  user_id: number

  @CreateDateColumn({ type: 'timestamptz' })
  created_at: Date

  @ManyToMany(() => Tag)
  @JoinTable({ name: 'task_tags', joinColumn: { name: 'task_id' }, inverseJoinColumn: { name: 'tag_id' } })
  tags?: Tag[]
}
