package relay

import (
	"bytes"
	"encoding/json"
	"math"
)

// Values returns the vendor's JSON as maps, lists and values, for whoever looks
// a field up by its name: an empty map if there is none. What is null in an
// object is left out, since vendors write either. Whole numbers are int64,
// others float64, and those that are too large for both are their digits. The
// result is the caller's own.
func (e Event) Values() any {
	d := json.NewDecoder(bytes.NewReader(e.Payload))
	d.UseNumber()
	var payload any
	if err := d.Decode(&payload); err != nil || payload == nil {
		return map[string]any{}
	}
	return plainJSON(payload)
}

func plainJSON(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			if item == nil {
				delete(value, key)
				continue
			}
			value[key] = plainJSON(item)
		}
	case []any:
		for i, item := range value {
			value[i] = plainJSON(item)
		}
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return n
		}
		if x, err := value.Float64(); err == nil && math.Abs(x) < 1<<53 {
			return x
		}
		return value.String()
	}
	return value
}
