// Looks names up with Go's own resolver, as a static program has it, and with nothing from the hosts file.
//
//	lookup NAME...
//
// Prints, for each name, its addresses or why there are none, and whether that took less than a second.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"sort"
	"strings"
	"time"
)

func main() {
	asked := 0
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		asked++
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	for _, name := range os.Args[1:] {
		asked = 0
		begin := time.Now()
		addresses, err := resolver.LookupHost(context.Background(), name)
		said := strings.Join(addresses, " ")
		sort.Strings(addresses)
		if err != nil {
			said = "nothing"
			if dns, ok := err.(*net.DNSError); !ok || !dns.IsNotFound {
				said = err.Error()
			}
		}
		pace := "soon"
		if time.Since(begin) > time.Second {
			pace = "late"
		}
		fmt.Println(name, said, pace, "questions:", asked > 0)
	}
}
