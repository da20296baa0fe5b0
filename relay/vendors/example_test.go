package vendors_test

import (
	"errors"
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

func ExampleVendor_Verify() {
	v, _ := vendors.Lookup("newoaks")
	secret := relay.NewSecret("the sign key that NewOaks shows")
	now := time.Date(2026, 2, 25, 6, 13, 20, 0, time.UTC)
	body := []byte(`{"Type":"Lead","Name":"Ada"}`)
	header := v.Sign(body, secret, now)

	verified, err := v.Verify(header, body, []relay.Secret{secret}, vendors.Options{}, now.Add(time.Minute))
	fmt.Println(string(verified), err)
	fmt.Println(v.Decode(header, verified).Contact.Name)

	_, err = v.Verify(header, body, []relay.Secret{secret}, vendors.Options{}, now.Add(time.Hour))
	fmt.Println(errors.Is(err, vendors.ErrStale))
	// Output:
	// {"Type":"Lead","Name":"Ada"} <nil>
	// Ada
	// true
}
