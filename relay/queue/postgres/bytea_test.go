package postgres

import (
	"bytes"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Bytes are read in both of the forms that a server writes.
func TestBytea(t *testing.T) {
	var all []byte
	for b := range 256 {
		all = append(all, byte(b))
	}
	conn, err := pgx.Connect(t.Context(), server.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for _, form := range []string{"hex", "escape"} {
		for _, want := range [][]byte{all, {}, []byte(`\`), []byte(`\\x`), []byte(`a\000`)} {
			var text string
			if _, err := conn.Exec(t.Context(), `SET bytea_output = `+form); err != nil {
				t.Fatal(err)
			}
			if err := conn.QueryRow(t.Context(), `SELECT $1::bytea::text`, want).Scan(&text); err != nil {
				t.Fatal(err)
			}
			if got, err := byteaOf([]byte(text)); err != nil || got == nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %q is %q, %v; want %q", form, text, got, err, want)
			}
		}
	}
	if got, err := byteaOf(nil); got != nil || err != nil {
		t.Errorf("NULL is %q, %v", got, err)
	}
	for _, bad := range []string{`\x1`, `\xzz`, `\`, `a\`, `\1`, `\12`, `\189`, `\400`, `\a00`} {
		if got, err := byteaOf([]byte(bad)); err == nil {
			t.Errorf("%q is %q; want an error", bad, got)
		}
	}
}
