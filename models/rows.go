package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// rows is a question to one table, or a change of it, in the few words that this package needs of gorm. Each begins with [table], is put
// together in one expression and runs once. (gorm's own generic API has the same words. For each type the compiler makes some hundreds
// of functions of it: 20 s of processor time whenever this package changes, where this takes 0.2 s.)
type rows[T any] struct{ db *gorm.DB }

// table begins a question to the table of T. What has been asked of db before does not matter.
func table[T any](db *gorm.DB, clauses ...clause.Interface) rows[T] {
	db = db.Session(&gorm.Session{NewDB: true}).Unscoped()
	for _, c := range clauses {
		db.Statement.AddClause(c)
	}
	return rows[T]{db}
}

// Where narrows the question by a condition; several have to hold together. What was asked for is an argument, never SQL.
func (r rows[T]) Where(sql string, args ...any) rows[T] { return rows[T]{r.db.Where(sql, args...)} }

// From names the table, where T is only a part of its rows; empty is the table of T.
func (r rows[T]) From(table string) rows[T] {
	if table == "" {
		return r
	}
	return rows[T]{r.db.Table(table)}
}

// Select names the columns that are read or written. Without it: all that are read, all that are not zero that are written.
func (r rows[T]) Select(columns ...string) rows[T] { return rows[T]{r.db.Select(columns)} }

// Omit names columns that are not written.
func (r rows[T]) Omit(columns ...string) rows[T] { return rows[T]{r.db.Omit(columns...)} }

// Order sorts.
func (r rows[T]) Order(order string) rows[T] { return rows[T]{r.db.Order(order)} }

// Limit bounds how many rows are read; n is not negative.
func (r rows[T]) Limit(n int) rows[T] { return rows[T]{r.db.Limit(max(n, 0))} }

// Offset is how many rows are passed over.
func (r rows[T]) Offset(n int) rows[T] { return rows[T]{r.db.Offset(n)} }

// in is the question, bound to a context. (WithContext would copy what was put together so far.)
func (r rows[T]) in(ctx context.Context) *gorm.DB {
	r.db.Statement.Context = ctx
	return r.db
}

// Find reads all rows.
func (r rows[T]) Find(ctx context.Context) ([]T, error) {
	var found []T
	err := r.in(ctx).Find(&found).Error
	return found, err
}

// Take reads one row; without one it is gorm.ErrRecordNotFound.
func (r rows[T]) Take(ctx context.Context) (T, error) {
	var found T
	err := r.in(ctx).Take(&found).Error
	return found, err
}

// ScanInto reads all rows, about n, by hand: to names where the selected columns go, in their order. It takes half as long as Find, which
// pays where many columns are read for readers.
func (r rows[T]) ScanInto(ctx context.Context, n int, to func(*T) []any) ([]T, error) {
	read, err := r.in(ctx).Model(new(T)).Rows()
	if err != nil {
		return nil, err
	}
	return scanAll(read, n, to)
}

func scanAll[T any](read *sql.Rows, n int, to func(*T) []any) ([]T, error) {
	defer func() { _ = read.Close() }()
	all := make([]T, 0, n)
	for read.Next() {
		all = append(all, *new(T))
		if err := read.Scan(to(&all[len(all)-1])...); err != nil {
			return nil, err
		}
	}
	return all, read.Err()
}

// Count counts the rows.
func (r rows[T]) Count(ctx context.Context) (int64, error) {
	var n int64
	err := r.in(ctx).Model(new(T)).Count(&n).Error
	return n, err
}

// Create writes a new row and reads back what the database made of it.
func (r rows[T]) Create(ctx context.Context, row *T) error { return r.in(ctx).Create(row).Error }

// CreateAll writes new rows, a hundred at a time. None is nothing to do.
func (r rows[T]) CreateAll(ctx context.Context, all []T) error {
	if len(all) == 0 {
		return nil
	}
	return r.in(ctx).CreateInBatches(&all, 100).Error
}

