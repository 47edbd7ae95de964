package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"dimmer/auth"
	"dimmer/models"
)

type userCommand struct {
	Data string `help:"Folder of the database (DIMMER_DATA, default data)." placeholder:"FOLDER" type:"path"`

	Add      addUserCommand      `cmd:"" help:"Add a person who can sign in. The password is read from the terminal or standard input."`
	Password setPasswordCommand  `cmd:"" help:"Give a person a new password. Her sessions end."`
	List     listUsersCommand    `cmd:"" help:"List people."`
	Sessions userSessionsCommand `cmd:"" help:"End a person's sessions."`
}

type addUserCommand struct {
	Email string `required:"" help:"E-mail address to sign in with."`
	Name  string `required:"" help:"Name as readers see it."`
	Role  string `required:"" enum:"owner,editor,author,moderator" help:"owner, editor, author or moderator."`
}

// Run adds a person.
func (cmd *addUserCommand) Run(ctx context.Context, c *console, all *commands) error {
	return withStore(ctx, c, all.User.Data, func(store *models.Store) error {
		hash, err := askPassword(ctx, c, cmd.Email, cmd.Name)
		if err != nil {
			return err
		}
		user, err := store.CreateUser(ctx, models.System, models.UserChange{
			Email: models.Some(&cmd.Email), Name: models.Some(cmd.Name), Role: models.Some(auth.Role(cmd.Role)), PasswordHash: models.Some(&hash),
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.out, "added %s (%s)\n", user.Name, user.Role)
		return err
	})
}

type setPasswordCommand struct {
	Email string `required:"" help:"E-mail address of the person."`
}

// Run sets a password.
func (cmd *setPasswordCommand) Run(ctx context.Context, c *console, all *commands) error {
	return withBlog(ctx, c, all.User.Data, func(store *models.Store) error {
		user, err := userByEmail(ctx, store, cmd.Email)
		if err != nil {
			return err
		}
		hash, err := askPassword(ctx, c, cmd.Email, user.Name)
		if err != nil {
			return err
		}
		if _, err := store.ChangeUser(ctx, models.System, user.ID, models.UserChange{PasswordHash: models.Some(&hash)}, ""); err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.out, "%s has a new password; every session of hers has ended\n", user.Name)
		return err
	})
}

type listUsersCommand struct{}

// Run lists people.
func (listUsersCommand) Run(ctx context.Context, c *console, all *commands) error {
	return withBlog(ctx, c, all.User.Data, func(store *models.Store) error {
		table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "NAME\tROLE\tE-MAIL\tPOSTS\tSIGNS IN")
		page := models.Page{Limit: 100}
		for {
			users, err := store.Users(ctx, models.UserQuery{Page: page})
			if err != nil {
				return err
			}
			for _, user := range users.Items {
				email, signsIn := "-", "no"
				if user.Email != nil {
					email = *user.Email
				}
				if user.SignsIn() {
					signsIn = "yes"
				}
				_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", user.Name, user.Role, email, user.PostCount, signsIn)
			}
			if page.At = users.Next; page.At == nil {
				return table.Flush()
			}
		}
	})
}

type userSessionsCommand struct {
	End   bool   `required:"" help:"Sign the person out everywhere."`
	Email string `required:"" help:"E-mail address of the person."`
}

// Run ends sessions.
func (cmd *userSessionsCommand) Run(ctx context.Context, c *console, all *commands) error {
	return withBlog(ctx, c, all.User.Data, func(store *models.Store) error {
		user, err := userByEmail(ctx, store, cmd.Email)
		if err != nil {
			return err
		}
		if err := store.EndSessions(ctx, models.System, user.ID, ""); err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.out, "%s is signed out everywhere\n", user.Name)
		return err
	})
}

func userByEmail(ctx context.Context, store *models.Store, email string) (models.User, error) {
	normal, err := auth.NormalizeEmail(email)
	if err != nil {
		return models.User{}, err
	}
	user, err := store.UserByEmail(ctx, normal)
	if errors.Is(err, models.ErrNotFound) {
		return user, errors.New("nobody here has that e-mail address; `dimmer user list` shows who is there")
	}
	return user, err
}

// askPassword reads a new password: twice without showing it at a terminal, else one line of standard input. It is never an argument,
// where every other program on the machine could read it.
func askPassword(ctx context.Context, c *console, known ...string) (hash string, err error) {
	var password string
	if file, isFile := c.in.(*os.File); isFile && term.IsTerminal(int(file.Fd())) {
		password, err = askTwice(ctx, file, c.err)
	} else {
		password, err = bufio.NewReader(io.LimitReader(c.in, 4096)).ReadString('\n')
		if errors.Is(err, io.EOF) && password != "" {
			err = nil
		}
	}
	if errors.Is(err, io.EOF) {
		return "", errors.New("no password came: type it at the terminal, or send it as one line of standard input")
	}
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	password = strings.TrimRight(password, "\r\n")
	if err := auth.CheckPassword(password, known...); err != nil {
		return "", err
	}
	hasher, err := auth.NewHasher(auth.RecommendedParams())
	if err != nil {
		return "", err
	}
	return hasher.Hash(ctx, password)
}

func askTwice(ctx context.Context, terminal *os.File, out io.Writer) (string, error) {
	var answers [2]string
	for i, prompt := range []string{"New password: ", "The same again: "} {
		_, _ = fmt.Fprint(out, prompt)
		typed, err := readHidden(ctx, int(terminal.Fd()))
		_, _ = fmt.Fprintln(out)
		if err != nil {
			return "", err
		}
		answers[i] = typed
	}
	if answers[0] != answers[1] {
		return "", errors.New("the two are not the same; try again")
	}
	return answers[0], nil
}

// readHidden reads a line that the terminal does not show. If ctx ends meanwhile, the terminal shows again what is typed.
func readHidden(ctx context.Context, terminal int) (string, error) {
	before, err := term.GetState(terminal)
	if err != nil {
		return "", err
	}
	type answer struct {
		typed []byte
		err   error
	}
	read := make(chan answer, 1)
	go func() {
		typed, err := term.ReadPassword(terminal)
		read <- answer{typed, err}
	}()
	select {
	case a := <-read:
		return string(a.typed), a.err
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(terminal, before))
	}
}
