package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A terminal has a keyboard and a screen.
type terminal struct {
	t        *testing.T
	keyboard io.Writer
	screen   *output
	line     *os.File // the end that the program has
}

// openTerminal makes a terminal.
func openTerminal(t *testing.T) *terminal {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		skipUnlessCI(t, "no terminals here: %v", err)
	}
	number, err := unix.IoctlGetInt(int(ours.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(ours.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	tty := &terminal{t, ours, newOutput(), line}
	seen := make(chan struct{})
	go func() {
		defer close(seen)
		_, _ = io.Copy(tty.screen, ours) // ends with an error when the terminal is gone
	}()
	t.Cleanup(func() {
		_ = line.Close()
		<-seen
		_ = ours.Close()
	})
	return tty
}

// sit is the option of a program at this terminal.
func (tty *terminal) sit(c *exec.Cmd) {
	c.Stdin, c.Stderr = tty.line, tty.line
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
}

func (tty *terminal) press(keys string) {
	tty.t.Helper()
	if _, err := io.WriteString(tty.keyboard, keys); err != nil {
		tty.t.Fatal(err)
	}
}

// shows waits until the screen holds a text.
func (tty *terminal) shows(text string) {
	tty.t.Helper()
	eventually(tty.t, fmt.Sprintf("the screen shows %q", text), func() bool { return strings.Contains(tty.screen.String(), text) })
}

// asks waits until a program asks for what the terminal does not show.
func (tty *terminal) asks(prompt string) {
	tty.t.Helper()
	tty.shows(prompt)
	eventually(tty.t, "the terminal hides what is typed", func() bool { return !tty.echoes() })
}

func (tty *terminal) echoes() bool {
	state, err := unix.IoctlGetTermios(int(tty.line.Fd()), unix.TCGETS)
	if err != nil {
		tty.t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

func TestAPasswordIsAskedTwiceAtATerminalAndNeverShown(t *testing.T) {
	t.Parallel()
	add := []string{"user", "add", "--data", folder(t), "--email", ownerEmail, "--name", "Ruth", "--role", "owner"}
	for _, test := range []struct {
		name, again string
		status      int
		says        string
	}{
		{"not the same", "seven loud kettles sing", 1, "the two are not the same; try again"},
		{"the same", ownerPassword, 0, "The same again:"},
	} {
		tty := openTerminal(t)
		p := launch(t, add, tty.sit)
		tty.asks("New password: ")
		tty.press(ownerPassword + "\n")
		tty.asks("The same again: ")
		tty.press(test.again + "\n")
		if status := p.wait(); status != test.status {
			t.Errorf("%s: status %d, want %d", test.name, status, test.status)
		}
		tty.shows(test.says)
		if strings.Contains(tty.screen.String()+p.said(), "kettles") {
			t.Errorf("%s: the password was shown:\n%s", test.name, tty.screen)
		}
	}
}

func TestInterruptingThePromptEndsItAndGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	data := folder(t)
	tty := openTerminal(t)
	p := launch(t, []string{"user", "add", "--data", data, "--email", ownerEmail, "--name", "Ruth", "--role", "owner"}, tty.sit)
	tty.asks("New password: ")
	tty.press("half a pass")
	tty.press("\x03") // Ctrl-C
	if status := p.wait(); status != 1 {
		t.Errorf("status %d, want 1", status)
	}
	tty.shows("dimmer: interrupted")
	if !tty.echoes() {
		t.Error("the terminal still hides what is typed")
	}
	list := execute(t, []string{"user", "list", "--data", data})
	if strings.Contains(list.out.String(), "Ruth") {
		t.Errorf("somebody was added:\n%s", list.said())
	}
}
