export const columns = 'id, title, description, completed, priority, due_date, user_id, created_at'