// Update sets one column and returns of how many rows.
func (r rows[T]) Update(ctx context.Context, column string, value any) (int, error) {
	done := r.in(ctx).Model(new(T)).Update(column, value)
	return int(done.RowsAffected), done.Error
}

// Updates sets the selected columns, zero or not, and returns of how many rows.
func (r rows[T]) Updates(ctx context.Context, row T) (int, error) {
	done := r.in(ctx).Model(new(T)).Updates(row)
	return int(done.RowsAffected), done.Error
}

// Delete removes rows and returns how many. Without a condition gorm refuses it.
func (r rows[T]) Delete(ctx context.Context) (int, error) {
	done := r.in(ctx).Delete(new(T))
	return int(done.RowsAffected), done.Error
}

// query reads what no table is made of.
func query[T any](ctx context.Context, db *gorm.DB, sql string, args ...any) ([]T, error) {
	var found []T
	err := db.WithContext(ctx).Raw(sql, args...).Scan(&found).Error
	return found, err
}

// queryOne is [query] for the one row that there is.
func queryOne[T any](ctx context.Context, db *gorm.DB, sql string, args ...any) (T, error) {
	var found T
	read := db.WithContext(ctx).Raw(sql, args...).Scan(&found)
	if read.Error == nil && read.RowsAffected == 0 {
		return found, gorm.ErrRecordNotFound
	}
	return found, read.Error
}

// scan is [query] by hand, of about n rows: to names where the columns go, in their order. It takes a third of the time.
func scan[T any](ctx context.Context, db *gorm.DB, n int, to func(*T) []any, sql string, args ...any) ([]T, error) {
	if own := ownConnOf(db); own != nil {
		if values, can := driverValues(args); can {
			all := make([]T, 0, n)
			err := own.rows(ctx, sql, values, func(row []driver.Value) error {
				all = append(all, *new(T))
				for i, into := range to(&all[len(all)-1]) {
					if err := assign(into, row[i]); err != nil {
						return err
					}
				}
				return nil
			})
			traced(ctx, db, len(all), err, sql, values)
			return all, err
		}
	}
	read, err := db.WithContext(ctx).Raw(sql, args...).Rows()
	if err != nil {
		return nil, err
	}
	return scanAll(read, n, to)
}

// exec runs a statement and returns how many rows it changed.
func exec(ctx context.Context, db *gorm.DB, sql string, args ...any) (int, error) {
	if own := ownConnOf(db); own != nil {
		if values, can := driverValues(args); can {
			n, err := own.exec(ctx, sql, values...)
			traced(ctx, db, n, err, sql, values)
			return n, err
		}
	}
	done := db.WithContext(ctx).Exec(sql, args...)
	return int(done.RowsAffected), done.Error
}

// utcTime, nullTime, nullID, jsonText and number are where [rows.ScanInto] puts what database/sql cannot put, or puts slowly.
type (
	utcTime  struct{ to *time.Time }
	nullTime struct{ to **time.Time }
	jsonText struct{ to any }
	number   struct{ to *int }

	nullID[T ~string] struct{ to **T }
)

func (u utcTime) Scan(value any) (err error) {
	switch v := value.(type) {
	case time.Time:
		*u.to = v.UTC()
	case string:
		*u.to, err = parseSQLiteTime(v)
	default:
		err = fmt.Errorf("%T is no time", value)
	}
	return err
}

func (n nullTime) Scan(value any) error {
	if value == nil {
		*n.to = nil
		return nil
	}
	at := new(time.Time)
	*n.to = at
	return utcTime{at}.Scan(value)
}

func (j jsonText) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), j.to)
	case []byte:
		return json.Unmarshal(v, j.to)
	}
	return fmt.Errorf("%T is no JSON", value)
}

func (n number) Scan(value any) error {
	v, isNumber := value.(int64)
	if !isNumber {
		return fmt.Errorf("%T is no number", value)
	}
	*n.to = int(v)
	return nil
}

func (n nullID[T]) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*n.to = nil
	case string:
		id := T(v)
		*n.to = &id
	default:
		return fmt.Errorf("%T is no id", value)
	}
	return nil
}
