package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Shell;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy with one thread.
 *
 * @param mode whether it relays bytes or HTTP requests
 * @param bufferBytes {@code tune.bufsize}; HAProxy's default is 16384
 */
record Haproxy(String name, Mode mode, int bufferBytes) implements Peer {
    static final int DEFAULT_BUFFER_BYTES = 16_384;

    /** How it treats the traffic. */
    enum Mode {
        /** Relays bytes. */
        TCP("tcp"),
        /** Parses requests, and shares connections to the other side. */
        HTTP("http");

        private final String word;

        Mode(String word) {
            this.word = word;
        }
    }

    @Override
    public String version() {
        String first = Shell.run("haproxy -v").lines().findFirst().orElse("");
        return first.replaceFirst("HAProxy version (\\S+).*", "HAProxy $1") + ", mode " + mode.word;
    }

    @Override
    public String clientSide(Hop hop, Certificates certificates) {
        return common() + """
            listen out
              bind :%d
              server other %s
            """.formatted(hop.listenPort(), toOther(hop, certificates));
    }

    private static String toOther(Hop hop, Certificates certificates) {
        return "%s:%d ssl crt %s ca-file %s verify required verifyhost server.bench sni str(server.bench) no-ssl-reuse"
                .formatted(hop.toHost(), hop.toPort(), certificates.chainAndKey("client"), certificates.anchor());
    }

    @Override
    public String serverSide(Hop hop, Certificates certificates) {
        return common() + """
            listen in
              bind %s
              server nginx %s:%d
            """.formatted(fromOther(hop, certificates), hop.toHost(), hop.toPort());
    }

    private static String fromOther(Hop hop, Certificates certificates) {
        return ":%d ssl crt %s ca-file %s verify required no-tls-tickets"
                .formatted(hop.listenPort(), certificates.chainAndKey("server"), certificates.anchor());
    }

    @Override
    public boolean carriesHttp2() {
        return mode == Mode.HTTP;
    }

    @Override
    public String http2ClientSide(Hop hop, Certificates certificates) {
        return carriesHttp2() ? """
            listen out2
              bind :%d proto h2
              http-reuse always
              server other %s alpn h2
            """.formatted(hop.listenPort(), toOther(hop, certificates)) : "";
    }

    @Override
    public String http2ServerSide(Hop hop, Certificates certificates) {
        return carriesHttp2() ? """
            listen in2
              bind %s alpn h2
              http-reuse always
              server nghttpd %s:%d proto h2
            """.formatted(fromOther(hop, certificates), hop.toHost(), hop.toPort()) : "";
    }

    private String common() {
        return """
            global
              nbthread 1
              maxconn 8000
              tune.bufsize %d
              tune.ssl.cachesize 0
              ssl-default-bind-options ssl-min-ver TLSv1.3
              ssl-default-bind-ciphersuites %2$s
              ssl-default-bind-curves %3$s
              ssl-default-server-options ssl-min-ver TLSv1.3
              ssl-default-server-ciphersuites %2$s
              ssl-default-server-curves %3$s
            defaults
              mode %4$s
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            """.formatted(bufferBytes, CIPHER, GROUP, mode.word);
    }

    @Override
    public List<String> command(Path configuration) {
        return List.of("haproxy", "-db", "-f", configuration.toString());
    }
}
