-- +goose Up

-- A payment belongs to one order. Where several rows name the same payment, from before that was refused, none of them is
-- dropped: one stays, the one that has refunds or else the oldest, and the others are numbered as its twins. Nothing can be refunded from a
-- twin (held), nor from the one that stays where a twin was refunded already; each is laid before the operator as a discrepancy.
ALTER TABLE tenders ADD COLUMN "twin" bigint NOT NULL DEFAULT 0;
UPDATE tenders SET twin = ranked.n FROM (
    SELECT id, row_number() OVER (PARTITION BY rail, ref ORDER BY refunded DESC, captured_at, id) - 1 AS n FROM (
        SELECT t.id, t.rail, t.ref, t.captured_at,
            (SELECT COALESCE(SUM(l.amount), 0) FROM refund_legs l WHERE l.tender_id = t.id AND l.status <> 'failed') AS refunded
        FROM tenders t WHERE t.ref <> ''
    ) sums
) ranked WHERE ranked.id = tenders.id AND ranked.n > 0;
UPDATE tenders SET held = true WHERE twin > 0 OR EXISTS (
    SELECT 1 FROM tenders other JOIN refund_legs l ON l.tender_id = other.id AND l.status <> 'failed'
    WHERE other.rail = tenders.rail AND other.ref = tenders.ref AND other.twin > 0);
DROP INDEX idx_tenders_ref;
CREATE UNIQUE INDEX tenders_of_payment ON tenders (ref, rail, twin) WHERE ref <> '';

INSERT INTO discrepancies (id, kind, subject, detail, found_at)
SELECT 'payment_twice/' || id, 'payment_twice', order_id, 'the payment ' || ref || ' over ' || rail || ' is stored for another order too; nothing of it is refunded here', now()
FROM tenders WHERE twin > 0;
INSERT INTO tasks (id, dedupe_key, recipient_kind, recipient_id, state, due_at, kind, subject_kind, subject_id, created_at)
SELECT md5('payment_twice/' || id), 'discrepancy/payment_twice/' || id, 'operator', '', 'open', now(), 'discrepancy', 'discrepancy', order_id, now()
FROM tenders WHERE twin > 0;
