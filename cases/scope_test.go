package cases_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"aftersales/cases"
	"aftersales/fault"
	"aftersales/models"
	"aftersales/workflows/contract"
)

// Every way to look at a case, for everybody: those who may see it, and those for whom it looks as if it were not there.
func TestWhatIsAnothersDoesNotExist(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	piece, err := w.Upload(t.Context(), upload(kim, "k", "picture"))
	require.NoError(t, err)
	require.NoError(t, w.Store.DB.Model(&piece).Update("case_id", "c").Error)
	ways := map[string]func(contract.Actor, string) error{
		"get":      func(a contract.Actor, id string) error { _, err := w.Get(t.Context(), a, id, 0, 1); return err },
		"show":     func(a contract.Actor, id string) error { _, err := w.Show(t.Context(), a, id); return err },
		"timeline": func(a contract.Actor, id string) error { _, err := w.Timeline(t.Context(), a, id, 0, 10); return err },
		"texts":    func(a contract.Actor, id string) error { _, err := w.Texts(t.Context(), a, id); return err },
		"evidence": func(a contract.Actor, id string) error { _, err := w.EvidenceOf(t.Context(), a, id); return err },
		"command": func(a contract.Actor, id string) error {
			_, err := w.Command(t.Context(), "case.suspension.ask", id, &contract.Suspend{Meta: meta(a, "k")})
			return err
		},
		"content": func(a contract.Actor, id string) error {
			if id == "c" {
				id = piece.ID
			}
			_, err := w.EvidenceFile(t.Context(), a, id, false)
			return err
		},
	}
	for name, look := range ways {
		for _, actor := range []contract.Actor{kim, clerk, agent, mate, boss, operator} {
			require.NoError(t, look(actor, "c"), "%s %v", name, actor)
			requireFault(t, fault.NotFound, look(actor, "no-such-case"), name, actor)
		}
		for _, actor := range []contract.Actor{lee, rival, faraway, farBoss} {
			got := requireFault(t, fault.NotFound, look(actor, "c"), name, actor)
			none := requireFault(t, fault.NotFound, look(actor, "no-such-case"), name, actor)
			require.Equal(t, []any{none.Code, none.Details}, []any{got.Code, got.Details}, "nothing tells the two apart")
		}
		for _, actor := range []contract.Actor{homeless, editor, carrier, {}} {
			got, none := fault.As(look(actor, "c")), fault.As(look(actor, "no-such-case"))
			require.NotNil(t, got, "%s %v", name, actor)
			require.Equal(t, []any{none.Code, none.Details}, []any{got.Code, got.Details}, "%s %v: whoever has nothing to do with cases learns of none", name, actor)
		}
	}
	require.Len(t, w.engine.done, 6, "no command of a stranger reaches the engine")
	require.Equal(t, contract.WorkflowID("k", "c"), w.engine.workflows[0])

	_, err = w.Evaluations(t.Context(), agent, "c")
	require.NoError(t, err)
	_, err = w.Evaluations(t.Context(), agent, "no-such-case")
	requireFault(t, fault.NotFound, err)
}

// A service does not rely on the edge: who may see a case may not therefore do everything with it.
func TestCommandsAreAskedForByTheirAction(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	for action, ways := range map[string][]contract.Actor{
		"case.request.withdraw": {clerk, agent, boss, operator, editor, bot}, "case.merchant.answer": {kim, agent, boss, operator, bot},
		"case.refund.propose": {kim, clerk, operator, bot}, "case.refund.approve": {kim, clerk, agent, bot}, "no.such.action": {kim, operator},
	} {
		for _, actor := range ways {
			_, err := w.Command(t.Context(), action, "c", &contract.Withdraw{Meta: meta(actor, "k")})
			requireFault(t, fault.Forbidden, err, action, actor)
			_, err = w.Words(t.Context(), actor, action, "c", "x")
			requireFault(t, fault.Forbidden, err, action, actor)
		}
	}
	require.Empty(t, w.engine.done)
}

