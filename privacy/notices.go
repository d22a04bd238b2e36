package privacy

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"aftersales/models"
)

// What people are asked for, each apart from the others.
const (
	ForService = "service" // carrying out what was asked for; rests on the contract, until it is withdrawn
	ForHistory = "history" // suggestions from past orders and browsing; only with consent
	ForBot     = "bot"     // conversations make the bot better; only with consent
)

// Purposes are all of them.
var Purposes = []string{ForService, ForHistory, ForBot}

// Languages are those in which every notice stands.
var Languages = []string{"zh-CN", "en"}

//go:embed notices/*.md
var files embed.FS

// published is when a version came out; the newest of each purpose is shown.
var published = map[int]time.Time{1: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}

// Notices reads the notices that this program comes with: notices/<purpose>.<version>.<language>.md, whose first line is the
// title. A version that was shown to anybody is never changed; a new text is a new file.
func Notices() ([]models.PrivacyNotice, error) {
	entries, err := files.ReadDir("notices")
	if err != nil {
		return nil, err
	}
	var notices []models.PrivacyNotice
	for _, entry := range entries {
		parts := strings.SplitN(strings.TrimSuffix(entry.Name(), ".md"), ".", 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("privacy: %s is not <purpose>.<version>.<language>.md", entry.Name())
		}
		version, err := strconv.Atoi(parts[1])
		if err != nil || published[version].IsZero() {
			return nil, fmt.Errorf("privacy: %s has no version that was published", entry.Name())
		}
		content, err := files.ReadFile(path.Join("notices", entry.Name()))
		if err != nil {
			return nil, err
		}
		title, body, _ := strings.Cut(string(content), "\n")
		digest := sha256.Sum256(content)
		notices = append(notices, models.PrivacyNotice{
			Purpose: parts[0], Version: version, Lang: parts[2], Title: strings.TrimPrefix(title, "# "), Body: strings.TrimSpace(body),
			Digest: hex.EncodeToString(digest[:]), PublishedAt: published[version],
		})
	}
	return notices, nil
}

// Publish stores the notices of this program, so that consents can name them. A text that changed under its version is an error.
func Publish(ctx context.Context, store *models.Store) error {
	notices, err := Notices()
	if err != nil {
		return err
	}
	if err := store.KeepNotices(ctx, notices...); err != nil {
		return fmt.Errorf("privacy: store the notices: %w", err)
	}
	return nil
}
