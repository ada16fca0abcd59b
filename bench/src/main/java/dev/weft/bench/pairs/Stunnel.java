package dev.weft.bench.pairs;

import dev.weft.bench.lab.Certificates;
import dev.weft.bench.lab.Shell;
import java.nio.file.Path;
import java.util.List;

/** stunnel. It uses a thread for each connection; all threads share one core. */
record Stunnel() implements Peer {
    @Override
    public String name() {
        return "stunnel";
    }

    @Override
    public String version() {
        return Shell.run("stunnel -version")
                .lines()
                .filter(line -> line.startsWith("stunnel "))
                .map(line -> line.replaceFirst("^(stunnel \\S+).*", "$1"))
                .findFirst()
                .orElse("stunnel");
    }

    @Override
    public String clientSide(Hop hop, Certificates certificates) {
        return common("client", certificates) + """
            [out]
            client = yes
            accept = :::%d
            connect = %s:%d
            checkHost = server.bench
            """.formatted(hop.listenPort(), hop.toHost(), hop.toPort());
    }

    @Override
    public String serverSide(Hop hop, Certificates certificates) {
        return common("server", certificates) + """
            [in]
            accept = :::%d
            connect = %s:%d
            """.formatted(hop.listenPort(), hop.toHost(), hop.toPort());
    }

    private static String common(String side, Certificates certificates) {
        return """
            foreground = yes
            debug = err
            syslog = no
            pid =
            socket = l:TCP_NODELAY=1
            socket = r:TCP_NODELAY=1
            sslVersion = TLSv1.3
            ciphersuites = %s
            curves = %s
            options = NO_TICKET
            sessionResume = no
            cert = %s
            key = %s
            CAfile = %s
            verifyChain = yes
            """.formatted(CIPHER, GROUP, certificates.chain(side), certificates.key(side), certificates.anchor());
    }

    @Override
    public List<String> command(Path configuration) {
        return List.of("stunnel", configuration.toString());
    }
}
