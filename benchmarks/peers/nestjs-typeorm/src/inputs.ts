import { Transform, Type } from 'class-transformer'
import { IsBoolean, IsDate, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator'

export class LimitQuery {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 20
}

export class BehindQuery extends LimitQuery {
  @Type(() => Number)
  @IsInt()
  after: number
}

export class PageQuery {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  page: number = 1

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20
}

export class SearchQuery extends PageQuery {
  @IsString()
  q: string

  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  completed: boolean

  @IsIn(['low', 'medium', 'high'])
  priority: 'low' | 'medium' | 'high'
}

class Details {
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string | null

  @IsOptional()
  @IsBoolean()
  completed?: boolean

  @IsOptional()
  @IsIn(['low', 'medium', 'high'])
  priority?: 'low' | 'medium' | 'high'

  @IsOptional()
  @Type(() => Date)
  @IsDate()
  due_date?: Date | null
}

export class NewTask extends Details {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title: string
}

export class Changes extends Details {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title?: string
}
