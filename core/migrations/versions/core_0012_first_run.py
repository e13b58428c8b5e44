"""The set-up of an organisation, its digits and weekend, and whose dashboard shows first steps"""

import sqlalchemy as sa
from alembic import op

revision = "core_0012"
down_revision = "core_0011"
branch_labels = None
depends_on = None

OF_ORGANISATIONS = {"digits": 40, "weekend": 40, "setup": 60}


def upgrade() -> None:
    for name, length in OF_ORGANISATIONS.items():
        op.add_column("core_organisation", sa.Column(name, sa.String(length=length), nullable=True))
    op.add_column("core_user", sa.Column("first_steps", sa.Boolean(), nullable=True))
    # Whoever is here already knows the way.
    op.execute(sa.text("UPDATE core_user SET first_steps = :no").bindparams(no=False))


def downgrade() -> None:
    op.drop_column("core_user", "first_steps")
    for name in reversed(OF_ORGANISATIONS):
        op.drop_column("core_organisation", name)
