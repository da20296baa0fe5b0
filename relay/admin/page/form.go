package page

import (
	"errors"
	"fmt"
	"net/http"
)

// ReadForm reads the form that a request sends, which has at most so many bytes, and what
// its address asks for. The error is an Error.
func ReadForm(r *http.Request, most int64) error {
	r.Body = http.MaxBytesReader(nil, r.Body, most)
	err := r.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return &Error{http.StatusRequestEntityTooLarge, fmt.Sprintf("What was sent is larger than %s, which nothing that makes sense here is.", size(most))}
	}
	if err != nil {
		return &Error{http.StatusBadRequest, fmt.Sprintf("The form cannot be read: %v. It is sent as curl -d does, and a browser.", err)}
	}
	return nil
}

// size tells a number of bytes that is a whole number of KiB.
func size(bytes int64) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d KiB", bytes>>10)
}
