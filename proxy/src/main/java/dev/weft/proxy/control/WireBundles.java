package dev.weft.proxy.control;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.weft.api.v1.RevokedCertificate;
import dev.weft.api.v1.RevokedIdentity;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.PublicKeys;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.policy.wire.UnknownFields;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads trust bundles from their wire form. Throws IllegalArgumentException for what cannot be understood. */
final class WireBundles {
    private WireBundles() {}

    /**
     * Reads a bundle. An unknown state disables the trust domain; an unknown field is refused, because it may be a
     * revocation.
     */
    static TrustBundle read(dev.weft.api.v1.TrustBundle wire) {
        UnknownFields.refuse("trust bundle of " + wire.getTrustDomain(), withoutKnownFields(wire));
        List<X509Certificate> anchors = wire.getAnchorsList().stream()
                .map(der -> Certificates.decode(der.toByteArray()))
                .toList();
        TrustBundle.State state = wire.getState() == TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE
                ? TrustBundle.State.ACTIVE
                : TrustBundle.State.DISABLED;
        return new TrustBundle(
                TrustDomain.parse(wire.getTrustDomain()),
                anchors,
                state,
                wire.getSequence(),
                revocations(wire),
                wire.getJwtAuthoritiesList().stream()
                        .map(WireBundles::jwtAuthority)
                        .toList());
    }

    private static MessageLite withoutKnownFields(dev.weft.api.v1.TrustBundle wire) {
        return wire.toBuilder()
                .clearTrustDomain()
                .clearAnchors()
                .clearState()
                .clearSequence()
                .clearRevokedCertificates()
                .clearRevokedIssuers()
                .clearRevokedIdentities()
                .clearTaintedIssuers()
                .clearJwtAuthorities()
                .build();
    }

    private static JwtAuthority jwtAuthority(dev.weft.api.v1.JwtAuthority wire) {
        UnknownFields.refuse(
                "JWT authority", wire.toBuilder().clearKeyId().clearPublicKey().build());
        return new JwtAuthority(
                wire.getKeyId(), PublicKeys.decode(wire.getPublicKey().toByteArray()));
    }

    private static Revocations revocations(dev.weft.api.v1.TrustBundle wire) {
        Set<SerialNumber> certificates = wire.getRevokedCertificatesList().stream()
                .map(WireBundles::serialNumber)
                .collect(Collectors.toSet());
        Set<SpkiFingerprint> issuers = fingerprints(wire.getRevokedIssuersList());
        Set<SpkiFingerprint> tainted = fingerprints(wire.getTaintedIssuersList());
        Map<SpiffeId, Instant> identities = wire.getRevokedIdentitiesList().stream()
                .collect(Collectors.toMap(
                        revoked -> SpiffeId.parse(revoked.getSpiffeId()),
                        WireBundles::issuedBefore,
                        (one, other) -> one.isAfter(other) ? one : other));
        return new Revocations(certificates, issuers, identities, tainted);
    }

    private static SerialNumber serialNumber(RevokedCertificate revoked) {
        UnknownFields.refuse(
                "revoked certificate", revoked.toBuilder().clearSerialNumber().build());
        return SerialNumber.ofUnsigned(revoked.getSerialNumber().toByteArray());
    }

    private static Set<SpkiFingerprint> fingerprints(List<ByteString> hashes) {
        return hashes.stream()
                .map(ByteString::toByteArray)
                .map(SpkiFingerprint::ofSha256)
                .collect(Collectors.toSet());
    }

    private static Instant issuedBefore(RevokedIdentity revoked) {
        UnknownFields.refuse(
                "revoked identity",
                revoked.toBuilder().clearSpiffeId().clearIssuedBefore().build());
        long seconds = revoked.getIssuedBefore();
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw new IllegalArgumentException("identity " + revoked.getSpiffeId() + " revoked if issued before "
                    + seconds + " (expected: seconds since the epoch)");
        }
        return Instant.ofEpochSecond(seconds);
    }
}
