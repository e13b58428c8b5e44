"""The table of things, as the model has it."""

from alembic import op

from core.search import search_ddl
from tests.examples.everything.plugin import Thing

revision = "everything_0001"
down_revision = None
branch_labels = ("everything",)
depends_on = None


def upgrade() -> None:
    Thing.__table__.create(op.get_bind())
    for statement in search_ddl("everything_thing", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    Thing.__table__.drop(op.get_bind())
