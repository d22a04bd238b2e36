package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// FileRoot reads the root key from a file: a Tink keyset in JSON, readable by its owner only (0600 or 0400).
// With create set, a missing file is made, atomically: of several processes that start together, one makes it
// and the others read it. Whoever loses the file loses everything that is sealed.
func FileRoot(path string, create bool) (Root, error) {
	root, err := readRoot(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return root, err
	}
	if !create {
		return Root{}, fmt.Errorf("seal: there is no master key at %s; restore it from your key backup, or allow a new one to be made if nothing was sealed yet: %w", path, err)
	}
	if err := makeRoot(path); err != nil {
		return Root{}, err
	}
	return readRoot(path)
}

func readRoot(path string) (Root, error) {
	file, err := os.Open(path)
	if err != nil {
		return Root{}, fmt.Errorf("seal: master key: %w", err)
	}
	defer file.Close()
	if err := ownOnly(file); err != nil {
		return Root{}, fmt.Errorf("seal: the master key %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(file))
	if err != nil {
		return Root{}, fmt.Errorf("seal: %s is not a master key (a Tink keyset in JSON); restore it from your key backup: %w", path, err)
	}
	key, err := aead.New(handle)
	if err != nil {
		return Root{}, fmt.Errorf("seal: the keyset in %s is not for AEAD: %w", path, err)
	}
	return Root{Name: fmt.Sprintf("file:%d", primaryOf(handle)), AEAD: key, Direct: true}, nil
}

// ReadSecret reads a file that holds a secret, which must be readable by its owner only (0600 or 0400).
func ReadSecret(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := ownOnly(file); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(file, maxSecret))
}

// maxSecret bounds what is read; keys and certificates are some kilobytes.
const maxSecret = 1 << 20

func ownOnly(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%s is readable by others (mode %04o); run: chmod 600 %s", file.Name(), mode, file.Name())
	}
	return nil
}

// makeRoot writes a whole file under another name and links it into place: a link fails when the name is
// taken, where a rename would overwrite another process's key.
func makeRoot(path string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("seal: new master key: %w", err)
	}
	var content bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&content)); err != nil {
		return fmt.Errorf("seal: new master key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("seal: folder of the master key: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".master-*") // mode 0600
	if err != nil {
		return fmt.Errorf("seal: new master key: %w", err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(content.Bytes())
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Link(temporary.Name(), path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("seal: new master key %s: %w", path, err)
	}
	return nil
}
