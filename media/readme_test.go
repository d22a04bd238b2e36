package media_test

import (
	"encoding/base64"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// The picture that the README sends is one.
func TestThePictureOfTheReadmeIsTaken(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	found := regexp.MustCompile(`base64 -d > \S+ <<< (\S+)`).FindSubmatch(readme)
	require.NotNil(t, found)
	content, err := base64.StdEncoding.DecodeString(string(found[1]))
	require.NoError(t, err)
	_, _, err = clean(content)
	require.NoError(t, err)
}
