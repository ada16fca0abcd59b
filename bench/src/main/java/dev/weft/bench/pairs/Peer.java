package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import java.nio.file.Path;
import java.util.List;

/** A program that Weft is compared with: how it is configured as either proxy of a pair. */
public interface Peer {
    /** The one cipher and the one group that every pair uses: what BoringSSL and OpenSSL 3.5 agree on with Weft's sidecars. */
    String CIPHER = "TLS_AES_128_GCM_SHA256";

    /** See {@link #CIPHER}. */
    String GROUP = "X25519MLKEM768";

    /** What it is called in tables. */
    String name();

    /** Program and version. */
    String version();

    /** Configuration of the proxy beside the client: TCP in, TLS out. */
    String clientSide(Hop hop, Certificates certificates);

    /** Configuration of the proxy beside the server: TLS in, TCP out. */
    String serverSide(Hop hop, Certificates certificates);

    /** Whether it carries HTTP/2, from the client to the server, on a port of its own. */
    default boolean carriesHttp2() {
        return false;
    }

    /** What its configuration beside the client has besides for HTTP/2: without TLS in, TLS out. */
    default String http2ClientSide(Hop hop, Certificates certificates) {
        return "";
    }

    /** What its configuration beside the server has besides for HTTP/2: TLS in, without TLS out. */
    default String http2ServerSide(Hop hop, Certificates certificates) {
        return "";
    }

    /** The arguments that run it in the foreground with a configuration. */
    List<String> command(Path configuration);

    /**
     * What a proxy takes in and where it goes.
     *
     * @param listenPort on all addresses of its namespace
     * @param toHost address to connect to
     * @param toPort port to connect to
     */
    record Hop(int listenPort, String toHost, int toPort) {}
}
