package knowledge

// LeaveOneOut takes one question out of every article in turn and looks for it; it counts how many come first, and among
// the first three.
func LeaveOneOut(all map[string]map[string]Text, lang string, fold func(rune) rune) (first, third, n int) {
	slugs := sorted(all)
	for turn, slug := range slugs {
		q := turn % max(1, len(all[slug][lang].Questions))
		var docs []document
		for _, other := range slugs {
			text := all[other][lang]
			if other == slug {
				text.Questions = append(append([]string{}, text.Questions[:q]...), text.Questions[q+1:]...)
			}
			docs = append(docs, document{slug: other, text: text})
		}
		n++
		hits := newIndex(fold, lang, docs).search(all[slug][lang].Questions[q], func(*document) float64 { return 0 })
		for place, hit := range hits[:min(3, len(hits))] {
			if hit.doc.slug == slug {
				third++
				if place == 0 {
					first++
				}
			}
		}
	}
	return first, third, n
}
