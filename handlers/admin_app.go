package handlers

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	adminui "dimmer/admin-ui"
)

const appPath = "/admin"

// appPolicy is [adminPolicy] for the admin area, whose libraries make style elements while it runs: they carry the nonce of the page. The only policies
// for trusted types are our own, which lets nothing through that could run, and that of the rich editor for what is pasted into it, which it parses apart.
const appPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data: blob: https:; font-src 'self'; connect-src 'self'; " +
	"media-src 'self' https:; frame-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default ProseMirrorClipboard"

// adminApp is the owner's area, as it was built: one page, which shows every address below /admin, and what it loads.
type adminApp struct {
	page  []byte // with [adminui.Nonce] where the nonce goes
	files map[string]func() *ready
}

// newAdminApp finds the built files. They are read and compressed when somebody first asks for them: the start does not wait, and who never signs in
// needs no memory for them.
func (s *Server) newAdminApp() (*adminApp, error) {
	app := &adminApp{files: map[string]func() *ready{}}
	built := adminui.Built()
	var err error
	if app.page, err = fs.ReadFile(built, "index.html"); err != nil {
		return nil, fmt.Errorf("read the admin area: %w", err)
	}
	modified := s.now()
	return app, fs.WalkDir(built, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "index.html" {
			return err
		}
		contentType := assetTypes[path.Ext(name)]
		if contentType == "" {
			return fmt.Errorf("the admin area holds %s, of a type that is not served", name)
		}
		app.files[name] = sync.OnceValue(func() *ready {
			body, err := fs.ReadFile(built, name)
			if err != nil { // it is in the program
				s.logger.Error("read a file of the admin area", "file", name, "err", err)
			}
			file := readyBytes(contentType, body, modified)
			file.keep = []string{"no-cache"}
			if strings.HasPrefix(name, "assets/") { // their names change with what is in them
				file.keep = []string{"public, max-age=31536000, immutable"}
			}
			if err := file.pack(); err != nil {
				s.logger.Error("compress a file of the admin area", "file", name, "err", err)
			}
			return file
		})
		return nil
	})
}

// showApp answers what is below /admin, and reports whether the request was for that.
func (s *site) showApp(c *gin.Context) bool {
	name, ours := strings.CutPrefix(c.Request.URL.Path, appPath)
	if !ours || name != "" && name[0] != '/' || !isSafe(c.Request.Method) {
		return false
	}
	file := s.app.files[strings.TrimPrefix(name, "/")]
	if file == nil && strings.HasPrefix(name, "/assets/") { // of a build that is no longer served
		return false
	}
	nonce := rand.Text()
	s.setPageHeaders(c, fmt.Sprintf(appPolicy, nonce), "no-referrer")
	if file != nil {
		s.write(c, file())
		return true
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	c.Data(http.StatusOK, contentHTML, bytes.ReplaceAll(s.app.page, []byte(adminui.Nonce), []byte(nonce)))
	return true
}
