package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"aftersales/models"
	"aftersales/policy"
	"aftersales/workflows/contract"
)

// Project writes a case as its workflow says it stands, in one transaction. A projection that is not newer than
// what stands writes nothing and is a success.
func (a *Activities) Project(ctx context.Context, p contract.Projection) error {
	write, err := projection(p)
	if err != nil {
		return final(errBug, err)
	}
	_, err = a.Store.WriteProjection(ctx, write)
	return stored(err)
}

// projection turns the workflow's words into rows.
func projection(p contract.Projection) (models.Projection, error) {
	view, err := json.Marshal(p.View)
	if err != nil {
		return models.Projection{}, err
	}
	at := models.Moment(p.At)
	row := models.Case{
		ID: p.CaseID, WorkflowID: p.WorkflowID, Kind: string(p.Kind), Phase: string(p.Phase), Stage: string(p.Stage),
		Outcome: string(p.Outcome), Open: p.Open, CustomerID: p.CustomerID, MerchantID: p.MerchantID, OrderID: p.OrderID,
		Reason: p.Reason, Currency: p.Currency, Amount: p.Amount, Refunded: p.Refunded, WaitingFor: string(p.WaitingFor),
		DueAt: p.DueAt, Default: string(p.Default), Revision: p.Revision, Seq: p.Seq, View: string(view),
		PackHash: p.View.PackHash, Waits: waits(p.View.Waits), OpenedAt: models.Moment(p.OpenedAt), UpdatedAt: at,
	}
	if p.ParentID != "" {
		row.ParentID = &p.ParentID
	}
	if !p.Open {
		row.ClosedAt = &at
	}
	write := models.Projection{
		Case: row, Void: p.Void, LineEdits: p.LineEdits, Texts: p.Texts, Rejected: p.Rejected, Release: !p.Open,
	}
	for _, line := range p.View.Lines {
		write.Lines = append(write.Lines, line.LineID)
	}
	if err := entries(p, &write); err != nil {
		return write, err
	}
	if err := questions(p, &write); err != nil {
		return write, err
	}
	approval(p, &write)
	if err := desk(p, &write); err != nil {
		return write, err
	}
	write.Audience = []string{"customer/" + p.CustomerID, "merchant/" + p.MerchantID}
	write.Event, err = event(p)
	return write, err
}

// waits writes the steps whose deadlines could be moved so that one can be looked for.
func waits(steps []policy.Step) string {
	var list strings.Builder
	for _, step := range steps {
		list.WriteString("," + string(step))
	}
	if list.Len() > 0 {
		list.WriteString(",")
	}
	return list.String()
}

// entries makes the timeline, and the news that each line is for somebody.
func entries(p contract.Projection, write *models.Projection) error {
	for _, entry := range p.Entries {
		content, err := object(entry.Data)
		if err != nil {
			return err
		}
		write.Entries = append(write.Entries, models.TimelineEntry{
			CaseID: p.CaseID, Seq: entry.Seq, At: models.Moment(entry.At), ActorKind: string(entry.By.Kind), ActorID: entry.By.ID,
			Event: entry.Event, Data: content,
		})
		for _, role := range entry.Tell {
			key := fmt.Sprintf("case/%s/%d/%s", p.CaseID, entry.Seq, role)
			write.News = append(write.News, models.Notification{
				ID: idOf(key), DedupeKey: key, RecipientKind: string(role), RecipientID: recipient(p, role), Kind: entry.Event,
				SubjectKind: "case", SubjectID: p.CaseID, Data: content, DueAt: models.Moment(entry.At), CreatedAt: models.Moment(entry.At),
			})
		}
	}
	return nil
}

// recipient is whom a role means in a case: its customer, its merchant, or whoever of a platform role it is given to
// when it is written.
func recipient(p contract.Projection, role contract.Role) string {
	switch role {
	case contract.Customer:
		return p.CustomerID
	case contract.Merchant:
		return p.MerchantID
	}
	return ""
}

