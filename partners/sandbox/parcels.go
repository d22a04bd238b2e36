package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftersales/partners"
)

// Scan is one scan of a parcel by the carrier. Grams, when not 0, is the weight that the carrier measured.
type Scan struct {
	State partners.TrackState `json:"state"`
	Grams int                 `json:"grams,omitempty"`
	City  string              `json:"city,omitempty"`
	Text  string              `json:"text,omitempty"`
}

// Plan lets a parcel move by itself. It begins when the parcel is subscribed to, or at once when it is already.
type Plan struct {
	Grams int        `json:"grams,omitempty"`
	Steps []PlanStep `json:"steps"`
}

// PlanStep is one scan, AfterMs milliseconds after the plan began.
type PlanStep struct {
	AfterMs int64               `json:"after_ms"`
	State   partners.TrackState `json:"state"`
	City    string              `json:"city,omitempty"`
	Text    string              `json:"text,omitempty"`
}

// Autopilot gives every subscribed parcel without a plan of its own this one. Speed 10 makes it ten times as fast.
type Autopilot struct {
	On    bool    `json:"on"`
	Speed float64 `json:"speed,omitempty"` // 0 counts as 1
	Plan  *Plan   `json:"plan,omitempty"`  // nil: picked after 1 s, in transit after 2 s, signed after 4 s
}

var defaultPlan = Plan{Steps: []PlanStep{
	{AfterMs: 1000, State: partners.TrackPicked}, {AfterMs: 2000, State: partners.TrackTransit}, {AfterMs: 4000, State: partners.TrackSigned},
}}

func (p Plan) check() error {
	if len(p.Steps) == 0 || len(p.Steps) > 100 || p.Grams < 0 {
		return errors.New("a plan has 1 to 100 steps and a weight that is not negative")
	}
	for i, step := range p.Steps {
		if stateCodes[step.State] == "" || step.AfterMs < 0 || i > 0 && step.AfterMs < p.Steps[i-1].AfterMs {
			return fmt.Errorf("step %d: give a known state, and times that do not go back", i+1)
		}
	}
	return nil
}

// errNoRecord is what a scan of a parcel gets that must stay without one.
var errNoRecord = errors.New("this number never gets a record; use another one")

func (s *Server) neverRecorded(number string) bool {
	return slices.ContainsFunc(s.options.NoRecord, func(prefix string) bool { return strings.HasPrefix(number, prefix) })
}

// subscribe notes who wants to hear of the parcel, starts its plan, and pushes at once what there is already.
func (s *Server) subscribe(ctx context.Context, company, number, callback, salt string) (again bool, err error) {
	err = s.store.write(ctx, func(tx *sql.Tx) error {
		var known, plan string
		err := tx.QueryRowContext(ctx, `SELECT callback, plan FROM parcels WHERE number = ?`, number).Scan(&known, &plan)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if again = known != ""; again {
			_, err := tx.ExecContext(ctx, `UPDATE parcels SET callback = ?, salt = ? WHERE number = ?`, callback, salt, number)
			return err
		}
		abort := millis(s.now().Add(s.options.AbortAfter))
		if _, err := tx.ExecContext(ctx, `INSERT INTO parcels (number, carrier, callback, salt, abort_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET carrier = excluded.carrier, callback = excluded.callback, salt = excluded.salt, abort_at = excluded.abort_at`,
			number, company, callback, salt, abort); err != nil {
			return err
		}
		if err := s.pushTrack(ctx, tx, number, false); err != nil {
			return err
		}
		return s.beginPlan(ctx, tx, number, plan)
	})
	s.wakeUp()
	return again, err
}