// What is only for the platform's people, or only for operations.
func TestRolesAreAskedFor(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	for _, actor := range []contract.Actor{kim, clerk, carrier, editor, bot} {
		_, err := w.Evaluations(t.Context(), actor, "c")
		requireFault(t, fault.Forbidden, err)
		_, err = w.Approvals(t.Context(), actor, models.PageRequest{})
		requireFault(t, fault.Forbidden, err)
	}
	for _, actor := range []contract.Actor{kim, clerk, agent, boss, editor} {
		_, err := w.Discrepancies(t.Context(), actor, models.PageRequest{})
		requireFault(t, fault.Forbidden, err)
		_, err = w.StartReconcile(t.Context(), actor, "k")
		requireFault(t, fault.Forbidden, err)
		_, err = w.StartMove(t.Context(), cases.MoveRequest{Actor: actor, Key: "k", By: 1e12, Reason: "r", ReceivedAt: noon})
		requireFault(t, fault.Forbidden, err)
	}
	require.Empty(t, w.engine.reconciled)
	for _, actor := range []contract.Actor{clerk, agent, operator} {
		_, err := w.Orders(t.Context(), actor, models.PageRequest{})
		requireFault(t, fault.Forbidden, err)
		_, err = w.Open(t.Context(), cases.OpenRequest{Actor: actor, OrderID: "o"})
		requireFault(t, fault.Forbidden, err)
	}
	_, err := w.List(t.Context(), carrier, models.CaseFilter{}, models.PageRequest{})
	requireFault(t, fault.Forbidden, err)

	first, err := w.StartReconcile(t.Context(), operator, "k")
	require.NoError(t, err)
	again, err := w.StartReconcile(t.Context(), operator, "k")
	require.NoError(t, err)
	other, err := w.StartReconcile(t.Context(), operator, "k2")
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.NotEqual(t, first, other)
}

// A database that is away is told as such everywhere, and is no "not found".
func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	w := newWorld(t)
	w.put("c")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	page := models.PageRequest{}
	for name, err := range map[string]error{
		"show":            second(w.Show(gone, kim, "c")),
		"timeline":        second(w.Timeline(gone, kim, "c", 0, 1)),
		"list":            second(w.List(gone, kim, models.CaseFilter{}, page)),
		"orders":          second(w.Orders(gone, kim, page)),
		"order":           second(w.Order(gone, kim, "o")),
		"open":            second(w.Open(gone, cases.OpenRequest{Actor: kim, OrderID: "o"})),
		"upload":          second(w.Upload(gone, upload(kim, "k", "x"))),
		"evidence":        second(w.EvidenceOf(gone, kim, "c")),
		"content":         second(w.EvidenceFile(gone, kim, "e", false)),
		"notifications":   second(w.Notifications(gone, kim, page)),
		"read":            w.ReadNotification(gone, kim, "n"),
		"tasks":           second(w.Tasks(gone, kim, models.TaskFilter{}, page)),
		"approvals":       second(w.Approvals(gone, boss, page)),
		"evaluations":     second(w.Evaluations(gone, agent, "c")),
		"discrepancies":   second(w.Discrepancies(gone, operator, page)),
		"text":            second(w.PutText(gone, kim, kim.ID, "hello")),
		"command on case": second(w.Command(gone, "case.request.withdraw", "c", &contract.Withdraw{Meta: meta(kim, "k")})),
	} {
		requireFault(t, fault.Unavailable, err, name)
	}
}

func second[T any](_ T, err error) error { return err }

// A row that cannot be read is our fault, not the reader's, and is not silently left out.
func TestABrokenRowIsInternal(t *testing.T) {
	w := newWorld(t)
	w.put("c", func(c *models.Case) { c.View = "{" })
	_, err := w.Show(t.Context(), kim, "c")
	requireFault(t, fault.Internal, err)
}
