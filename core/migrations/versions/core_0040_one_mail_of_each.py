"""A kind of notice comes by mail at once or in the daily mail, never in both; and what is urgent to somebody"""

import sqlalchemy as sa
from alembic import op

revision = "core_0040"
down_revision = "core_0037"
branch_labels = None
depends_on = None

TABLE = "core_notice_choice"
OLD, NEW = ("mail", "digest"), ("by_mail", "urgent")


def _table(*columns: sa.ColumnClause) -> sa.TableClause:
    return sa.table(TABLE, *columns)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("by_mail", sa.String(length=8), nullable=False, server_default="never"))
    op.add_column(TABLE, sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    mail, digest, by_mail = sa.column("mail", sa.Boolean), sa.column("digest", sa.Boolean), sa.column("by_mail")
    # Whoever had ticked both asked for the daily mail later, and got each of its lines twice.
    op.execute(sa.update(_table(mail, digest, by_mail)).values(
        by_mail=sa.case((digest, "digest"), (mail, "now"), else_="never")))  # fmt: skip
    notices = sa.table("core_notice", sa.column("mail_due", sa.Boolean), sa.column("digest_due", sa.Boolean))
    op.execute(sa.update(notices).where(notices.c.mail_due, notices.c.digest_due).values(mail_due=sa.false()))
    with op.batch_alter_table(TABLE) as batch:
        for name in OLD:
            batch.drop_column(name)


def downgrade() -> None:
    for name in OLD:
        op.add_column(TABLE, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    mail, digest, by_mail = sa.column("mail", sa.Boolean), sa.column("digest", sa.Boolean), sa.column("by_mail")
    op.execute(sa.update(_table(mail, digest, by_mail)).values(mail=by_mail == "now", digest=by_mail == "digest"))
    with op.batch_alter_table(TABLE) as batch:
        for name in NEW:
            batch.drop_column(name)
