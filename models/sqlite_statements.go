package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gorm.io/gorm"
	gormlogger "gorm.io/gorm/logger"
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
	if err != nil || !strings.Contains(query, "?") && query != beginWrite && query != commitWrite { // without arguments: schema, pragmas, what is asked once
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

// What a transaction that writes begins and ends with. It begins as one that writes: a reader that wants to write later would be refused under load.
const (
	beginWrite    = "BEGIN IMMEDIATE"
	commitWrite   = "COMMIT"
	rollbackWrite = "ROLLBACK"
)

// An ownConn is a connection to SQLite that somebody has for herself for a while. gorm works on it as on any other. What [exec] and [scan] are given
// goes straight to the driver: for a short statement gorm and database/sql take two to four times as long as SQLite does.
type ownConn struct{ *sql.Conn }

// ownConnOf is the connection that db has for itself, or nil.
func ownConnOf(db *gorm.DB) *ownConn {
	own, _ := db.Statement.ConnPool.(*ownConn)
	return own
}

// onOwn makes db work on a connection of the pool that nobody else has until done is called.
func onOwn(ctx context.Context, db *gorm.DB, pool *sql.DB) (own *gorm.DB, done func(), err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	own = db.Session(&gorm.Session{NewDB: true, Context: ctx})
	own.Statement.ConnPool = &ownConn{conn}
	return own, func() { _ = conn.Close() }, nil // back to the pool; it can only say that it is there already
}

// prepared gives do the statement for some SQL.
func (c *ownConn) prepared(ctx context.Context, sql string, do func(*sqliteConn, sqliteDriverStmt) error) error {
	return c.Raw(func(driverConn any) error {
		conn, is := driverConn.(*sqliteConn)
		if !is {
			return fmt.Errorf("%T is no connection to SQLite", driverConn)
		}
		statement, err := conn.PrepareContext(ctx, sql)
		if err != nil {
			return err
		}
		return errors.Join(do(conn, statement.(sqliteDriverStmt)), statement.Close())
	})
}

// exec runs a statement and returns how many rows it changed.
func (c *ownConn) exec(ctx context.Context, sql string, args ...driver.NamedValue) (n int, err error) {
	err = c.prepared(ctx, sql, func(_ *sqliteConn, statement sqliteDriverStmt) error {
		result, err := statement.ExecContext(ctx, args)
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		n = int(changed)
		return err
	})
	return n, dialector{}.Translate(err)
}

// rows gives each row that a statement reads to one function. The row is valid until that returns.
func (c *ownConn) rows(ctx context.Context, sql string, args []driver.NamedValue, each func([]driver.Value) error) error {
	err := c.prepared(ctx, sql, func(_ *sqliteConn, statement sqliteDriverStmt) error {
		read, err := statement.QueryContext(ctx, args)
		if err != nil {
			return err
		}
		row := make([]driver.Value, len(read.Columns()))
		for err == nil {
			if err = read.Next(row); err == nil {
				err = each(row)
			}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return errors.Join(err, read.Close())
	})
	return dialector{}.Translate(err)
}

// traced tells the logger of db what was asked, as gorm does of what goes through it.
func traced(ctx context.Context, db *gorm.DB, n int, err error, sql string, args []driver.NamedValue) {
	if db.Logger == gormlogger.Discard {
		return
	}
	db.Logger.Trace(ctx, time.Time{}, func() (string, int64) {
		values := make([]any, len(args))
		for i, arg := range args {
			values[i] = arg.Value
		}
		return db.Explain(sql, values...), int64(n)
	}, err)
}

// driverValues are arguments as the driver takes them, or false if one of them is for gorm to write out, such as a list.
func driverValues(args []any) ([]driver.NamedValue, bool) {
	values := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		value := arg
		switch a := arg.(type) {
		case string, int64, bool, []byte, time.Time, nil:
		case int:
			value = int64(a)
		default:
			var err error
			if value, err = driver.DefaultParameterConverter.ConvertValue(arg); err != nil {
				return nil, false
			}
		}
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	return values, true
}

// assign puts a value that the driver has read where [scan] wants it.
func assign(to any, value driver.Value) error {
	switch to := to.(type) {
	case sql.Scanner:
		return to.Scan(value)
	case *string:
		if text, is := value.(string); is {
			*to = text
			return nil
		}
	case **string:
		if value == nil {
			*to = nil
			return nil
		}
		*to = new(string)
		return assign(*to, value)
	case *int:
		if n, is := value.(int64); is {
			*to = int(n)
			return nil
		}
	case *int64:
		if n, is := value.(int64); is {
			*to = n
			return nil
		}
	case *bool:
		if n, is := value.(int64); is {
			*to = n != 0
			return nil
		}
	}
	return fmt.Errorf("%T does not go into %T", value, to)
}

// begin begins a transaction that writes.
func (c *ownConn) begin(ctx context.Context) error {
	_, err := c.exec(ctx, beginWrite)
	if err != nil {
		c.rollback() // it may have begun just as ctx ended
	}
	return err
}

// rollback takes back what was not committed, if SQLite has not done so. A connection that does not let it is given up.
func (c *ownConn) rollback() {
	_ = c.Raw(func(driverConn any) error {
		statement, err := driverConn.(*sqliteConn).PrepareContext(context.Background(), rollbackWrite)
		if err == nil {
			_, err = statement.(sqliteDriverStmt).ExecContext(context.Background(), nil)
			err = errors.Join(err, statement.Close())
		}
		var e *modernc.Error
		if err == nil || errors.As(err, &e) && e.Code() == sqliteError { // there was none
			return nil
		}
		return driver.ErrBadConn
	})
}

// commit keeps what was written. It is not given up half way, as nobody would know what has become of it.
func (c *ownConn) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := c.exec(context.WithoutCancel(ctx), commitWrite)
	return err
}
