package telegram

import (
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

func TestBudgets(t *testing.T) {
	second, minute := relay.Limit{Count: 1, Per: time.Second}, relay.Limit{Count: 20, Per: time.Minute}
	bot := relay.Budget{Key: "telegram bot 123456789", Scope: relay.ScopeToken, Limits: []relay.Limit{{Count: 30, Per: time.Second}}}
	platform := relay.Budget{Key: "telegram", Scope: relay.ScopePlatform}
	for chat, want := range map[string]relay.Budget{
		"-1001234567890": {Key: "telegram chat -1001234567890", Limits: []relay.Limit{second, minute}},
		"-05":            {Key: "telegram chat -5", Limits: []relay.Limit{second, minute}},
		"@SalesLeads":    {Key: "telegram chat @salesleads", Limits: []relay.Limit{second, minute}},
		"777":            {Key: "telegram chat 777", Limits: []relay.Limit{second}},
	} {
		sinktest.Budgets(t, chat, func(cfg transport.Config) (relay.Sink, error) {
			return Open(Options{Token: relay.NewSecret(botToken), ChatID: chat, TopicID: 42}, cfg)
		}, want, bot, platform)
	}
}
