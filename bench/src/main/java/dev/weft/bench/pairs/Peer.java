package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import java.nio.file.Path;
import java.util.List;

/** A program that Weft is compared with, and its configuration as either proxy of a pair. */
public interface Peer {
    /**
     * The single cipher that every pair uses. BoringSSL and OpenSSL 3.5 negotiate it, with {@link #GROUP}, with Weft's
     * sidecars.
     */
    String CIPHER = "TLS_AES_128_GCM_SHA256";

    /** The single key exchange group that every pair uses. */
    String GROUP = "X25519MLKEM768";

    /** Its name in tables. */
    String name();

    /** Program and version. */
    String version();

    /** Returns the configuration of the proxy next to the client: TCP in, TLS out. */
    String clientSide(Hop hop, Certificates certificates);

    /** Returns the configuration of the proxy next to the server: TLS in, TCP out. */
    String serverSide(Hop hop, Certificates certificates);

    /** Whether it carries HTTP/2 from the client to the server, on a separate port. */
    default boolean carriesHttp2() {
        return false;
    }

    /** Returns the additional HTTP/2 configuration of the proxy next to the client: without TLS in, TLS out. */
    default String http2ClientSide(Hop hop, Certificates certificates) {
        return "";
    }

    /** Returns the additional HTTP/2 configuration of the proxy next to the server: TLS in, without TLS out. */
    default String http2ServerSide(Hop hop, Certificates certificates) {
        return "";
    }

    /** Returns the command line that runs it in the foreground with a configuration. */
    List<String> command(Path configuration);

    /**
     * The listening port of a proxy, and its destination.
     *
     * @param listenPort port on all addresses of its namespace
     * @param toHost address to connect to
     * @param toPort port to connect to
     */
    record Hop(int listenPort, String toHost, int toPort) {}
}
