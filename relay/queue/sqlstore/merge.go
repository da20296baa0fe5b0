package sqlstore

import (
	"context"
	"slices"

	"botrelay/relay/search/segment"
)

// merge is a segment that is made of others.
type merge struct {
	id       int64
	pages    int // written
	children []segmentRow
	merger   *segment.Merger
	ctx      context.Context //nolint:containedctx // that of the step under way: its reads are within merger
	indexed  int64
}

// due returns segments that are to become one, or nil: those of a level whose places are
// all indexed.
func due(all []segmentRow, indexed int64) (children []segmentRow) {
	for level := range topLevel {
		bits := leafBits + fanBits*(level+1)
		groups := make(map[int64][]segmentRow)
		for _, r := range all {
			if r.state == liveSegment && r.level == level {
				groups[r.first>>bits] = append(groups[r.first>>bits], r)
			}
		}
		for at, group := range groups {
			pages := 0
			for _, r := range group {
				pages += r.pages
			}
			if (at+1)<<bits-1 <= indexed && pages <= maxPages && (children == nil || group[0].first < children[0].first) {
				children = group
			}
		}
		if children != nil {
			return children
		}
	}
	return nil
}

// mergeBegin begins to make one segment of others.
func (s *Store) mergeBegin(ctx context.Context, children []segmentRow) error {
	p, err := s.progress(ctx)
	if err != nil {
		return err
	}
	m := &merge{children: children, indexed: p.indexed}
	level, first := children[0].level+1, children[0].first
	putFrom, putTo := children[0].putFrom, children[0].putTo
	for _, c := range children {
		putFrom, putTo = min(putFrom, c.putFrom), max(putTo, c.putTo)
	}
	err = s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) error {
		id, err := s.take(ctx, tx, now, m.indexed, m.indexed, 1)
		if err != nil {
			return err
		}
		m.id = id
		_, err = tx.ExecContext(ctx, s.indexes.segment, id, level, first, children[len(children)-1].last, putFrom, putTo, 0, makingSegment)
		return err
	}})
	if err != nil {
		return err
	}
	var parts []*segment.Part
	for _, c := range children {
		parts = append(parts, &segment.Part{Offset: uint16(c.first - first), Next: s.pagesOf(m, c)}) //nolint:gosec // it is below 65536
	}
	m.merger = segment.Merge(parts)
	s.indexer.merge = m
	return nil
}

// pagesOf returns what reads the pages of a segment, one after the other.
func (s *Store) pagesOf(m *merge, of segmentRow) func() ([]byte, error) {
	const some = 8
	var read [][]byte
	next := 0
	return func() ([]byte, error) {
		if len(read) == 0 && next < of.pages {
			var err error
			to := min(next+some, of.pages)
			read, err = column[[]byte](s.db.Read().QueryContext(m.ctx, s.indexes.pagesOf, pageID(of.id, next), pageID(of.id, to-1)))
			if err != nil {
				return nil, err
			}
			if len(read) != to-next { // somebody has taken them away
				return nil, errOthers
			}
			next = to
		}
		if len(read) == 0 {
			return nil, nil
		}
		page := read[0]
		read = read[1:]
		return page, nil
	}
}

// mergeOn writes some pages of the new segment; after the last it takes the place of the
// others.
func (s *Store) mergeOn(ctx context.Context) error {
	m := s.indexer.merge
	m.ctx = ctx
	pages, err := m.merger.Pages(mergeStep)
	if err != nil {
		return err
	}
	children := make([]int64, len(m.children))
	for i, c := range m.children {
		children[i] = c.id
	}
	slices.Sort(children)
	err = s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) error {
		if _, err := s.take(ctx, tx, now, m.indexed, m.indexed, 0); err != nil {
			return err
		}
		if len(pages) > 0 {
			return s.writePages(ctx, tx, m.id, m.pages, pages)
		}
		for _, change := range []struct {
			text  string
			args  []any
			wants int64
		}{
			{s.indexes.live, []any{m.pages, m.id}, 1},
			{s.indexes.gone, []any{now, jsonOf(children)}, int64(len(children))},
		} {
			n, err := affected(tx.ExecContext(ctx, change.text, change.args...))
			if err != nil {
				return err
			}
			if n != change.wants {
				return errOthers
			}
		}
		return nil
	}})
	if m.pages += len(pages); err == nil && len(pages) == 0 {
		s.indexer.merge = nil
	}
	return err
}
