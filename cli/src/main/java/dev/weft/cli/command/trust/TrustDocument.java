package dev.weft.cli.command.trust;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.Pem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The document of {@code weft trust show -o json}.
 *
 * @param issuers the one in use first
 * @param published the sequence of each trust domain's bundle that is sent to workloads now
 * @param rotation the current or latest rotation; null if there never was one
 * @param issuerProblem why the issuer's present files are not in use; null if they are
 * @param issuerDirectory directory of an issuer that is maintained elsewhere
 * @param issuerDirectoryProblem why the issuer there is not the one in use; null if it is
 */
record TrustDocument(
        String mesh,
        String trustDomain,
        List<Anchor> anchors,
        List<Issuer> issuers,
        @Nullable Leaf controlPlane,
        List<Workload> workloads,
        Map<String, Long> published,
        @Nullable RotationDocument rotation,
        @Nullable String issuerProblem,
        @Nullable String issuerDirectory,
        @Nullable String issuerDirectoryProblem) {

    /**
     * An anchor.
     *
     * @param keySha256 hash of the public key, hexadecimal
     */
    record Anchor(
            String subject,
            String state,
            Instant notBefore,
            Instant notAfter,
            String serialNumber,
            String keySha256,
            String pem) {}

    /**
     * An issuer, or the request for one, which has no end; its subject says why it cannot be read, if it cannot.
     *
     * @param anchorKeySha256 hash of the key of the anchor above it; null if that anchor is not published
     */
    record Issuer(
            @Nullable String subject,
            String state,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            @Nullable String serialNumber,
            String keySha256,
            @Nullable String anchorKeySha256,
            int liveLeaves,
            String pem) {}

    /** A certificate in use. */
    record Leaf(
            String identity,
            Instant notBefore,
            Instant notAfter,
            String serialNumber,
            String issuerKeySha256,
            Instant renewAt,
            @Nullable String renewalFailure) {}

    /**
     * A meshed workload.
     *
     * @param since when it connected, or went away; null if it never was connected since the control plane started
     * @param holds the sequence of each trust domain's bundle that it has acknowledged; 0 if that sequence is no longer
     *     remembered
     * @param holdsAll whether these are the published ones
     */
    record Workload(
            String workload,
            String identity,
            boolean connected,
            @Nullable Instant since,
            @Nullable String version,
            @Nullable Leaf leaf,
            Map<String, Long> holds,
            boolean holdsAll,
            @Nullable String lastRefusal) {}

    static TrustDocument of(String mesh, ShowTrustResponse trust) {
        Map<String, Long> published = sequences(trust.getBundlesList());
        return new TrustDocument(
                mesh,
                trust.getTrustDomain(),
                trust.getAnchorsList().stream().map(TrustDocument::anchor).toList(),
                trust.getIssuersList().stream().map(TrustDocument::issuer).toList(),
                trust.hasControlPlane() ? leaf(trust.getControlPlane()) : null,
                trust.getProxiesList().stream()
                        .map(proxy -> workload(proxy, published))
                        .toList(),
                published,
                trust.hasRotation() ? RotationDocument.of(trust.getRotation()) : null,
                text(trust.getIssuerProblem()),
                text(trust.getIssuerDirectory()),
                text(trust.getIssuerDirectoryProblem()));
    }

    private static Anchor anchor(AnchorInfo anchor) {
        return new Anchor(
                anchor.getSubject(),
                word(anchor.getState()),
                Instant.ofEpochSecond(anchor.getNotBefore()),
                Instant.ofEpochSecond(anchor.getNotAfter()),
                anchor.getSerialNumber(),
                anchor.getSpkiSha256(),
                Pem.encodeCertificates(
                        List.of(Certificates.decode(anchor.getCertificate().toByteArray()))));
    }

    private static Issuer issuer(IssuerInfo issuer) {
        boolean signed = issuer.getChainCount() > 0;
        return new Issuer(
                text(issuer.getSubject()),
                word(issuer.getState()),
                signed ? Instant.ofEpochSecond(issuer.getNotBefore()) : null,
                signed ? Instant.ofEpochSecond(issuer.getNotAfter()) : null,
                text(issuer.getSerialNumber()),
                issuer.getSpkiSha256(),
                text(issuer.getAnchorSpkiSha256()),
                issuer.getLiveLeaves(),
                Pem.encodeCertificates(issuer.getChainList().stream()
                        .map(certificate -> Certificates.decode(certificate.toByteArray()))
                        .toList()));
    }

    private static Leaf leaf(LeafInfo leaf) {
        return new Leaf(
                leaf.getIdentity(),
                Instant.ofEpochSecond(leaf.getNotBefore()),
                Instant.ofEpochSecond(leaf.getNotAfter()),
                leaf.getSerialNumber(),
                leaf.getIssuerSpkiSha256(),
                Instant.ofEpochSecond(leaf.getRenewAt()),
                text(leaf.getRenewalFailure()));
    }

    private static Workload workload(ProxyInfo proxy, Map<String, Long> published) {
        Map<String, Long> holds = sequences(proxy.getAcknowledgedList());
        return new Workload(
                proxy.getWorkload(),
                proxy.getIdentity(),
                proxy.getConnected(),
                proxy.getSince() == 0 ? null : Instant.ofEpochSecond(proxy.getSince()),
                text(proxy.getVersion()),
                proxy.hasLeaf() ? leaf(proxy.getLeaf()) : null,
                holds,
                holds.equals(published),
                text(proxy.getLastRefusal()));
    }

    private static Map<String, Long> sequences(List<BundleVersion> bundles) {
        Map<String, Long> sequences = new TreeMap<>();
        bundles.forEach(bundle -> sequences.put(bundle.getTrustDomain(), bundle.getSequence()));
        return sequences;
    }

    private static String word(AuthorityState state) {
        return switch (state) {
            case AUTHORITY_STATE_PENDING -> "pending";
            case AUTHORITY_STATE_INCOMING -> "incoming";
            case AUTHORITY_STATE_CURRENT -> "current";
            case AUTHORITY_STATE_RETIRING -> "retiring";
            case AUTHORITY_STATE_TAINTED -> "tainted";
            case AUTHORITY_STATE_REVOKED -> "revoked";
            case AUTHORITY_STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }

    private static @Nullable String text(String text) {
        return text.isEmpty() ? null : text;
    }
}
