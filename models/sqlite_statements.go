package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	modernc "modernc.org/sqlite"
)

// keptStatements is how many prepared statements one connection to SQLite keeps; the store asks some hundred different questions.
const keptStatements = 500

// A sqliteConnector opens connections that keep their prepared statements: to parse and plan one takes SQLite longer than to run it.
// (gorm's own cache of statements prepares them again in every transaction. On Postgres, pgx keeps them.)
type sqliteConnector struct{ driver.Connector }

func newSQLiteConnector(dsn string) (driver.Connector, error) {
	connector, err := modernc.NewConnector(dsn)
	return sqliteConnector{connector}, err
}

func (c sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{sqliteDriverConn: opened.(sqliteDriverConn), idle: map[string]sqliteDriverStmt{}}, nil
}

// sqliteDriverConn and sqliteDriverStmt are what database/sql uses of the driver. That a connection also runs SQL without preparing it is
// left out, so that all of it comes by PrepareContext.
type (
	sqliteDriverConn interface {
		driver.Conn
		driver.ConnPrepareContext
		driver.ConnBeginTx
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	sqliteDriverStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

// A sqliteConn is used by one goroutine at a time, as database/sql promises.
type sqliteConn struct {
	sqliteDriverConn
	idle map[string]sqliteDriverStmt // by their SQL
}

// PrepareContext gives a statement that was closed before, or a new one. One that is in use is not given twice.
func (c *sqliteConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if kept, known := c.idle[query]; known {
		delete(c.idle, query)
		return &keptStmt{kept, c, query}, nil
	}
	prepared, err := c.sqliteDriverConn.PrepareContext(ctx, query)
	if err != nil || !strings.Contains(query, "?") { // without arguments: schema, pragmas, what is asked once
		return prepared, err
	}
	return &keptStmt{prepared.(sqliteDriverStmt), c, query}, nil
}

func (c *sqliteConn) Close() error {
	var errs []error
	for _, statement := range c.idle {
		errs = append(errs, statement.Close())
	}
	return errors.Join(append(errs, c.sqliteDriverConn.Close())...)
}

// A keptStmt goes back to its connection when it is closed.
type keptStmt struct {
	sqliteDriverStmt
	conn  *sqliteConn
	query string
}

func (s *keptStmt) Close() error {
	if _, twice := s.conn.idle[s.query]; twice || len(s.conn.idle) >= keptStatements {
		return s.sqliteDriverStmt.Close()
	}
	s.conn.idle[s.query] = s.sqliteDriverStmt
	return nil
}
