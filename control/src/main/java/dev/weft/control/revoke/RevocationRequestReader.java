package dev.weft.control.revoke;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.control.refusal.RefusedException;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.model.Revocation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads an operator's request for a revocation, by the rules of the registry's files. */
final class RevocationRequestReader {

    private static final String UNNAMED = "wanted";
    /**
     * Length of the hash in a name: short enough to type, long enough that two of ten thousand names hardly ever
     * coincide.
     */
    private static final int NAME_BYTES = 6;

    private RevocationRequestReader() {}

    /** Whether the request is about the certificates that an identity has at the moment of the request. */
    static boolean isAsOfNow(RevokeRequest request) {
        return request.getTarget().hasIdentity()
                && request.getTarget().getIdentity().getIssuedBefore() == 0;
    }

    /** @throws RefusedException if it cannot be used, with the reason */
    static Revocation read(RevokeRequest request, TrustDomain own, Instant now) {
        Revocation revocation = OperatorAnswers.read(
                "Revocation",
                UNNAMED,
                spec(request, own, now),
                objects -> objects.revocations().get(UNNAMED),
                "Revocation " + UNNAMED + ": spec.");
        if (!revocation.inForce(now)) {
            throw new RefusedException(
                    RevocationRefusals.INVALID,
                    "expires: " + revocation.expires().orElse(now) + " (expected: a time to come)");
        }
        return new Revocation(
                name(revocation, own),
                revocation.trustDomain(),
                revocation.target(),
                revocation.reason(),
                revocation.expires());
    }

    private static Map<String, Object> spec(RevokeRequest request, TrustDomain own, Instant now) {
        Map<String, Object> spec = new LinkedHashMap<>();
        RevocationTarget target = request.getTarget();
        switch (target.getTargetCase()) {
            case SERIAL_NUMBER -> spec.put("certificate", Map.of("serialNumber", target.getSerialNumber()));
            case IDENTITY -> spec.put("identity", identity(target.getIdentity(), now));
            case ISSUER_KEY_SHA256 -> spec.put("issuer", Map.of("keySha256", target.getIssuerKeySha256()));
            case TARGET_NOT_SET ->
                throw new RefusedException(
                        RevocationRefusals.INVALID, "nothing to revoke (expected: a certificate, identity or issuer)");
        }
        if (!request.getTrustDomain().isEmpty()) {
            spec.put("trustDomain", request.getTrustDomain());
        } else if (target.getTargetCase() != RevocationTarget.TargetCase.IDENTITY) {
            spec.put("trustDomain", own.name());
        }
        if (!request.getReason().isEmpty()) {
            spec.put("reason", request.getReason());
        }
        if (request.getExpires() != 0) {
            spec.put("expires", moment(request.getExpires()));
        }
        return spec;
    }

    private static Map<String, Object> identity(IdentityTarget target, Instant now) {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("spiffeId", target.getSpiffeId());
        identity.put(
                "issuedBefore",
                target.getIssuedBefore() == 0 ? now.truncatedTo(ChronoUnit.SECONDS) : moment(target.getIssuedBefore()));
        return identity;
    }

    /** Converts seconds to a time. A value out of range stays a number, which is then refused. */
    private static Object moment(long seconds) {
        boolean inRange = seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
        return inRange ? Instant.ofEpochSecond(seconds) : seconds;
    }

    /** Returns a name that depends on the target alone, so that revoking it twice gives one revocation. */
    private static String name(Revocation revocation, TrustDomain own) {
        String target = switch (revocation.target()) {
            case Revocation.Target.Certificate(SerialNumber serial) -> "certificate " + serial;
            case Revocation.Target.Identity(SpiffeId id, Instant _) -> "identity " + id;
            case Revocation.Target.Issuer(SpkiFingerprint key) -> "issuer " + key.hex();
        };
        String whole = target + " " + revocation.trustDomainIn(own);
        byte[] hash = Sha256.digest().digest(whole.getBytes(StandardCharsets.UTF_8));
        return target.substring(0, target.indexOf(' ')) + "-" + HexFormat.of().formatHex(hash, 0, NAME_BYTES);
    }
}
