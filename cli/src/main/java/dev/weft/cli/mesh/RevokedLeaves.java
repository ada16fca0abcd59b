package dev.weft.cli.mesh;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.ShowTrustResponse;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which of the certificates in use are revoked, according to the control plane's revocations.
 *
 * @param revocations those of the mesh's own trust domain only
 * @param reported the certificate that each workload's sidecar has reported, by workload
 */
public record RevokedLeaves(List<RevocationInfo> revocations, Map<String, LeafInfo> reported) {

    private static final int HEX = 16;

    /** Nothing is revoked, or the revocations are not known. */
    public static final RevokedLeaves NONE = new RevokedLeaves(List.of(), Map.of());

    public RevokedLeaves {
        revocations = List.copyOf(revocations);
        reported = Map.copyOf(reported);
    }

    /** The revocation that refuses a certificate. */
    public record RevokedBy(RevocationInfo revocation) {

        /**
         * Returns a clause such as {@code "its certificate is revoked by identity-0123456789"}, with the revocation's
         * reason.
         */
        public String text() {
            String reason = revocation.getReason();
            return "its certificate is revoked by " + revocation.getId()
                    + (reason.isEmpty() ? "" : " (" + reason + ")");
        }

        /** Returns what the operator can do about it, as clauses. */
        public List<String> remedies(String workload, MeshRef mesh, Instant now) {
            String undo = revocation.getCanUndo()
                    ? "take it back: weft revoke undo " + revocation.getId() + mesh.option()
                    : "take it back: "
                            + (mesh.inCluster() ? "delete its Revocation object" : "remove it from the mesh file");
            IdentityTarget identity = revocation.getTarget().getIdentity();
            boolean barred = revocation.getTarget().hasIdentity() && identity.getIssuedBefore() > now.getEpochSecond();
            return List.of(
                    undo,
                    barred
                            ? "it gets no new certificate before " + Instant.ofEpochSecond(identity.getIssuedBefore())
                            : "give it a new certificate: "
                                    + (mesh.inCluster()
                                            ? "delete its pod"
                                            : "weft restart " + workload + mesh.option()));
        }
    }

    /** Makes the value from the control plane's answers. */
    public static RevokedLeaves of(ListRevocationsResponse listed, ShowTrustResponse trust) {
        return new RevokedLeaves(
                listed.getRevocationsList().stream()
                        .filter(each -> each.getTrustDomain().equals(trust.getTrustDomain()))
                        .toList(),
                trust.getProxiesList().stream()
                        .filter(ProxyInfo::hasLeaf)
                        .collect(Collectors.toMap(ProxyInfo::getWorkload, ProxyInfo::getLeaf, (one, _) -> one)));
    }

    /** Returns the revocation of the certificate that a workload's sidecar has reported. */
    public Optional<RevokedBy> reported(String workload) {
        return Optional.ofNullable(reported.get(workload)).flatMap(leaf -> first(target -> refuses(target, leaf)));
    }

    /** Returns the revocation of this certificate. */
    public Optional<RevokedBy> of(LeafInfo leaf) {
        return first(target -> refuses(target, leaf));
    }

    /** Returns the revocation of the certificate in a sidecar's status. */
    public Optional<RevokedBy> held(String workload, SidecarStatus status) {
        SidecarStatus.Certificate certificate = status.certificate();
        if (certificate == null || status.identity() == null) {
            return Optional.empty();
        }
        LeafInfo.Builder leaf = LeafInfo.newBuilder()
                .setIdentity(status.identity())
                .setSerialNumber(certificate.serialNumber())
                .setNotBefore(certificate.notBefore().getEpochSecond());
        // The status does not name the issuer's key; the sidecar's report of the same certificate does.
        LeafInfo known = reported.get(workload);
        if (known != null && sameNumber(known.getSerialNumber(), certificate.serialNumber())) {
            leaf.setIssuerSpkiSha256(known.getIssuerSpkiSha256());
        }
        return first(target -> refuses(target, leaf.build()));
    }

    private Optional<RevokedBy> first(Predicate<RevocationTarget> refuses) {
        return revocations.stream()
                .filter(each -> refuses.test(each.getTarget()))
                .findFirst()
                .map(RevokedBy::new);
    }

    private static boolean refuses(RevocationTarget target, LeafInfo leaf) {
        return switch (target.getTargetCase()) {
            case SERIAL_NUMBER -> sameNumber(target.getSerialNumber(), leaf.getSerialNumber());
            case IDENTITY ->
                target.getIdentity().getSpiffeId().equals(leaf.getIdentity())
                        && leaf.getNotBefore() < target.getIdentity().getIssuedBefore();
            case ISSUER_KEY_SHA256 ->
                !leaf.getIssuerSpkiSha256().isEmpty()
                        && target.getIssuerKeySha256().equals(leaf.getIssuerSpkiSha256());
            case TARGET_NOT_SET -> false;
        };
    }

    private static boolean sameNumber(String one, String other) {
        return !one.isEmpty() && !other.isEmpty() && new BigInteger(one, HEX).equals(new BigInteger(other, HEX));
    }
}
