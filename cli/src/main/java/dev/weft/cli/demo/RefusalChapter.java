package dev.weft.cli.demo;

import java.io.IOException;
import java.util.Optional;

/** Chapter: the sidecar refuses a caller without an identity, and a caller that no policy allows. */
record RefusalChapter(Scene scene, Teller teller) {

    private static final String TUNNEL_PORT = "15008";
    private static final String PLAINTEXT_REFUSED = "WEFT-D013";
    private static final String POLICY_CODES = "WEFT-P";

    void tell() throws IOException, InterruptedException {
        teller.chapter("An intruder on the same link, without an identity");
        plaintext();
        withoutCertificate();
        teller.chapter("A caller with an identity that no policy allows");
        byPolicy();
    }

    private void plaintext() throws IOException, InterruptedException {
        Sessions sessions = Sessions.from(scene.mesh(), Scene.SERVER);
        Scene.Outcome curl = scene.curl(Scene.INTRUDER, "http://api.shop/hello.txt");
        Optional<Sessions.Line> line = sessions.await(each -> PLAINTEXT_REFUSED.equals(each.code()));
        teller.check(
                curl.exit() != 0 && curl.out().isEmpty() && line.isPresent(),
                teller.name(Scene.INTRUDER) + " → " + teller.name(Scene.SERVER)
                        + " in plaintext: closed (curl ended with " + curl.exit() + ")");
        line.ifPresent(each -> teller.detail(Scene.SERVER + "'s sidecar: " + reason(each)));
    }

    private void withoutCertificate() throws IOException, InterruptedException {
        String address = scene.addresses(Scene.SERVER).getFirst() + ":" + TUNNEL_PORT;
        Scene.Outcome openssl = scene.run(
                Scene.INTRUDER, "openssl", "s_client", "-connect", address, "-alpn", "h2", "-tls1_3", "-ign_eof");
        Optional<String> alert = (openssl.err() + openssl.out())
                .lines()
                .filter(line -> line.contains("alert"))
                .findFirst();
        teller.check(
                openssl.exit() > 0 && alert.isPresent(),
                teller.name(Scene.INTRUDER) + " → sidecar's port " + TUNNEL_PORT
                        + ", TLS without a certificate: closed");
        alert.ifPresent(line -> teller.detail("openssl: " + shortened(line)));
    }

    private void byPolicy() throws IOException, InterruptedException {
        Sessions sessions = Sessions.from(scene.mesh(), Scene.BATCH);
        Scene.Outcome curl = scene.curl(Scene.BATCH, "http://api.shop/hello.txt");
        Optional<Sessions.Line> line =
                sessions.await(each -> each.code() != null && each.code().startsWith(POLICY_CODES));
        teller.check(
                curl.exit() != 0 && curl.out().isEmpty() && line.isPresent(),
                teller.name(Scene.BATCH) + " → " + teller.name(Scene.SERVER) + ": closed (curl ended with "
                        + curl.exit() + ")");
        line.ifPresent(each -> teller.detail("its own sidecar says why: " + reason(each)));
    }

    private static String reason(Sessions.Line line) {
        return line.reason() + " (" + line.code() + ")";
    }

    /** Returns the part of OpenSSL's line that names the alert, without thread and source file. */
    private static String shortened(String line) {
        String[] parts = line.split(":", -1);
        for (String part : parts) {
            if (part.contains("alert")) {
                return part;
            }
        }
        return line;
    }
}
