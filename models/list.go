package models

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
)

const (
	maxPage = 100 // items of one page
	// cappedAt is where counting stops for filters that no counter is kept for.
	cappedAt = 1000
)

// Page says which part of a list is wanted: the first, that after or before a position, or the one with a number.
type Page struct {
	Limit  int       // 1 to 100; 0 means 10
	Number int       // from 1; 0 means by position
	At     *Position // nil means from the beginning
}

// limit is bounded here too, whatever a caller forgets: gorm takes a negative one for none.
func (p Page) limit() int {
	if p.Limit < 1 {
		return 10
	}
	return min(p.Limit, maxPage)
}

// offset is how many items stand before a numbered page.
func (p Page) offset() int {
	if p.Number < 2 {
		return 0
	}
	return min(p.Number-1, math.MaxInt32) * p.limit()
}

// Position is a place in a list: just after, or just before, the item whose sort key and id these are. A list goes on from there
// however many items came or went in the meantime.
type Position struct {
	First  bool   // of the expression that stands before the column, where there is one
	Key    string // of the column that the list is sorted by; times in RFC 3339
	ID     string
	Before bool
}

// List is one page of items.
type List[T any] struct {
	Items      []T
	Total      int64 // of the whole list
	Capped     bool  // Total stopped at 1,000: there are more
	Next, Prev *Position
}

// conditions are parts of a WHERE that all have to hold. The SQL is always a constant of this package; what was asked is an argument.
type conditions []condition

type condition struct {
	sql  string
	args []any
}

func (c *conditions) add(sql string, args ...any) { *c = append(*c, condition{sql, args}) }

// equal compares a column of ours with what was asked; an empty value asks nothing.
func (c *conditions) equal(column, value string) {
	if value != "" {
		c.add(column+" = ?", value)
	}
}

// is compares a column with one of a few known values, each written out as SQL; an empty value asks nothing, an unknown one finds nothing.
// Written out, because of a partial index on the column: as an argument, SQLite would plan the query anew each time (a third of its time).
func (c *conditions) is(sql map[string]string, value string) {
	if sql[value] != "" {
		c.add(sql[value])
	} else if value != "" {
		c.add("FALSE")
	}
}

// chain begins a question with the conditions.
func chain[T any](db *gorm.DB, c conditions) rows[T] {
	query := table[T](db)
	for _, one := range c {
		query = query.Where(one.sql, one.args...)
	}
	return query
}

// keyKind is how a sort key is written in a [Position].
type keyKind int

const (
	numberKey keyKind = iota
	timeKey
	textKey
)

// sortSpec is an order that an index serves. id breaks ties, unless the column has none.
type sortSpec struct {
	first      string // an expression that is true or false and sorts before the column, in the same direction
	column     string
	kind       keyKind
	descending bool
	unique     bool   // the column alone decides the order
	tie        string // the column that breaks ties; empty: id
}

// tieColumn is the column that breaks ties.
func (s sortSpec) tieColumn() string {
	if s.tie == "" {
		return "id"
	}
	return s.tie
}

// sortKey is where a row stands in an order.
type sortKey struct {
	first bool
	key   any
	id    string
}

// listing is one query for a page of rows.
type listing[T any] struct {
	table   string // along which it is read; empty: that of T
	columns string
	scan    func(*T) []any // where the columns go; nil leaves that to gorm
	where   conditions
	sort    sortSpec
	page    Page
	total   int64 // of the whole list, if it is known for sure: then a page far in is looked for from the nearer end
}

// fromEnd reports whether a numbered page is nearer to the end of the list. Then offset is how many rows stand behind it, and limit how many are on it.
func (l listing[T]) fromEnd() (offset, limit int, nearer bool) {
	before := l.page.offset()
	if int64(before) <= l.total/2 || l.page.At != nil {
		return before, l.page.limit() + 1, false
	}
	limit = max(0, min(l.page.limit(), int(l.total)-before))
	return max(0, int(l.total)-before-limit), limit, true
}

