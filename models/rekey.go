package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftersales/seal"
)

// Names of the jobs over keysets and sealed rows.
const (
	JobRotate = "rotate" // each keyset gets a new key
	JobRewrap = "rewrap" // each keyset goes under a new master key
	JobReseal = "reseal" // each sealed value goes under the newest key of its keyset
)

// KeyProgress hears how far a job has come. It may be nil.
type KeyProgress func(KeyJob)

func (p KeyProgress) say(job KeyJob) {
	if p != nil {
		p(job)
	}
}

const keysetBatch = 200

// RotateKeysets gives every keyset whose newest key is from before `before` a new one, while others work. A run that
// was broken off goes on where it was, with the time that it was begun with.
func (s *Store) RotateKeysets(ctx context.Context, before time.Time, progress KeyProgress) (KeyJob, error) {
	job, err := s.AskRotation(ctx, before)
	if err != nil {
		return job, err
	}
	err = s.eachKeyset(ctx, &job, progress,
		func(after string) ([]string, error) {
			return s.keystore.RotatedBefore(ctx, job.StartedAt, after, keysetBatch)
		},
		func(ref string) error { _, err := s.Keys.Rotate(ctx, ref, time.Now()); return err })
	if err != nil {
		return job, err
	}
	return s.ended(ctx, job, progress)
}

// AskRotation notes that every keyset whose newest key is from before a time shall get a new one; RotateKeysets does it, here
// or in a worker. One that is not done yet stays as it was asked for.
func (s *Store) AskRotation(ctx context.Context, before time.Time) (KeyJob, error) {
	job, running, err := s.unfinished(ctx, JobRotate)
	if err != nil || running {
		return job, err
	}
	job = KeyJob{Name: JobRotate, StartedAt: Moment(before)}
	if job.Total, err = s.keystore.CountRotatedBefore(ctx, job.StartedAt); err != nil {
		return job, err
	}
	return job, s.SaveKeyJob(ctx, &job)
}

// quietJob is how long a job that nobody is at has shown no sign of life.
const quietJob = 15 * time.Second

// GoOnRotating does a rotation that was asked for and that nobody is at. Two that begin at the same moment do no harm:
// a keyset that has its new key is passed over.
func (s *Store) GoOnRotating(ctx context.Context) (more bool, err error) {
	job, running, err := s.unfinished(ctx, JobRotate)
	if err != nil || !running || job.Position != "" && time.Since(job.UpdatedAt) < quietJob {
		return false, err
	}
	_, err = s.RotateKeysets(ctx, job.StartedAt, nil)
	return false, err
}

// RewrapKeysets makes a new master key, puts every keyset under it and deletes the older ones, while others work. The
// master keys are put under the roots of also too, so that processes can change over to another root. A run that was
// broken off goes on with the master key that it had made.
//
// Other processes wrap new keysets under the older master key for a moment: it is deleted when that is over.
func (s *Store) RewrapKeysets(ctx context.Context, progress KeyProgress, also ...seal.Root) (KeyJob, error) {
	job, running, err := s.unfinished(ctx, JobRewrap)
	if err != nil {
		return job, err
	}
	if !running {
		job = KeyJob{Name: JobRewrap, StartedAt: Moment(time.Now())}
		figures, err := s.keystore.Figures(ctx)
		if err != nil {
			return job, err
		}
		job.Total = figures.Alive
		if err := s.Master.Renew(ctx, also...); err != nil {
			return job, err
		}
	}
	under := func(after string) ([]string, error) {
		return s.keystore.NotUnder(ctx, s.Master.Current(), after, keysetBatch)
	}
	rewrap := func(ref string) error { _, err := s.Keys.Rewrap(ctx, ref); return err }
	if err := s.eachKeyset(ctx, &job, progress, under, rewrap); err != nil {
		return job, err
	}
	select {
	case <-time.After(time.Until(job.StartedAt.Add(s.Master.Lag()))):
	case <-ctx.Done():
		return job, ctx.Err()
	}
	job.Position = ""
	if err := s.eachKeyset(ctx, &job, progress, under, rewrap); err != nil {
		return job, err
	}
	if err := s.Master.Retire(ctx, also...); err != nil {
		return job, err
	}
	return s.ended(ctx, job, progress)
}

// eachKeyset works through what next lists, in the order of references, and notes after each batch where it is. A
// keyset that cannot be changed is named in the error and passed over, so that it does not stop the others.
func (s *Store) eachKeyset(ctx context.Context, job *KeyJob, progress KeyProgress, next func(after string) ([]string, error), change func(ref string) error) error {
	var failed error
	for {
		refs, err := next(job.Position)
		if err != nil {
			return err
		}
		if len(refs) == 0 {
			break
		}
		for _, ref := range refs {
			if err := change(ref); err != nil {
				if ctx.Err() != nil {
					return errors.Join(failed, ctx.Err())
				}
				failed = errors.Join(failed, err)
			} else {
				job.Done++
			}
			job.Position = ref
		}
		if err := s.SaveKeyJob(ctx, job); err != nil {
			return err
		}
		progress.say(*job)
	}
	if failed != nil {
		job.Position = "" // the next run tries those again
		return errors.Join(failed, s.SaveKeyJob(ctx, job))
	}
	return nil
}

// SaveKeyJob notes how far a job has come.
func (s *Store) SaveKeyJob(ctx context.Context, job *KeyJob) error {
	job.UpdatedAt = Moment(time.Now())
	job.Total = max(job.Total, job.Done)
	if err := s.keystore.SaveJob(context.WithoutCancel(ctx), *job); err != nil {
		return fmt.Errorf("models: note how far %s has come: %w", job.Name, err)
	}
	return nil
}

func (s *Store) unfinished(ctx context.Context, name string) (KeyJob, bool, error) {
	job, err := s.keystore.Job(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return job, false, nil
	}
	return job, err == nil && job.EndedAt == nil, err
}

func (s *Store) ended(ctx context.Context, job KeyJob, progress KeyProgress) (KeyJob, error) {
	now := Moment(time.Now())
	job.EndedAt = &now
	err := s.SaveKeyJob(ctx, &job)
	progress.say(job)
	return job, err
}
