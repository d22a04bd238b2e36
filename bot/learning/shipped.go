// Package learning keeps the bot's models: trained from the shipped text and what was learnt since, stored under the hash
// of what they were trained on, so that a start loads in milliseconds what the last one trained in seconds.
package learning

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"aftersales/bot/nlu"
)

// features names the way from text to features. Change it whenever that changes: stored models are of no use then.
const features = "1"

// Trained returns the model of the examples: from dir when it was trained before, otherwise it is trained now (a few
// seconds) and stored there. An empty dir stores nothing. A damaged file is trained anew.
func Trained(ctx context.Context, dir, lang string, examples []nlu.Example) (*nlu.Model, error) {
	if dir == "" {
		return nlu.Train(ctx, examples)
	}
	path := filepath.Join(dir, lang+"-"+Digest(examples)[:24]+".model")
	model, err := nlu.ReadFile(path)
	if err == nil {
		return model, nil
	}
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, nlu.ErrBadFile) {
		return nil, err
	}
	if model, err = nlu.Train(ctx, examples); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("learning: folder of the models: %w", err)
	}
	return model, model.WriteFile(path)
}

// Digest names a set of examples in its order, for ever.
func Digest(examples []nlu.Example) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "features %s\n", features)
	for _, e := range examples {
		fmt.Fprintf(sum, "%q %q %q\n", e.Text, e.Intent, strings.Join(e.Alt, ","))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Shipped returns the models of the shipped text.
func Shipped(ctx context.Context, dir string) (*nlu.Mind, error) {
	models := map[string]*nlu.Model{}
	for _, lang := range []string{nlu.Chinese, nlu.English} {
		examples, err := nlu.TrainingText(lang)
		if err != nil {
			return nil, err
		}
		if models[lang], err = Trained(ctx, dir, lang, examples); err != nil {
			return nil, err
		}
	}
	return nlu.NewMind(models[nlu.Chinese], models[nlu.English]), nil
}
