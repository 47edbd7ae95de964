// Package media takes the pictures that posts show: it refuses what is none or too much of one, makes each anew, so that nothing is left of
// what else the file held, and keeps it, with smaller sizes, in a folder. A key names a file for ever: what is under it never changes, so
// that it can be cached without an end.
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
	"syscall"
	"time"
)

// ErrNotFound says that there is no file under this key.
var ErrNotFound = errors.New("no such file")

// ErrFull says that there is no room for a file.
var ErrFull = errors.New("the disk is full")

// unfinished is how the name of a file ends that is still being written. Nothing is served that ends so.
const unfinished = ".new"

// types are the kinds of file that are served, by the end of their key. Whatever could run as a script is none of them.
var types = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
}

// keyForm is what a key looks like: one folder and one file, of plain characters.
var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*\.[a-z0-9]+$`)

// uploadForm is what the key of an uploaded picture or of its variant looks like: the month, 130 random bits, and perhaps a width.
var uploadForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}/[a-z2-7]{26}(-[0-9]+)?\.[a-z]+$`)

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
	_, err := d.write(key, func(to io.Writer) error {
		_, err := to.Write(content)
		return err
	})
	return err
}

// write is Put for what is made while it is written. It tells how many bytes that were.
func (d *Disk) write(key string, fill func(io.Writer) error) (size int64, err error) {
	if !keyForm.MatchString(key) || types[path.Ext(key)] == "" {
		return 0, fmt.Errorf("%q is no key of a media file", key)
	}
	temp := key + unfinished
	file, err := d.create(temp)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(orFull("write a media file", err), d.root.Remove(temp))
		}
	}()
	defer func() { // also where fill panics: the panic goes on when this has been done
		if cause := recover(); cause != nil {
			_ = errors.Join(file.Close(), d.root.Remove(temp))
			panic(cause)
		}
	}()
	if err = fill(file); err == nil {
		size, err = file.Seek(0, io.SeekEnd)
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = d.root.Rename(temp, key)
	}
	return size, err
}

// create opens a new file, in a folder that is made if it is not there.
func (d *Disk) create(name string) (*os.File, error) {
	if err := d.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return nil, orFull("make a media folder", err)
	}
	file, err := d.root.OpenFile(name, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, orFull("make a media file", err)
	}
	return file, nil
}

// orFull says what was being done, and of a disk without room that it is [ErrFull].
func orFull(what string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%s: %w: %w", what, ErrFull, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// Remove removes the file under a key. One that is not there is removed already.
func (d *Disk) Remove(key string) error {
	if !keyForm.MatchString(key) {
		return fmt.Errorf("%q is no key of a media file", key)
	}
	if err := d.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a media file: %w", err)
	}
	return nil
}

// Has reports whether there is a file under a key.
func (d *Disk) Has(key string) (bool, error) {
	file, err := d.Open(key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, file.Close()
}

// Old lists the files of uploaded pictures that were last written before a time. What nobody finished writing before then is removed. Files
// that did not come by upload, such as those of the demo, are none of its business.
func (d *Disk) Old(before time.Time) (keys []string, removed int, err error) {
	err = fs.WalkDir(d.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it went meanwhile
		}
		if err != nil || entry.IsDir() {
			return err
		}
		stat, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !stat.ModTime().Before(before) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case path.Ext(name) == unfinished:
			removed++
			return d.root.Remove(name)
		case uploadForm.MatchString(name):
			keys = append(keys, name)
		}
		return nil
	})
	if err != nil {
		return nil, removed, fmt.Errorf("look through the media folder: %w", err)
	}
	return keys, removed, nil
}
