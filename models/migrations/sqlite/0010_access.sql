-- +goose Up

-- The team that looks after a shop; its cases carry the team with them, so that lists of a team walk an index.
ALTER TABLE merchants ADD COLUMN "team_id" text REFERENCES teams ("id");
CREATE INDEX merchants_of_team ON merchants (team_id, created_at, id);
CREATE INDEX merchants_by_time ON merchants (created_at, id);

ALTER TABLE cases ADD COLUMN "team_id" text;
ALTER TABLE cases ADD COLUMN "assignee_id" text;
CREATE INDEX cases_of_team ON cases (team_id, opened_at, id);
CREATE INDEX cases_of_team_open ON cases (team_id, open, due_at, id);
CREATE INDEX cases_of_assignee ON cases (assignee_id, opened_at, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX cases_of_assignee_open ON cases (assignee_id, open, due_at, id) WHERE assignee_id IS NOT NULL;

ALTER TABLE approvals ADD COLUMN "team_id" text;
CREATE INDEX approvals_of_team ON approvals (team_id, state, due_at, id);

-- Who was given a case, by whom and when. The last one has it; no agent: it was put back on the team's table.
CREATE TABLE case_assignments (
    "id"       text NOT NULL,
    "case_id"  text NOT NULL,
    "agent_id" text,
    "given_by" text NOT NULL,
    "at"       datetime NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT case_assignments_case_id_fkey FOREIGN KEY ("case_id") REFERENCES cases ("id"),
    CONSTRAINT case_assignments_agent_id_fkey FOREIGN KEY ("agent_id") REFERENCES staff ("id")
);
CREATE INDEX assignments_of_case ON case_assignments (case_id, at, id);

-- So far everybody of the platform saw every shop: they are one team now, until somebody makes more.
INSERT INTO teams (id, name, created_at)
    SELECT 'team-first', 'all shops 全部店铺', strftime('%Y-%m-%d %H:%M:%S+00:00', 'now') WHERE EXISTS (SELECT 1 FROM staff WHERE role IN ('agent', 'supervisor') AND team_id IS NULL);
UPDATE staff SET team_id = 'team-first' WHERE role IN ('agent', 'supervisor') AND team_id IS NULL;
UPDATE merchants SET team_id = 'team-first' WHERE EXISTS (SELECT 1 FROM teams WHERE id = 'team-first');
UPDATE cases SET team_id = 'team-first' WHERE EXISTS (SELECT 1 FROM teams WHERE id = 'team-first');
UPDATE approvals SET team_id = 'team-first' WHERE EXISTS (SELECT 1 FROM teams WHERE id = 'team-first');
UPDATE tasks SET recipient_id = 'team-first' WHERE recipient_kind IN ('agent', 'supervisor') AND recipient_id = '' AND subject_kind = 'case'
    AND EXISTS (SELECT 1 FROM teams WHERE id = 'team-first');
UPDATE notifications SET recipient_id = 'team-first' WHERE recipient_kind IN ('agent', 'supervisor') AND recipient_id = '' AND subject_kind = 'case'
    AND EXISTS (SELECT 1 FROM teams WHERE id = 'team-first');
