package sandbox_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The tests of this file look at the page in a real browser.

// patience is how long something on a page may take to become true.
const patience = 20 * time.Second

// browser is a Chromium with one page.
type browser struct {
	ctx context.Context

	mu       sync.Mutex
	trouble  []string // what the console and the page's script complained of
	requests []string // where the page asked for something
}

// browse starts a Chromium for one test, which is skipped where there is none.
func browse(t *testing.T, options ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("BOTRELAY_TEST_STRICT") != "" {
			t.Fatal("there is no chromium")
		}
		t.Skip("chromium is not installed: the page cannot be looked at")
	}
	options = append([]chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.WindowSize(1600, 1000), chromedp.WSURLReadTimeout(time.Minute)}, options...)
	options = append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), options...)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	command(t, b, network.Enable, network.EnableParams{})
	command(t, b, runtime.Enable, cdp.Empty{})
	command(t, b, log.Enable, cdp.Empty{})
	return b
}

// command sends one of the browser's protocol.
func command[P, R any](t *testing.T, b *browser, c cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, c, params); err != nil {
		t.Fatal(err)
	}
}

// hear notes what the page complains of and asks for.
func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.trouble = append(b.trouble, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.trouble = append(b.trouble, fmt.Sprintf("console.%s", e.Type))
	case *log.EventEntryAdded:
		b.trouble = append(b.trouble, e.Entry.Text+" "+e.Entry.URL)
	case *page.EventJavascriptDialogOpening:
		b.trouble = append(b.trouble, "a dialog: "+e.Message)
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval returns what an expression is on the page.
func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to become true on the page, which may load
// itself anew meanwhile.
func (b *browser) until(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waiting for %s: %v\n%s", expression, err, eval[string](t, b, "document.body.innerText"))
		}
	}
}

// open goes to an address and waits for the page to be live.
func (b *browser) open(t *testing.T, address string) {
	t.Helper()
	b.run(t, chromedp.Navigate(address))
	b.until(t, `document.getElementById("state")?.textContent === "live"`)
}

// calm fails the test if the page complained, or asked anything of another
// host than the one it came from.
func (b *browser) calm(t *testing.T, address string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.trouble {
		t.Errorf("the page complains: %s", trouble)
	}
	for _, asked := range b.requests {
		if !strings.HasPrefix(asked, address+"/") {
			t.Errorf("the page asks for %s", asked)
		}
	}
}

// fits fails the test if the page is wider than the window.
func (b *browser) fits(t *testing.T) {
	t.Helper()
	if wide := eval[[]string](t, b, `[document.documentElement, ...document.querySelectorAll(".scroll, .message, .bubble, .said, .embed")]
		.filter((e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1)
		.map((e) => e.tagName + "." + e.className + " " + e.scrollWidth + ">" + e.clientWidth)`); len(wide) > 0 {
		t.Errorf("too wide: %q", wide)
	}
}
