// Package replay delivers events again: what was given up on, what no route took,
// what waits for a sink that is gone, or one event because somebody wants it. A Plan
// decides what is owed once more, Select finds the events for it, and a Run owes it in
// steps that a running relay hardly notices. What people are told of all that is left
// to others.
package replay
