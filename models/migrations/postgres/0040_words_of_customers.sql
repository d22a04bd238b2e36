-- +goose Up

-- What anybody writes in a customer's case goes with the customer. Of those who were erased before that was so, what others
-- wrote is emptied down to the name of the customer's keyset, which is all that an erased customer's own name says.
UPDATE texts SET body = (SELECT k.name FROM cases c JOIN customers k ON k.id = c.customer_id
        WHERE c.id = substr(texts.used_by, strpos(texts.used_by, '/') + 1))
    WHERE used_by IN (SELECT p.prefix || c.id FROM cases c JOIN customers k ON k.id = c.customer_id
        CROSS JOIN (SELECT 'case/' AS prefix UNION ALL SELECT 'payout/' UNION ALL SELECT 'rating/') p WHERE k.erased_at IS NOT NULL);

-- Why somebody looked at their data: nothing but the trail named these words, and it keeps the code of the reason.
DELETE FROM texts WHERE used_by IN (SELECT 'audit/' || r.words FROM audit_entries e CROSS JOIN LATERAL (
        SELECT CASE WHEN e.action LIKE '%.reveal' THEN e.detail::json ->> 'words' END AS words) r WHERE r.words IS NOT NULL AND (
    e.subject_kind = 'customer' AND NOT EXISTS (SELECT 1 FROM customers k WHERE k.id = e.subject_id)
    OR e.subject_kind = 'order' AND EXISTS (SELECT 1 FROM orders o JOIN customers k ON k.id = o.customer_id WHERE o.id = e.subject_id AND k.erased_at IS NOT NULL)
    OR e.subject_kind = 'case' AND EXISTS (SELECT 1 FROM cases c JOIN customers k ON k.id = c.customer_id WHERE c.id = e.subject_id AND k.erased_at IS NOT NULL)));
