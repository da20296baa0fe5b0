package watch

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestPlaces: every link on the way, and where it ends.
func TestPlaces(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	in := func(names ...string) string { return filepath.Join(append([]string{root}, names...)...) }
	must(t, os.MkdirAll(in("conf", "..2026"), 0o700))
	must(t, os.WriteFile(in("conf", "..2026", "routes.toml"), nil, 0o600))
	must(t, os.Symlink("..2026", in("conf", "..data")))
	must(t, os.Symlink(filepath.Join("..data", "routes.toml"), in("conf", "routes.toml")))
	must(t, os.Symlink(in("conf"), in("current")))
	must(t, os.Symlink("loop", in("loop")))
	must(t, os.Symlink(filepath.Join("..", "conf", "gone"), in("conf", "dangling")))
	for path, want := range map[string][]string{
		in("conf", "..2026", "routes.toml"): {in("conf", "..2026", "routes.toml")},
		in("conf", "routes.toml"):           {in("conf", "routes.toml"), in("conf", "..data"), in("conf", "..2026", "routes.toml")},
		in("current", "routes.toml"):        {in("current"), in("conf", "routes.toml"), in("conf", "..data"), in("conf", "..2026", "routes.toml")},
		in("conf", "nothing"):               {in("conf", "nothing")},
		in("nowhere", "routes.toml"):        {in("nowhere")},
		in("conf", "dangling"):              {in("conf", "dangling"), in("conf", "gone")},
	} {
		if got := places(path); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if got := places(in("loop")); !slices.Contains(got, in("loop")) {
		t.Errorf("a loop: %q", got)
	}
}

// looks runs a watch of files; each look at them is sent on the channel.
func looks(t *testing.T, asked chan os.Signal, files ...string) <-chan bool {
	seen := make(chan bool)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Run(ctx, Config{Asked: asked, Log: slog.New(slog.DiscardHandler), Look: func(asked bool) ([]string, time.Duration) {
			select {
			case seen <- asked:
			case <-ctx.Done():
			}
			return files, 0
		}})
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	<-seen // as it begins
	<-seen // what changed before it was watched
	return seen
}

// TestTold: a change is seen long before it is looked for anyway.
func TestTold(t *testing.T) {
	for name, change := range map[string]func(folder string) error{
		"written": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "routes.toml"), []byte("b"), 0o600)
		},
		"removed": func(folder string) error { return os.Remove(filepath.Join(folder, "routes.toml")) },
		"renamed": func(folder string) error {
			return os.Rename(filepath.Join(folder, "other"), filepath.Join(folder, "routes.toml"))
		},
		"made readable": func(folder string) error { return os.Chmod(filepath.Join(folder, "routes.toml"), 0o400) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			must(t, os.WriteFile(filepath.Join(folder, "routes.toml"), []byte("a"), 0o600))
			must(t, os.WriteFile(filepath.Join(folder, "other"), []byte("c"), 0o600))
			seen := looks(t, nil, filepath.Join(folder, "routes.toml"))
			began := time.Now()
			must(t, change(folder))
			if <-seen {
				t.Error("nobody asked")
			}
			if took := time.Since(began); took > poll/2 {
				t.Errorf("seen after %s", took)
			}
		})
	}
}

// TestStrangers: what else happens in the folder is no reason to look.
func TestStrangers(t *testing.T) {
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "routes.toml"), []byte("a"), 0o600))
	seen := looks(t, nil, filepath.Join(folder, "routes.toml"))
	began := time.Now()
	for range 100 {
		must(t, os.WriteFile(filepath.Join(folder, "botrelay.db-wal"), []byte("x"), 0o600))
	}
	<-seen
	if took := time.Since(began); took < poll/2 {
		t.Errorf("looked after %s", took)
	}
}

// TestAsked: who asks need not wait.
func TestAsked(t *testing.T) {
	asked := make(chan os.Signal, 1)
	seen := looks(t, asked, filepath.Join(t.TempDir(), "routes.toml"))
	asked <- os.Interrupt
	if !<-seen {
		t.Error("the look does not know that somebody asked")
	}
}

// TestFolderMoved: a folder that another takes the place of is seen, and then
// followed like the first.
func TestFolderMoved(t *testing.T) {
	root := t.TempDir()
	conf, fresh := filepath.Join(root, "conf"), filepath.Join(root, "fresh")
	for _, folder := range []string{conf, fresh} {
		must(t, os.Mkdir(folder, 0o700))
		must(t, os.WriteFile(filepath.Join(folder, "routes.toml"), []byte(folder), 0o600))
	}
	seen := looks(t, nil, filepath.Join(conf, "routes.toml"))
	must(t, os.Rename(conf, filepath.Join(root, "old")))
	must(t, os.Rename(fresh, conf))
	<-seen // at the latest when it is time anyway
	<-seen // once it is watched
	began := time.Now()
	must(t, os.WriteFile(filepath.Join(conf, "routes.toml"), []byte("b"), 0o600))
	<-seen
	if took := time.Since(began); took > poll/2 {
		t.Errorf("seen after %s", took)
	}
}
