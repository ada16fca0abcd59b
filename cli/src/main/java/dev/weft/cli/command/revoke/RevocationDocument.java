package dev.weft.cli.command.revoke;

import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revocation in the list.
 *
 * @param kind certificate, identity or issuer
 * @param target serial number, SPIFFE ID, or SHA-256 of the key
 * @param issuedBefore for an identity: certificates issued earlier are refused; else null
 * @param expires when it ends; null for never
 * @param canUndo whether an operator made it, rather than a file of the mesh
 */
record RevocationDocument(
        String mesh,
        String id,
        String kind,
        String target,
        @Nullable Instant issuedBefore,
        String trustDomain,
        String reason,
        @Nullable Instant expires,
        boolean canUndo) {

    static RevocationDocument of(String mesh, RevocationInfo info) {
        RevocationTarget target = info.getTarget();
        return new RevocationDocument(
                mesh,
                info.getId(),
                kind(target),
                value(target),
                target.hasIdentity()
                        ? Instant.ofEpochSecond(target.getIdentity().getIssuedBefore())
                        : null,
                info.getTrustDomain(),
                info.getReason(),
                info.getExpires() == 0 ? null : Instant.ofEpochSecond(info.getExpires()),
                info.getCanUndo());
    }

    static String what(RevocationTarget target) {
        return kind(target) + " " + value(target);
    }

    private static String kind(RevocationTarget target) {
        return switch (target.getTargetCase()) {
            case SERIAL_NUMBER -> "certificate";
            case IDENTITY -> "identity";
            case ISSUER_KEY_SHA256 -> "issuer";
            case TARGET_NOT_SET -> "?";
        };
    }

    private static String value(RevocationTarget target) {
        return switch (target.getTargetCase()) {
            case SERIAL_NUMBER -> target.getSerialNumber();
            case IDENTITY -> target.getIdentity().getSpiffeId();
            case ISSUER_KEY_SHA256 -> target.getIssuerKeySha256();
            case TARGET_NOT_SET -> "";
        };
    }
}
