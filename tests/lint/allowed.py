"""The places that may break a rule of test_source_rules.py, each with its reason.

A key is a file, or a folder with a slash at its end. An entry that nothing needs any more fails the tests.
"""

SQL_FROM_PIECES = {
    "core/bulk.py": "names of tables and columns from declarations; every value is bound",
    "core/search.py": "the name of an entity's index table, from its declaration; no parameter can name it",
}

CODE_FROM_OUTSIDE = {
    "core/plugin/loader.py": "the entry points of packages that the operator has installed",
    "core/registry.py": "the module of hooks that such a package names in its manifest",
    "core/cli/tree.py": "our own commands, each loaded when it is called",
    "core/ops/authoring/": "the tools for whoever writes a plugin, run by him in his own folder",
}

TRUSTED_MARKUP = {
    "core/help/views.py": "topics as our own renderer of Markdown made them, which lets no tag of a file through",
    "core/language/i18n.py": "a translated text, escaped, filled with values that are escaped",
    "core/ui/contained.py": "what a template has rendered, which escaped what it holds",
    "core/ui/cells.py": "one markup a row for speed; every cell is escaped by its maker",
    "core/ui/calendar_cells.py": "one markup a day for speed; every text is escaped where it is put in",
    "core/ui/icons.py": "a drawing of the sprite; its name and its label are escaped",
    "core/ui/messages.py": "a message, escaped, filled with values that are escaped",
}

RAW_WRITES = {
    "core/plugin/setting_values.py": "values of settings",
    "core/plugin/state.py": "which plugins are on, and the stamps that tell all processes",
    "core/plugin/removal.py": "what the kernel kept about a plugin whose data go, with one line in the log for all",
    "core/records/": "the write path itself",
    "core/audit/": "the log is written beside the records it tells of",
    "core/auth/defaults.py": "marks the roles that come along",
    "core/auth/factors.py": "secrets of second factors, which no record shows",
    "core/auth/gate.py": "when a session or token was last seen",
    "core/auth/known_devices.py": "hashes of browsers' tokens",
    "core/auth/mail_links.py": "hashes of mailed links",
    "core/auth/passwords.py": "hashes, which no record shows",
    "core/auth/rights.py": "grants and memberships: pairs without a record of their own",
    "core/auth/sessions.py": "sessions",
    "core/auth/login_providers.py": "the settings of providers, on record beside it",
    "core/auth/single_sign_on.py": "whose account at a provider is whose, and sessions that ended there",
    "core/auth/throttle.py": "counters of failed attempts",
    "core/auth/tokens.py": "hashes of tokens",
    "core/chat/": "what colleagues write, seen by members alone: none is a record of an entity",
    "core/firstrun/state.py": "how far the set-up of an organisation has come, with an entry in the log at its end",
    "core/jobs/": "the queue, which belongs to no record",
    "core/mail/": "the outbox, which belongs to no record",
    "core/mass/": "acts on many records and their ledger; the records change by core.records",
    "core/merging/": "what leads to records is moved together, each with its version and line in the log",
    "core/notify/": "what users were told, and how each wants to be told: none is a record of an entity",
    "core/rest/idempotency.py": "the first answers to repeated requests",
    "core/ops/landmarks.py": "when a backup last went well, which belongs to nobody's change",
    "core/ops/rebuild.py": "derived keys, which belong to nobody's change",
    "core/testing/contract.py": "hands records over to the users of a test",
    "core/transfer/drafts.py": "uploaded files that wait to be mapped, and remembered headings",
    "core/transfer/exports/keeping.py": "the state of exports",
    "core/transfer/jobs.py": "the state of imports",
    "core/transfer/ledger.py": "what each row of an import became",
    "core/transfer/running.py": "progress of an import, beside the rows it tells of",
    "core/transfer/undo.py": "the ledger of an import that is taken back",
    "core/ui/list_views.py": "a user's own choice of columns",
    "core/attachments/": "files of records, on record beside them by their record's own history",
    "core/files/": "tickets of uploads, which no record holds yet",
    "core/customfields/adopting.py": "definitions of fields that plugins declare, with an entry in the log for each",
    "core/customfields/changing.py": "definitions of fields, with their own checks and audit",
    "core/customfields/converting.py": "values of a field that got another type, with one line for all",
    "core/customfields/indexing.py": "the state of a field's index",
    "core/customfields/searching.py": "the search text of records whose added field was retired or brought back",
    "core/customfields/purging.py": "values of a field that was deleted, with one line for all",
    "core/choicelists/changing.py": "the values of choice lists, with their own checks and audit",
    "core/savedviews/keeping.py": "names for what a list shows, with their own checks and audit",
    "core/plugin/stamps.py": "what tells processes to rebuild",
    "core/webhooks/": "set-ups, and the events that travel: none is a record of an entity",
    "plugins/activities/followers.py": "who follows a record, which is no record of its own",
    "plugins/activities/migrations/activities_0009_whole_days.py": "the same days, kept in another way",
    "plugins/activities/participants.py": "what those said who were asked to take part, which is no record of its own",
    "plugins/activities/plans.py": "which activity is which step of a plan, which follows from starting it",
    "plugins/activities/reminders.py": "what is told when, which follows from the activities, and users' own wishes",
    "plugins/contacts/migrations/contacts_0008_shipping_address.py": "the rest of an address that follows another",
    "plugins/contacts/demo/load.py": "sample records are dated back",
    "plugins/contacts/listeners.py": "when somebody was last spoken to, which follows from activities",
    "plugins/contacts/reminding.py": "which yearly dates were told of, which belongs to nobody's change",
}

UNSCOPED_READS = {
    "core/ui/feed_views.py": "emails of the colleagues who take part in what the reader may see",
    "core/ui/trash_views.py": "the trash by the conditions of deleting, and who deleted those records",
    "core/ui/webhooks_views.py": "set-ups and their events, for those with the right to set webhooks up",
    "core/transfer/": "imports and their ledgers, found by their owner's id; records are read through core.records",
    "core/ui/log_reads.py": "whether the caller's own reading of the log is on record already",
    "core/ui/opened.py": "what the caller opened himself",
    "core/rest/idempotency.py": "the caller's own earlier answer, found by the caller's id",
}

LONG_FUNCTIONS = {
    "core/migrations/versions/": "a migration creates its tables one after another",
    "plugins/activities/migrations/": "a migration creates its tables one after another",
    "plugins/contacts/migrations/": "a migration creates its tables one after another",
}

HIDDEN_IMPORTS = {
    "core/language/catalogues.py": "the upkeep of catalogues needs parsers that no start should load",
}

INLINE_CODE = {
    "core/mail/templates/": "mails are shown by other programs, which know no style sheet of ours",
}

RAW_HTML = {
    "core/ui/static/js/elements.js": "parses what our own server rendered, inside an inert template",
}

PHYSICAL_SIDES: dict[str, str] = {}
