// Package browsertest looks at pages in a real Chromium, for tests. Where there is
// none they are skipped, unless BOTRELAY_TEST_STRICT is set.
package browsertest

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

// Patience is how long something on a page may take to become true.
const Patience = 20 * time.Second

// Browser is a Chromium with one page.
type Browser struct {
	ctx context.Context

	mu       sync.Mutex
	trouble  []string // what the console and the page's script complained of
	requests []string // where the page asked for something
}

// New starts a Chromium for one test, which is skipped where there is none.
func New(t *testing.T, options ...chromedp.ExecAllocatorOption) *Browser {
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
	b := &Browser{ctx: ctx}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	Command(t, b, network.Enable, network.EnableParams{})
	Command(t, b, runtime.Enable, cdp.Empty{})
	Command(t, b, log.Enable, cdp.Empty{})
	return b
}

// Command sends one of the browser's protocol.
func Command[P, R any](t *testing.T, b *Browser, c cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, c, params); err != nil {
		t.Fatal(err)
	}
}

// hear notes what the page complains of and asks for.
func (b *Browser) hear(event any) {
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

// Run does what actions say, one after the other; an error fails the test.
func (b *Browser) Run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// Eval returns what an expression is on the page.
func Eval[T any](t *testing.T, b *Browser, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// Until waits for an expression to become true on the page, which may load
// itself anew meanwhile.
func (b *Browser) Until(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, Patience)
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
			t.Fatalf("waiting for %s: %v\n%s", expression, err, Eval[string](t, b, "document.body.innerText"))
		}
	}
}

// Open goes to an address and waits for the page to be live.
func (b *Browser) Open(t *testing.T, address string) {
	t.Helper()
	b.Run(t, chromedp.Navigate(address))
	b.Until(t, `document.getElementById("state")?.textContent === "live"`)
}

// Calm fails the test if the page complained, or asked anything of another
// host than the one it came from.
func (b *Browser) Calm(t *testing.T, address string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.trouble {
		t.Errorf("the page complains: %s", trouble)
	}
	for _, asked := range b.requests {
		if !strings.HasPrefix(asked, address+"/") && !strings.HasPrefix(asked, "data:") { // which asks nobody: a browser draws its own controls so
			t.Errorf("the page asks for %s", asked)
		}
	}
}

// Fits fails the test if the page, or one of the elements that a selector finds, is
// wider than the window or than itself.
func (b *Browser) Fits(t *testing.T, selector string) {
	t.Helper()
	if wide := Eval[[]string](t, b, fmt.Sprintf(`[document.documentElement, ...document.querySelectorAll(%q)]
		.filter((e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1)
		.map((e) => e.tagName + "." + e.className + " " + e.scrollWidth + ">" + e.clientWidth)`, selector)); len(wide) > 0 {
		t.Errorf("too wide: %q", wide)
	}
}
