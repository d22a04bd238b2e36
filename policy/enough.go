package policy

// Enough tells whether a case can go on although the customer did not answer: only a description, which helps
// but decides nothing, may be missing.
func Enough(t Terms) bool {
	for _, ask := range t.Asks {
		if ask != AskDetail {
			return false
		}
	}
	return true
}
