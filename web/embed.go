// Package web serves the screens: the customers' pages at / and those of the people who work at /staff. `npm run build`
// makes them, the program carries them with it; without a build it serves a page that says how to make one.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist is what the build left: empty when there was none.
func Dist() fs.FS {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is named right above
	}
	return built
}
