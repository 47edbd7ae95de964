package models

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm/schema"
)

// utcSerializer stores times as UTC with microseconds on both databases. STRICT tables of SQLite know no time type, so its driver
// gives text; Postgres gives times. It serves time.Time and *time.Time.
type utcSerializer struct{}

// sqliteTime is how the SQLite driver writes times (`_time_format=sqlite`): in UTC it sorts as text.
const sqliteTime = "2006-01-02 15:04:05.999999999-07:00"

func (utcSerializer) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, value any) error {
	var at time.Time
	switch v := value.(type) {
	case nil:
		return field.Set(ctx, dst, nil)
	case time.Time:
		at = v.UTC()
	case string:
		parsed, err := time.Parse(sqliteTime, v)
		if err != nil {
			return fmt.Errorf("column %s holds no time: %w", field.DBName, err)
		}
		at = parsed.UTC()
	default:
		return fmt.Errorf("column %s holds a %T, not a time", field.DBName, value)
	}
	if field.FieldType.Kind() == reflect.Pointer {
		field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(&at))
	} else {
		field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(at))
	}
	return nil
}

func (utcSerializer) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	switch v := value.(type) {
	case time.Time:
		return v.UTC().Truncate(time.Microsecond), nil
	case *time.Time:
		if v == nil {
			return nil, nil
		}
		return v.UTC().Truncate(time.Microsecond), nil
	}
	return nil, fmt.Errorf("field %s is a %T, not a time", field.Name, value)
}
