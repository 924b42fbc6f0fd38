"""Long work beside the pages: each job is a row with its progress, done by Celery in steps that can be repeated."""
