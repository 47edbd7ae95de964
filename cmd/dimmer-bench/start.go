package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

type startCommand struct {
	Program string `default:"./dimmer" help:"The program." placeholder:"FILE"`
	Data    string `required:"" help:"Data folder of an existing blog." placeholder:"FOLDER"`
	Times   int    `short:"n" default:"10" help:"How often."`
}

// settled is how long a server is left alone before its memory is read.
const settled = 2 * time.Second

// Run starts the program several times, one after the other, and prints the middle, the least and the most of each figure.
func (cmd *startCommand) Run(ctx context.Context, c *console) error {
	var answered, stopped, resident figures
	for range cmd.Times {
		began := time.Now()
		s, err := startServer(ctx, cmd.Program, "serve", "--data", cmd.Data, "--addr", "127.0.0.1:0")
		if err != nil {
			return err
		}
		err = get(ctx, s.url+"/api/v1/posts")
		answered = append(answered, float64(time.Since(began).Microseconds())/1000)
		if err == nil {
			select {
			case <-time.After(settled):
			case <-ctx.Done():
			}
			if mib, known := residentMiB(s.process().Pid); known {
				resident = append(resident, mib)
			}
		}
		began = time.Now()
		if stopErr := s.stop(); err == nil {
			err = stopErr
		}
		stopped = append(stopped, float64(time.Since(began).Microseconds())/1000)
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(c.out, "start to first answer  %s ms\nidle memory (RSS)      %s MiB\nSIGTERM to end         %s ms\n", answered, resident, stopped)
	return err
}

// get fetches an address and forgets what it says.
func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := new(http.Client).Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// residentMiB is how much memory a process has, where the system tells (Linux).
func residentMiB(pid int) (mib float64, known bool) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kib, err := strconv.ParseFloat(fields[1], 64)
			return kib / 1024, err == nil
		}
	}
	return 0, false
}

// figures are several measurements of one thing.
type figures []float64

// String gives the median, and the least and the most in brackets.
func (f figures) String() string {
	if len(f) == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%.1f (%.1f to %.1f)", f.quantile(0.5), f.quantile(0), f.quantile(1))
}

// quantile is the value that a share of all are not above.
func (f figures) quantile(share float64) float64 {
	if len(f) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(f))
	return sorted[int(share*float64(len(sorted)-1)+0.5)]
}