// listRows reads one page. key says where a row stands.
func listRows[T any](ctx context.Context, db *gorm.DB, l listing[T], key func(T) sortKey) (List[T], error) {
	backward := l.page.At != nil && l.page.At.Before
	where := l.where
	if l.page.At != nil {
		after, err := l.sort.beyond(*l.page.At)
		if err != nil {
			return List[T]{}, err
		}
		where = append(slices.Clone(where), after)
		if l.sort.settled(*l.page.At) {
			l.sort.first = ""
		}
	}
	offset, wantedRows, fromEnd := l.fromEnd()
	order := " ASC"
	if l.sort.descending != (backward || fromEnd) {
		order = " DESC"
	}
	by := l.sort.column + order
	if l.sort.first != "" {
		by = l.sort.first + order + ", " + by
	}
	if !l.sort.unique {
		by += ", " + l.sort.tieColumn() + order
	}
	limit := l.page.limit()
	if fromEnd && wantedRows == 0 {
		return List[T]{}, nil
	}
	wanted := chain[T](db, where).From(l.table).Select(l.columns).Order(by).Limit(wantedRows).Offset(offset)
	var items []T
	var err error
	if l.scan != nil {
		items, err = wanted.ScanInto(ctx, limit+1, l.scan)
	} else {
		items, err = wanted.Find(ctx)
	}
	if err != nil {
		return List[T]{}, err
	}
	more := len(items) > limit || fromEnd && offset > 0
	items = items[:min(limit, len(items))]
	if backward || fromEnd {
		slices.Reverse(items)
	}
	list := List[T]{Items: items}
	if len(items) == 0 {
		return list, nil
	}
	if more || backward {
		list.Next = key(items[len(items)-1]).position()
	}
	if backward && more || !backward && (l.page.At != nil || l.page.Number > 1) {
		list.Prev = key(items[0]).position()
		list.Prev.Before = true
	}
	return list, nil
}

// position writes down where a row stands.
func (k sortKey) position() *Position {
	text := fmt.Sprint(k.key)
	if at, isTime := k.key.(time.Time); isTime {
		text = at.UTC().Format(time.RFC3339Nano)
	}
	return &Position{First: k.first, Key: text, ID: k.id}
}

// settled reports whether all that is beyond a position is the same by the expression that comes first.
func (s sortSpec) settled(at Position) bool {
	return s.first != "" && at.First == (s.descending == at.Before)
}

// beyond selects the rows on the far side of a position.
func (s sortSpec) beyond(at Position) (condition, error) {
	var key any = at.Key
	var err error
	switch s.kind {
	case numberKey:
		key, err = strconv.ParseInt(at.Key, 10, 64)
	case timeKey:
		var when time.Time
		when, err = time.Parse(time.RFC3339Nano, at.Key)
		key = when.UTC()
	}
	if err != nil || !s.unique && !isID(at.ID) {
		return condition{}, Invalid{"cursor": "is not one that this list gave; start again without it"}
	}
	compare := " > "
	if s.descending != at.Before {
		compare = " < "
	}
	if s.settled(at) { // so said, an index on the expression finds it
		return condition{s.first + " = ? AND (" + s.column + ", " + s.tieColumn() + ")" + compare + "(?, ?)", []any{at.First, key, at.ID}}, nil
	}
	if s.unique {
		return condition{s.column + compare + "?", []any{key}}, nil
	}
	if s.first != "" {
		return condition{"(" + s.first + ", " + s.column + ", " + s.tieColumn() + ")" + compare + "(?, ?, ?)", []any{at.First, key, at.ID}}, nil
	}
	return condition{"(" + s.column + ", " + s.tieColumn() + ")" + compare + "(?, ?)", []any{key, at.ID}}, nil
}

// countCapped counts the rows of a table, but no further than [cappedAt].
func countCapped(ctx context.Context, db *gorm.DB, table string, where conditions) (int64, bool, error) {
	sql := "SELECT count(*) FROM (SELECT 1 FROM " + table + " WHERE 1 = 1"
	var args []any
	for _, one := range where {
		sql += " AND " + one.sql
		args = append(args, one.args...)
	}
	n, err := queryOne[int64](ctx, db, sql+" LIMIT "+strconv.Itoa(cappedAt+1)+") AS counted", args...)
	return min(n, cappedAt), n > cappedAt, err
}

// countedAmong is how many of the rows that an index finds are looked at to count those that something else holds for.
const countedAmong = 1500

// countAmong is [countCapped] of what an index leads to and that has to be looked at one by one: it looks at the first so many. What is capped is at least
// as many.
func countAmong(ctx context.Context, db *gorm.DB, table string, led, others conditions, most int) (int64, bool, error) {
	if len(others) == 0 {
		return countCapped(ctx, db, table, led)
	}
	var args []any
	first, rest := "SELECT * FROM "+table+" WHERE 1 = 1", ""
	for _, one := range led {
		first += " AND " + one.sql
		args = append(args, one.args...)
	}
	first += " LIMIT ?"
	looked, err := queryOne[int64](ctx, db, "SELECT count(*) FROM ("+first+") AS counted", append(slices.Clone(args), most+1)...)
	if err != nil {
		return 0, false, err
	}
	args = append(args, most)
	for _, one := range others {
		rest += " AND " + one.sql
		args = append(args, one.args...)
	}
	n, err := queryOne[int64](ctx, db, "SELECT count(*) FROM (SELECT 1 FROM ("+first+") AS "+table+" WHERE 1 = 1"+rest+" LIMIT ?) AS counted", append(args, cappedAt+1)...)
	return min(n, cappedAt), n > cappedAt || looked > int64(most), err
}

// isWhole reports whether a page holds all that there is.
func (l List[T]) isWhole(page Page) bool {
	return l.Next == nil && l.Prev == nil && page.At == nil && page.Number < 2
}
