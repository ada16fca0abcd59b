package dev.weft.control;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the registry and the state directory have of a linked trust domain that cannot be asked now. The link began with
 * one anchor, and the trust domain has retired that one since: its latest bundle has another.
 *
 * @param first the anchor of the registry
 * @param latest the anchor of the bundle that was fetched last
 */
record LinkedDomain(TrustDomain name, TrustAnchor first, TrustAnchor latest) {

    static LinkedDomain made(String name) {
        return new LinkedDomain(TrustDomain.parse(name), anchor("first"), anchor("latest"));
    }

    private static TrustAnchor anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(30), Clock.systemUTC());
    }

    /** Its object in the registry. */
    String object() {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: NAME}
                spec:
                  bundleEndpoint:
                    url: https://127.0.0.1:1/
                    profile: https_spiffe
                    endpointSpiffeId: spiffe://NAME/ns/weft-system/sa/weft-control
                  anchors: |
                ANCHOR""".replace("NAME", name.name()).replace(
                "ANCHOR", Pem.encodeCertificates(List.of(first.certificate())).indent(4));
    }

    /** The file of its latest bundle. */
    Path bundleFile() {
        return Path.of("federation", name + ".json");
    }

    /** The file that says with which anchors the link began. */
    Path begunFile() {
        return Path.of("federation", name + ".begun");
    }

    /** Writes what was kept of it. */
    void write(Path state) throws IOException, CertificateEncodingException {
        PrivateFiles.createDirectory(state.resolve("federation"));
        byte[] hash = Sha256.digest().digest(first.certificate().getEncoded());
        PrivateFiles.replace(
                state.resolve(begunFile()),
                HexFormat.of().formatHex(Sha256.digest().digest(hash)) + "\n",
                PrivateFiles.PUBLIC);
        PrivateFiles.replace(
                state.resolve(bundleFile()),
                SpiffeBundles.encode(new SpiffeBundle(
                        List.of(latest.certificate()), List.of(), OptionalLong.of(7), Optional.empty())),
                PrivateFiles.PUBLIC);
    }
}
