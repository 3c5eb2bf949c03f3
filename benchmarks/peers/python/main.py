"""FastAPI with SQLModel on asyncpg: one process of Uvicorn, models as their documentation writes them."""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, func
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload
from sqlmodel import Field, Relationship, SQLModel, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+asyncpg://")
engine = create_async_engine(url, pool_size=5, max_overflow=0)
sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

Priority = Literal["low", "medium", "high"]


class TaskTag(SQLModel, table=True):
    __tablename__ = "task_tags"
    task_id: int = Field(sa_column=Column(BigInteger, ForeignKey("tasks.id"), primary_key=True))
    tag_id: int = Field(sa_column=Column(BigInteger, ForeignKey("tags.id"), primary_key=True))


class TagPublic(SQLModel):
    id: int
    name: str


class Tag(SQLModel, table=True):
    __tablename__ = "tags"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    name: str = Field(unique=True, max_length=50)


class TaskCreate(SQLModel):
    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=1000)
    completed: bool = False
    priority: Priority = "medium"
    due_date: datetime | None = None


class TaskUpdate(SQLModel):
    title: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=1000)
    completed: bool | None = None
    priority: Priority | None = None
    due_date: datetime | None = None


class Task(SQLModel, table=True):
    __tablename__ = "tasks"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    title: str
    description: str | None = None
    completed: bool = False
    priority: str = "medium"
    due_date: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    user_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    created_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    )
    tags: list[Tag] = Relationship(link_model=TaskTag, sa_relationship_kwargs={"order_by": "Tag.id"})


class TaskPublic(SQLModel):
    id: int
    title: str
    description: str | None
    completed: bool
    priority: Priority
    due_date: datetime | None
    user_id: int
    created_at: datetime


class TaskWithTags(TaskPublic):
    tags: list[TagPublic]


class TaskPage(SQLModel):
    items: list[TaskPublic]
    total: int
    page: int
    limit: int
    pages: int


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
Limit = Annotated[int, Query(ge=1, le=1000)]
PageLimit = Annotated[int, Query(ge=1, le=100)]
PageNumber = Annotated[int, Query(ge=1)]

app = FastAPI()


@app.get("/tasks", response_model=list[TaskPublic])
async def tasks_behind(session: Session, after: int, limit: Limit = 20):
    found = await session.exec(select(Task).where(col(Task.id) > after).order_by(col(Task.id)).limit(limit))
    return found.all()


@app.get("/tasks/{task_id}", response_model=TaskPublic)
async def one_task(session: Session, task_id: int):
    task = await session.get(Task, task_id)
    if task is None:
        raise HTTPException(status_code=404, detail="There is no such task.")
    return task


@app.patch("/tasks/{task_id}", response_model=TaskPublic)
async def change_task(session: Session, task_id: int, changes: TaskUpdate):
    task = await session.get(Task, task_id)
    if task is None:
        raise HTTPException(status_code=404, detail="There is no such task.")
    task.sqlmodel_update(changes.model_dump(exclude_unset=True))
    session.add(task)
    await session.commit()
    return task


async def page_of(session: AsyncSession, conditions: list, page: int, limit: int) -> dict:
    total = (await session.exec(select(func.count()).select_from(Task).where(*conditions))).one()
    ordered = select(Task).where(*conditions).order_by(col(Task.id).desc())
    items = (await session.exec(ordered.limit(limit).offset((page - 1) * limit))).all()
    return {"items": items, "total": total, "page": page, "limit": limit, "pages": -(-total // limit)}


@app.get("/users/{user_id}/tasks", response_model=TaskPage)
async def list_tasks(session: Session, user_id: int, page: PageNumber = 1, limit: PageLimit = 20):
    return await page_of(session, [Task.user_id == user_id], page, limit)


@app.get("/users/{user_id}/tagged", response_model=list[TaskWithTags])
async def tagged_tasks(session: Session, user_id: int, limit: Limit = 20):
    found = select(Task).where(Task.user_id == user_id).order_by(col(Task.id).desc()).limit(limit)
    return (await session.exec(found.options(selectinload(Task.tags)))).all()


@app.get("/users/{user_id}/search", response_model=TaskPage)
async def search_tasks(
    session: Session,
    user_id: int,
    q: str,
    completed: bool,
    priority: Priority,
    page: PageNumber = 1,
    limit: PageLimit = 20,
):
    contains = or_(col(Task.title).icontains(q, autoescape=True), col(Task.description).icontains(q, autoescape=True))
    conditions = [Task.user_id == user_id, Task.completed == completed, Task.priority == priority, contains]
    return await page_of(session, conditions, page, limit)


@app.post("/users/{user_id}/tasks", response_model=TaskPublic, status_code=201)
async def insert_task(session: Session, user_id: int, body: TaskCreate):
    task = Task.model_validate(body, update={"user_id": user_id})
    session.add(task)
    await session.commit()
    await session.refresh(task)
    return task
