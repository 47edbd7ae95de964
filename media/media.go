// Package media keeps the files that posts show. A key names a file for ever: what is under it never changes, so that it can be cached
// without an end.
//
// It does not belong here: which post shows what (models), and the headers under which a file is served (handlers).
package media

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"time"
)

// ErrNotFound says that there is no file under this key.
var ErrNotFound = errors.New("no such file")

// types are the kinds of file that are served, by the end of their key. Whatever could run as a script is none of them.
var types = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
}

// keyForm is what a key looks like: one folder and one file, of plain characters.
var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*\.[a-z0-9]+$`)

// Disk keeps files in a folder. Nothing outside it can be reached, by whatever name or link.
type Disk struct{ root *os.Root }

// OpenDisk opens the folder, making it if it is not there.
func OpenDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the media folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the media folder: %w", err)
	}
	return &Disk{root}, nil
}

// Close lets go of the folder.
func (d *Disk) Close() error { return d.root.Close() }

// File is an open file with what has to be known to serve it.
type File struct {
	io.ReadSeekCloser
	Type       string // image/png
	Size       int64  // bytes
	ModifiedAt time.Time
}

// Open opens the file under a key. The caller closes it.
func (d *Disk) Open(key string) (File, error) {
	kind, served := types[path.Ext(key)]
	if !served || !keyForm.MatchString(key) {
		return File{}, ErrNotFound
	}
	file, err := d.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, ErrNotFound
	}
	if err != nil {
		return File{}, fmt.Errorf("open a media file: %w", err)
	}
	stat, err := file.Stat()
	if err != nil || !stat.Mode().IsRegular() {
		return File{}, errors.Join(ErrNotFound, err, file.Close())
	}
	return File{file, kind, stat.Size(), stat.ModTime()}, nil
}

// Put writes a file under a key, as a whole or not at all.
func (d *Disk) Put(key string, content []byte) error {
	if !keyForm.MatchString(key) || types[path.Ext(key)] == "" {
		return fmt.Errorf("%q is no key of a media file", key)
	}
	if err := d.root.MkdirAll(path.Dir(key), 0o700); err != nil {
		return fmt.Errorf("make a media folder: %w", err)
	}
	temp := key + ".new"
	file, err := d.root.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write a media file: %w", err)
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = d.root.Rename(temp, key)
	}
	if err != nil {
		return fmt.Errorf("write a media file: %w", errors.Join(err, d.root.Remove(temp)))
	}
	return nil
}