// beginPlan turns the parcel's own plan, or the autopilot's, into steps with times.
func (s *Server) beginPlan(ctx context.Context, tx *sql.Tx, number, own string) error {
	if s.neverRecorded(number) {
		return nil
	}
	pilot, err := readAutopilot(ctx, tx)
	if err != nil {
		return err
	}
	state, err := lastState(ctx, tx, number)
	if err != nil {
		return err
	}
	if own == "" && (ended(state) || state == partners.TrackReturning) {
		return nil // it has arrived, or was called back, before anybody asked to be told
	}
	plan, speed := defaultPlan, max(pilot.Speed, 0)
	if speed == 0 {
		speed = 1
	}
	switch {
	case own != "":
		plan = Plan{} // reading into a copy of the default would write into the steps that both share
		if err := json.Unmarshal([]byte(own), &plan); err != nil {
			return fmt.Errorf("the plan of %s: %w", number, err)
		}
	case !pilot.On:
		return nil
	case pilot.Plan != nil:
		plan = *pilot.Plan
	}
	if plan.Grams > 0 {
		if _, err := tx.ExecContext(ctx, `UPDATE parcels SET grams = ? WHERE number = ?`, plan.Grams, number); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM steps WHERE number = ?`, number); err != nil {
		return err
	}
	for i, step := range plan.Steps {
		if own == "" && step.State == partners.TrackPicked && state != partners.TrackNone {
			continue // a parcel that was shipped with its order is picked up already
		}
		due := s.now().Add(time.Duration(float64(step.AfterMs)/speed) * time.Millisecond)
		if _, err := tx.ExecContext(ctx, `INSERT INTO steps (number, seq, due_at, state, city, text) VALUES (?, ?, ?, ?, ?, ?)`,
			number, i, millis(due), step.State, step.City, step.Text); err != nil {
			return err
		}
	}
	return nil
}

// setPlan gives a parcel its own plan; an empty one is refused.
func (s *Server) setPlan(ctx context.Context, number string, plan Plan) error {
	if s.neverRecorded(number) {
		return errNoRecord
	}
	content, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	defer s.wakeUp()
	return s.store.write(ctx, func(tx *sql.Tx) error {
		var callback string
		err := tx.QueryRowContext(ctx, `INSERT INTO parcels (number, plan) VALUES (?, ?) ON CONFLICT DO UPDATE SET plan = excluded.plan RETURNING callback`, number, string(content)).Scan(&callback)
		if err != nil || callback == "" {
			return err
		}
		return s.beginPlan(ctx, tx, number, string(content))
	})
}

func (s *Server) scan(ctx context.Context, number string, scan Scan) error {
	if s.neverRecorded(number) {
		return errNoRecord
	}
	defer s.wakeUp()
	return s.store.write(ctx, func(tx *sql.Tx) error { return s.recordScan(ctx, tx, number, scan) })
}

func (s *Server) recordScan(ctx context.Context, tx *sql.Tx, number string, scan Scan) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO parcels (number, grams) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET grams = iif(?2 > 0, ?2, grams)`, number, scan.Grams); err != nil {
		return err
	}
	if scan.City == "" { // a booked pick-up knows where it comes from and goes to
		column := "''"
		switch scan.State {
		case partners.TrackPicked, partners.TrackReturnSigned:
			column = "from_city"
		case partners.TrackSigned, partners.TrackOutForDelivery, partners.TrackRefused:
			column = "to_city"
		}
		if err := tx.QueryRowContext(ctx, `SELECT `+column+` FROM parcels WHERE number = ?`, number).Scan(&scan.City); err != nil {
			return err
		}
	}
	if err := insertScan(ctx, tx, number, scan, s.now()); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE parcels SET abort_at = NULL WHERE number = ?`, number); err != nil {
		return err
	}
	return s.pushTrack(ctx, tx, number, false)
}

// track is the whole track as Kuaidi100 tells it, newest first, and the number of scans in it.
func (s *Server) track(ctx context.Context, q queryer, number, company string) (map[string]any, int, error) {
	var grams int
	var from, to string
	err := q.QueryRowContext(ctx, `SELECT grams, from_city, to_city FROM parcels WHERE number = ?`, number).Scan(&grams, &from, &to)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, 0, err
	}
	state := ""
	data, err := collect(ctx, q, func(rows *sql.Rows) (map[string]string, error) {
		var one partners.TrackState
		var city, text string
		var at int64
		err := rows.Scan(&one, &city, &text, &at)
		if state == "" {
			state = stateCodes[one]
		}
		when := fromMillis(at).In(partners.Shanghai).Format(time.DateTime)
		return map[string]string{"time": when, "ftime": when, "context": text, "areaName": city, "statusCode": stateCodes[one]}, err
	}, `SELECT state, city, text, at FROM scans WHERE number = ? ORDER BY id DESC LIMIT 1000`, number)
	if err != nil {
		return nil, 0, err
	}
	track := map[string]any{"message": "ok", "status": "200", "state": state, "ischeck": "0", "com": company, "nu": number, "data": data,
		"routeInfo": map[string]any{"from": map[string]string{"name": from}, "to": map[string]string{"name": to}}}
	if state == stateCodes[partners.TrackSigned] {
		track["ischeck"] = "1"
	}
	if grams > 0 && len(data) > 0 {
		track["weight"] = strconv.FormatFloat(float64(grams)/1000, 'f', -1, 64)
	}
	return track, len(data), nil
}

// pushTrack queues the track as it is now for whoever subscribed. abort says that the watch ends without a record.
func (s *Server) pushTrack(ctx context.Context, tx *sql.Tx, number string, abort bool) error {
	var company, callback, salt string
	if err := tx.QueryRowContext(ctx, `SELECT carrier, callback, salt FROM parcels WHERE number = ?`, number).Scan(&company, &callback, &salt); err != nil {
		return err
	}
	track, scans, err := s.track(ctx, tx, number, company)
	if err != nil || callback == "" || scans == 0 && !abort {
		return err
	}
	status, message := "polling", "got"
	switch {
	case abort:
		status, message = "abort", "3天查询无记录"
	case track["state"] == stateCodes[partners.TrackSigned]:
		status = "shutdown"
	}
	param, err := json.Marshal(map[string]any{"status": status, "billstatus": "got", "message": message, "autoCheck": "0", "comOld": "", "comNew": "", "lastResult": track})
	if err != nil {
		return err
	}
	return s.enqueue(ctx, tx, push{Partner: "kuaidi100", Subject: number, URL: callback, Due: s.now(),
		Content: url.Values{"param": {string(param)}, "salt": {salt}}})
}

// runSteps makes the scans that are due and ends the watches that stayed without a record.
func (s *Server) runSteps(ctx context.Context) error {
	type step struct {
		number string
		seq    int
		scan   Scan
	}
	now := millis(s.now())
	due, err := collect(ctx, s.store.reader, func(rows *sql.Rows) (step, error) {
		var one step
		return one, rows.Scan(&one.number, &one.seq, &one.scan.State, &one.scan.City, &one.scan.Text)
	}, `SELECT number, seq, state, city, text FROM steps WHERE due_at <= ? ORDER BY due_at, seq LIMIT 200`, now)
	if err != nil {
		return err
	}
	for _, one := range due {
		if err := s.store.write(ctx, func(tx *sql.Tx) error {
			result, err := tx.ExecContext(ctx, `DELETE FROM steps WHERE number = ? AND seq = ? AND due_at <= ?`, one.number, one.seq, now)
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil || n == 0 {
				return err // cancelled or planned anew meanwhile
			}
			return s.recordScan(ctx, tx, one.number, one.scan)
		}); err != nil {
			return err
		}
	}
	silent, err := collect(ctx, s.store.reader, func(rows *sql.Rows) (number string, err error) { return number, rows.Scan(&number) },
		`SELECT number FROM parcels WHERE abort_at <= ? LIMIT 200`, now)
	if err != nil {
		return err
	}
	for _, number := range silent {
		if err := s.store.write(ctx, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, `UPDATE parcels SET abort_at = NULL, aborted = 1 WHERE number = ?`, number); err != nil {
				return err
			}
			return s.pushTrack(ctx, tx, number, true)
		}); err != nil {
			return err
		}
	}
	return nil
}
