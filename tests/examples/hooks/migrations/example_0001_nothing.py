"""The examples have no tables of their own."""

revision = "example_0001"
down_revision = None
branch_labels = ("example",)
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
