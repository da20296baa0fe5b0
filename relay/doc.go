// Package relay holds the words that every stage shares: Event, Message, Post,
// Verdict, Secret and Sink. It does no I/O and starts no goroutine; how events
// are received, stored and sent is the business of the packages below it.
//
// Data goes one way: a vendor's request becomes an [Event], the rules make it
// owed to sinks, an Event is rendered as a [Message], and a [Sink] sends one or
// more Messages as a [Post] and answers with a [Verdict].
package relay
