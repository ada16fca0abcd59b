package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Shell;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy in TCP mode, one thread.
 *
 * @param bufferBytes {@code tune.bufsize}; 16384 is HAProxy's own default
 */
record Haproxy(String name, int bufferBytes) implements Peer {
    static final int DEFAULT_BUFFER_BYTES = 16_384;

    @Override
    public String version() {
        String first = Shell.run("haproxy -v").lines().findFirst().orElse("");
        return first.replaceFirst("HAProxy version (\\S+).*", "HAProxy $1");
    }

    @Override
    public String clientSide(Hop hop, Certificates certificates) {
        return common()
                + """
                listen out
                  bind :%d
                  server other %s:%d ssl crt %s ca-file %s verify required verifyhost server.bench sni str(server.bench) no-ssl-reuse
                """.formatted(
                                hop.listenPort(),
                                hop.toHost(),
                                hop.toPort(),
                                certificates.chainAndKey("client"),
                                certificates.anchor());
    }

    @Override
    public String serverSide(Hop hop, Certificates certificates) {
        return common()
                + """
                listen in
                  bind :%d ssl crt %s ca-file %s verify required no-tls-tickets
                  server nginx %s:%d
                """.formatted(
                                hop.listenPort(),
                                certificates.chainAndKey("server"),
                                certificates.anchor(),
                                hop.toHost(),
                                hop.toPort());
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
                  mode tcp
                  timeout connect 5s
                  timeout client 1h
                  timeout server 1h
                """.formatted(bufferBytes, CIPHER, GROUP);
    }

    @Override
    public List<String> command(Path configuration) {
        return List.of("haproxy", "-db", "-f", configuration.toString());
    }
}
