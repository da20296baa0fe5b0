package vendors_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"botrelay/relay/vendors"
)

// TestGuides: the README and the pages send people to the same places.
func TestGuides(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vendors.Builtin() {
		row := regexp.MustCompile("(?m)^\\| \\[.*`" + v.Name + "` \\|.*$").Find(readme)
		if text := strings.ReplaceAll(string(row), "*", ""); !strings.Contains(text, "| "+v.Guide.Place) {
			t.Errorf("%s: %q is not in %q", v.Name, v.Guide.Place, text)
		}
		for _, event := range v.Guide.Events {
			if !strings.Contains(string(row), "`"+event+"`") {
				t.Errorf("%s: the README does not tell of the event %s", v.Name, event)
			}
			if !slices.ContainsFunc(v.Sends.Kinds, func(pair [2]string) bool { return pair[0] == event }) {
				t.Errorf("%s: the event %s is not known", v.Name, event)
			}
		}
		if late := strings.Contains(string(row), "pending = true"); late != v.Guide.Late {
			t.Errorf("%s: pending first: %v", v.Name, v.Guide.Late)
		}
	}
}

func TestSteps(t *testing.T) {
	newoaks := lookup(t, "newoaks")
	acme, err := vendors.Describe("acme", vendors.Description{Signature: vendors.Scheme{Header: "S"}})
	if err != nil {
		t.Fatal(err)
	}
	for v, want := range map[*vendors.Vendor]string{
		lookup(t, "chatbase"): "In Chatbase, open the chatbot's Settings → Webhooks.\n" +
			"Add a webhook with this URL. Choose the event leads.submit.\n" +
			"It shows a secret for the webhook. Put it into sources.x.secret of routes.toml, best by a variable of the environment.",
		lookup(t, "chatdata"): "In Chat Data, open the chatbot's Settings → Webhooks.\n" +
			"Add an endpoint with this URL for each event; it takes three. Choose the events chat, lead-submission and live-chat-escalation.\n" +
			"The signing secret stands on the same page. Put it into sources.x.secret of routes.toml, best by a variable of the environment.",
		newoaks: "In NewOaks, open the workspace's Webhook tab.\n" +
			"Have the relay run with pending = true for this source, since NewOaks tries the URL when it is saved.\n" +
			"Give it this URL and save it.\n" +
			"The sign key appears once the URL is saved. Put it into sources.x.secret of routes.toml in place of pending, best by a variable of the environment.",
		acme: "In acme, open its settings for webhooks.\n" +
			"Add a webhook with this URL.\n" +
			"Take the secret that it signs with, or set one. Put it into sources.x.secret of routes.toml, best by a variable of the environment.",
	} {
		if got := strings.Join(v.Steps("sources.x.secret"), "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", v.Name, got, want)
		}
	}
}
