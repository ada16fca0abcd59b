package dev.weft.control.rotate;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.daemon.json.Json;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An operator who holds anchors with their keys, which no control plane sees. */
final class Operations {

    static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");

    private Operations() {}

    static TrustAnchor anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(30), Clock.systemUTC());
    }

    /** A state directory as {@code weft trust init} and {@code weft issuer install} would leave it. */
    static Path state(Path directory, TrustAnchor anchor) throws IOException {
        Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(10), Instant.now());
        PrivateFiles.createDirectory(directory);
        PrivateFiles.replace(directory.resolve("anchor.pem"), pem(anchor), PrivateFiles.PUBLIC);
        PrivateFiles.replace(
                directory.resolve("issuer.pem"), Pem.encodeCertificates(issuer.chain()), PrivateFiles.PUBLIC);
        PrivateFiles.replace(
                directory.resolve("issuer-key.pem"), Pem.encodePrivateKey(issuer.key()), PrivateFiles.PRIVATE);
        return directory;
    }

    /** Puts an issuer's files into a state directory by hand. */
    static void lay(Path state, Issuer issuer, String anchors) throws IOException {
        Files.writeString(state.resolve("anchor.pem"), anchors);
        Files.writeString(state.resolve("issuer.pem"), Pem.encodeCertificates(issuer.chain()));
        Files.writeString(state.resolve("issuer-key.pem"), Pem.encodePrivateKey(issuer.key()));
    }

    /** As a control plane leaves it that is killed after the first of an issuer's two files. */
    static void cutShort(Path state, Issuer issuer) throws IOException {
        PrivateFiles.replace(
                state.resolve("installing.json"),
                Json.write(Map.of(
                        "chain", Pem.encodeCertificates(issuer.chain()), "key", Pem.encodePrivateKey(issuer.key()))),
                PrivateFiles.PRIVATE);
        Files.writeString(state.resolve("issuer-key.pem"), Pem.encodePrivateKey(issuer.key()));
    }

    /** Whether a key of an issuer waits to be signed. */
    static boolean waits(Path state) {
        String[] files = state.resolve("pending").toFile().list();
        return files != null && files.length > 0;
    }

    static String pem(TrustAnchor anchor) {
        return Pem.encodeCertificates(List.of(anchor.certificate()));
    }

    /** Signs a request, as {@code weft trust sign} does. */
    static String sign(TrustAnchor anchor, String csrPem) {
        return sign(anchor, csrPem, DOMAIN);
    }

    static String sign(TrustAnchor anchor, String csrPem, TrustDomain domain) {
        return Pem.encodeCertificates(List.of(TrustAnchors.signIssuer(
                anchor,
                CsrVerifier.verify(Pem.decodeCsr(csrPem)).publicKey(),
                domain,
                Duration.ofDays(5),
                Instant.now())));
    }
}