func object(data map[string]any) (string, error) {
	if data == nil {
		return "{}", nil
	}
	content, err := json.Marshal(data)
	return string(content), err
}

// questions keeps the last word about each question: it may be asked and answered in one projection.
func questions(p contract.Projection, write *models.Projection) error {
	place := map[[2]int]int{}
	for _, question := range p.Questions {
		choices, err := json.Marshal(question.Choices)
		if err != nil {
			return err
		}
		row := models.CaseQuestion{
			CaseID: p.CaseID, Round: question.Round, N: question.N, Field: question.Field, Choices: string(choices),
			AskedAt: models.Moment(question.AskedAt), DueAt: models.Moment(question.DueAt), Answer: question.Answer, TextID: question.TextID,
		}
		if question.AnsweredAt != nil {
			answered := models.Moment(*question.AnsweredAt)
			row.AnsweredAt = &answered
		}
		key := [2]int{question.Round, question.N}
		if i, seen := place[key]; seen {
			write.Questions[i] = row
			continue
		}
		place[key] = len(write.Questions)
		write.Questions = append(write.Questions, row)
	}
	return nil
}

func approval(p contract.Projection, write *models.Projection) {
	a := p.Approval
	if a == nil || a.Needed == 0 { // nobody needs to approve what a rule allows: it is no approval
		return
	}
	write.Approval = &models.Approval{
		ID: a.ID, CaseID: p.CaseID, Hash: a.Hash, Outcome: a.Outcome, Amount: a.Amount, Liability: string(a.Liability),
		ProposedBy: a.ProposedBy.ID, Needed: a.Needed, Level: a.Level, Rule: a.Rule, State: a.State,
		ProposedAt: models.Moment(a.At), DueAt: models.Moment(a.DueAt),
	}
	for _, staff := range a.Votes {
		write.Votes = append(write.Votes, models.ApprovalVote{ApprovalID: a.ID, StaffID: staff, At: models.Moment(p.At)})
	}
}

// desk makes the rows of the case's tasks and reminders. A closed case has none.
func desk(p contract.Projection, write *models.Projection) error {
	if p.Desk == nil && p.Open {
		return nil
	}
	write.Desk = &models.Desk{End: models.TaskDone, Reminded: p.Reminded}
	if !p.Open {
		write.Desk.End = models.TaskVoid
		return nil
	}
	at := models.Moment(p.At)
	for _, task := range p.Desk.Tasks {
		key := "case/" + p.CaseID + "/" + task.Key
		write.Desk.Tasks = append(write.Desk.Tasks, models.Task{
			ID: idOf(key), DedupeKey: key, RecipientKind: string(task.Recipient), RecipientID: task.RecipientID, State: models.TaskOpen,
			DueAt: models.Moment(task.DueAt), Kind: task.Kind, SubjectKind: "case", SubjectID: p.CaseID, CreatedAt: at,
		})
	}
	for _, reminder := range p.Desk.Reminders {
		key := models.ReminderPrefix("case", p.CaseID) + reminder.Key
		content, err := object(map[string]any{"due_at": reminder.DueAt})
		if err != nil {
			return err
		}
		write.Desk.Reminders = append(write.Desk.Reminders, models.Notification{
			ID: idOf(key), DedupeKey: key, RecipientKind: string(reminder.Recipient), RecipientID: reminder.RecipientID,
			Kind: reminder.Kind, SubjectKind: "case", SubjectID: p.CaseID, Data: content,
			DueAt: models.Moment(reminder.At), CreatedAt: at,
		})
	}
	return nil
}

// event announces the change.
func event(p contract.Projection) (models.OutboxEvent, error) {
	content, err := json.Marshal(map[string]any{
		"case_id": p.CaseID, "seq": p.Seq, "revision": p.Revision, "stage": p.Stage, "outcome": p.Outcome, "open": p.Open,
		"tasks": p.Desk != nil || !p.Open, // what there is to do about it may have changed, too
	})
	return models.OutboxEvent{
		Topic: "case.changed", Subject: "case/" + p.CaseID, Data: string(content), At: models.Moment(p.At),
	}, err
}
