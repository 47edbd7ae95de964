package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// clockTick is the unit of processor time in /proc; Linux shows it to programs as 100 Hz on every machine.
const clockTick = 10 * time.Millisecond

// processorTimeOf is what a process has used so far, where the system tells (Linux).
func processorTimeOf(pid int) time.Duration {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(stat), ") ") // the name before it may hold anything
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	ticks := 0
	for _, field := range fields[11:13] { // utime and stime, 14 and 15 of proc(5)
		n, _ := strconv.Atoi(field)
		ticks += n
	}
	return time.Duration(ticks) * clockTick
}

// memoryMiB is a figure of a process's memory, where the system tells (Linux): VmRSS is now, VmHWM the most that there ever was.
func memoryMiB(pid int, name string) (mib float64, known bool) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == name+":" {
			kib, err := strconv.ParseFloat(fields[1], 64)
			return kib / 1024, err == nil
		}
	}
	return 0, false
}

// machine says on what was measured, in a few words.
func machine() string {
	kind := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				kind = strings.TrimSpace(value)
				break
			}
		}
	}
	memory := ""
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			if kib, err := strconv.ParseFloat(fields[1], 64); err == nil {
				memory = fmt.Sprintf(", %.0f GiB", kib/(1<<20))
			}
		}
	}
	return fmt.Sprintf("%s, %d cores%s", kind, runtime.NumCPU(), memory)
}

// system is what runs on the machine.
func system(ctx context.Context) string {
	kernel := runtime.GOOS
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		release, _, _ := strings.Cut(unix.ByteSliceToString(name.Release[:]), "-") // what follows names who built it
		kernel = unix.ByteSliceToString(name.Sysname[:]) + " " + release
	}
	sqlite := "unknown"
	if db, err := sql.Open("sqlite", ":memory:"); err == nil {
		_ = db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&sqlite)
		_ = db.Close()
	}
	return fmt.Sprintf("%s, %s, %s, SQLite %s", kernel, runtime.GOARCH, runtime.Version(), sqlite)
}

// loadAverage is how many processes wanted to run in the last minute, or "unknown".
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// copyFolder copies the files of a data folder to an empty one, so that what is measured leaves the site as it is. What a database has not yet
// written to its file comes along.
func copyFolder(from, to string) error {
	if _, err := os.Stat(filepath.Join(from, "dimmer.db")); err != nil {
		return fmt.Errorf("%s is no data folder of a blog; make one: dimmer-bench fill --data %s", from, from)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return os.Chmod(to, 0o700) // #nosec G302 -- a folder
}
