// Two applications on the public Go SPIFFE library, in one program: a server and a client that speak mutual TLS of
// their own, and show each other a JWT-SVID. They find the Workload API by their environment and know nothing of Weft.
//
//	spiffe-pair serve ADDRESS CLIENT-ID
//	spiffe-pair call ADDRESS SERVER-ID
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

const (
	audience     = "pair"
	betweenCalls = 500 * time.Millisecond
)

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("arguments: %d (expected: serve|call ADDRESS PEER-ID)", len(os.Args)-1))
	}
	ctx := context.Background()
	peer := spiffeid.RequireFromString(os.Args[3])
	certificates, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		fail(err)
	}
	tokens, err := workloadapi.NewJWTSource(ctx)
	if err != nil {
		fail(err)
	}
	go showCertificates(certificates)
	switch os.Args[1] {
	case "serve":
		serve(ctx, os.Args[2], peer, certificates, tokens)
	case "call":
		for {
			call(ctx, os.Args[2], peer, certificates, tokens)
			time.Sleep(betweenCalls)
		}
	default:
		fail(fmt.Errorf("mode: %q (expected: serve or call)", os.Args[1]))
	}
}

// showCertificates prints the certificate of the source, and each that follows it.
func showCertificates(source *workloadapi.X509Source) {
	for {
		svid, err := source.GetX509SVID()
		if err != nil {
			fail(err)
		}
		fmt.Println("certificate", svid.ID, svid.Certificates[0].SerialNumber.Text(16))
		<-source.Updated()
	}
}

func serve(ctx context.Context, address string, client spiffeid.ID, certificates *workloadapi.X509Source, tokens *workloadapi.JWTSource) {
	listener, err := spiffetls.ListenWithMode(ctx, "tcp", address,
		spiffetls.MTLSServerWithSource(tlsconfig.AuthorizeID(client), certificates))
	if err != nil {
		fail(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			fail(err)
		}
		go answer(connection, tokens)
	}
}

// answer reads a token, a line, and says whose it is, and who the other end of the connection is.
func answer(connection net.Conn, tokens *workloadapi.JWTSource) {
	defer connection.Close()
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		fmt.Println("refused", err)
		return
	}
	token, err := jwtsvid.ParseAndValidate(line[:len(line)-1], tokens, []string{audience})
	if err != nil {
		fmt.Fprintln(connection, "token refused:", err)
		return
	}
	_, err = jwtsvid.ParseAndValidate(line[:len(line)-1], tokens, []string{"somebody else"})
	peer, _ := spiffetls.PeerIDFromConn(connection)
	fmt.Fprintln(connection, "peer", peer, "token", token.ID, "elsewhere", err != nil)
}

func call(ctx context.Context, address string, server spiffeid.ID, certificates *workloadapi.X509Source, tokens *workloadapi.JWTSource) {
	token, err := tokens.FetchJWTSVID(ctx, jwtsvid.Params{Audience: audience})
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	connection, err := spiffetls.DialWithMode(ctx, "tcp", address,
		spiffetls.MTLSClientWithSource(tlsconfig.AuthorizeID(server), certificates))
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	defer connection.Close()
	fmt.Fprintln(connection, token.Marshal())
	answer, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	fmt.Print("answered ", answer)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "spiffe-pair:", err)
	os.Exit(1)
}
