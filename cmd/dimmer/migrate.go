package main

import (
	"context"
	"errors"
	"fmt"

	"dimmer/models"
)

type migrateCommand struct {
	Data string `help:"Folder of the database (DIMMER_DATA, default data)." placeholder:"FOLDER" type:"path"`

	Status migrateStatusCommand `cmd:"" default:"1" help:"List the steps of the schema and which have run."`
	Up     migrateUpCommand     `cmd:"" help:"Run the steps that have not. (serve does it too.)"`
}

type migrateStatusCommand struct{}

// Run lists the steps without running any.
func (migrateStatusCommand) Run(ctx context.Context, c *console, all *commands) error {
	s, err := readSettings(c.env, flags{Data: all.Migrate.Data})
	if err != nil {
		return err
	}
	states, err := models.MigrationStatus(ctx, models.Config{Dir: s.Data, URL: s.DatabaseURL})
	if err != nil {
		return err
	}
	for _, state := range states {
		mark := "waits"
		if state.Applied {
			mark = "done "
		}
		if _, err := fmt.Fprintf(c.out, "%s  %s\n", mark, state.Name); err != nil {
			return err
		}
	}
	return nil
}

type migrateUpCommand struct{}

// Run brings the schema up to date. It refuses while a server holds the folder.
func (migrateUpCommand) Run(ctx context.Context, c *console, all *commands) error {
	s, err := readSettings(c.env, flags{Data: all.Migrate.Data})
	if err != nil {
		return err
	}
	store, _, err := openStore(ctx, s, newLogger(s, c.err), func(m *models.Config) { m.Exclusive = s.DatabaseURL == "" })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, "the schema is up to date")
	return errors.Join(err, store.Close())
}
