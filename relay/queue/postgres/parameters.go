package postgres

import "github.com/jackc/pgx/v5/pgtype"

// parameters are those of a statement in PostgreSQL's binary form, which is half
// as long for a payload.
type parameters struct {
	types   *pgtype.Map
	values  [][]byte
	oids    []uint32
	formats []int16
}

func newParameters(types *pgtype.Map) *parameters { return &parameters{types: types} }

func (p *parameters) add(oid uint32, value any) error {
	encoded, err := p.types.Encode(oid, pgtype.BinaryFormatCode, value, []byte{})
	if err != nil {
		return err
	}
	p.values, p.oids, p.formats = append(p.values, encoded), append(p.oids, oid), append(p.formats, pgtype.BinaryFormatCode)
	return nil
}
