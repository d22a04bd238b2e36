package nlu

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A model file is: mark, SHA-256 of the rest, then little-endian the sizes, the labels, the terms in the order of their
// features, the idf, the biases, the calibration and the weights. It is read in one piece.
const (
	fileMark = "aftersales-nlu-1\n"
	maxFile  = 256 << 20
)

// ErrBadFile is returned for a file that is no whole model of this version; train a new one.
var ErrBadFile = errors.New("nlu: this is not a whole model file of this version; train the model anew")

// WriteFile stores the model, whole or not at all.
func (m *Model) WriteFile(path string) error {
	var body bytes.Buffer
	put := func(values ...any) {
		for _, value := range values {
			_ = binary.Write(&body, binary.LittleEndian, value) // into memory: cannot fail
		}
	}
	labels := strings.Join(m.labels, "\n")
	terms := make([]uint64, len(m.idf))
	for i, key := range m.slots.keys {
		if key != 0 {
			terms[m.slots.values[i]] = key
		}
	}
	put(uint32(len(labels)), []byte(labels), uint32(len(terms)), terms, m.idf, m.bias,
		[]float64{m.sure.Bias, m.sure.Best, m.sure.Lead, m.sure.Known}, m.weights)
	sum := sha256.Sum256(body.Bytes())
	temporary, err := os.CreateTemp(filepath.Dir(path), ".model-*")
	if err != nil {
		return fmt.Errorf("nlu: store the model: %w", err)
	}
	defer os.Remove(temporary.Name())
	_, err = io.Copy(temporary, io.MultiReader(strings.NewReader(fileMark), bytes.NewReader(sum[:]), &body))
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("nlu: store the model: %w", err)
	}
	return nil
}

// ReadFile loads a model that WriteFile stored.
func ReadFile(path string) (*Model, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("nlu: load the model: %w", err)
	}
	if info.Size() > maxFile {
		return nil, ErrBadFile
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("nlu: load the model: %w", err)
	}
	return parse(content)
}

func parse(content []byte) (*Model, error) {
	body, found := bytes.CutPrefix(content, []byte(fileMark))
	if !found || len(body) < sha256.Size {
		return nil, ErrBadFile
	}
	sum := sha256.Sum256(body[sha256.Size:])
	if !bytes.Equal(sum[:], body[:sha256.Size]) {
		return nil, ErrBadFile
	}
	in := reader{rest: body[sha256.Size:]}
	m := &Model{labels: strings.Split(string(in.take(int(in.number()))), "\n")}
	terms := int(in.number())
	if in.short || len(m.labels) < 2 || !slices.IsSorted(m.labels) || terms > len(in.rest)/8 {
		return nil, ErrBadFile
	}
	m.slots = newTable(terms)
	for feature, keys := 0, in.take(8*terms); feature < terms && !in.short; feature++ {
		key := binary.LittleEndian.Uint64(keys[8*feature:])
		if key == 0 {
			return nil, ErrBadFile
		}
		m.slots.put(key, int32(feature))
	}
	m.idf, m.bias = make([]float32, terms), make([]float32, len(m.labels))
	sure := make([]float64, 4)
	in.fill(m.idf)
	in.fill(m.bias)
	in.fill(sure)
	if in.short || len(in.rest) != 4*terms*len(m.labels) {
		return nil, ErrBadFile
	}
	m.weights = make([]float32, terms*len(m.labels))
	in.fill(m.weights)
	m.sure = calibration{sure[0], sure[1], sure[2], sure[3]}
	return m, nil
}

// reader takes a file apart; short tells that it ended too early.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.short, r.rest = true, nil
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) number() uint32 {
	raw := r.take(4)
	if raw == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(raw)
}

func (r *reader) fill(values any) {
	raw := r.take(binary.Size(values))
	if r.short {
		return
	}
	_, _ = binary.Decode(raw, binary.LittleEndian, values) // the sizes fit
}
