"""A kind of notice comes by mail at once or in the daily mail, never in both; and what is urgent to somebody"""

import sqlalchemy as sa
from alembic import op

revision = "core_0040"
down_revision = "core_0038"
branch_labels = None
depends_on = None

TABLE = "core_notice_choice"
OLD, NEW = ("mail", "digest"), ("by_mail", "urgent")


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("by_mail", sa.String(length=8), nullable=False, server_default="never"))
    op.add_column(TABLE, sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Whoever had ticked both asked for the daily mail later, and got each of its lines twice.
    op.execute("UPDATE core_notice_choice "
               "SET by_mail = CASE WHEN digest THEN 'digest' WHEN mail THEN 'now' ELSE 'never' END")  # fmt: skip
    op.execute("UPDATE core_notice SET mail_due = false WHERE mail_due AND digest_due")
    with op.batch_alter_table(TABLE) as batch:
        for name in OLD:
            batch.drop_column(name)


def downgrade() -> None:
    for name in OLD:
        op.add_column(TABLE, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE core_notice_choice SET mail = (by_mail = 'now'), digest = (by_mail = 'digest')")
    with op.batch_alter_table(TABLE) as batch:
        for name in NEW:
            batch.drop_column(name)
