package dev.weft.control.trust;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.RevokedCertificate;
import dev.weft.api.v1.RevokedIdentity;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

/** Hashes and encodes the content of a bundle, except its sequence, in a fixed order. */
public final class BundleContent {

    private BundleContent() {}

    /** Returns a hash that is equal for bundles with equal content. */
    static String hash(TrustBundle bundle) {
        MessageDigest digest = Sha256.digest();
        anchors(bundle).forEach(digest::update);
        // Empty parts add nothing to the hash, so that the sequence survives an upgrade that adds parts.
        Revocations revocations = bundle.revocations();
        add(digest, "tainted", revocations.tainted().stream().map(SpkiFingerprint::hex));
        add(digest, "revoked", revocations.issuers().stream().map(SpkiFingerprint::hex));
        add(digest, "jwt", bundle.jwtAuthorities().stream().map(BundleContent::describe));
        add(digest, "certificate", revocations.certificates().stream().map(SerialNumber::toString));
        add(
                digest,
                "identity",
                revocations.identities().entrySet().stream()
                        .map(revoked ->
                                revoked.getKey() + " " + revoked.getValue().getEpochSecond()));
        if (bundle.state() != TrustBundle.State.ACTIVE) {
            add(digest, "state", Stream.of(bundle.state().name()));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String describe(JwtAuthority authority) {
        return authority.keyId() + " " + SpkiFingerprint.of(authority.publicKey());
    }

    private static Stream<byte[]> anchors(TrustBundle bundle) {
        return bundle.anchors().stream().map(Certificates::encode).sorted(Arrays::compareUnsigned);
    }

    private static void add(MessageDigest digest, String what, Stream<String> items) {
        byte[] prefix = (what + " ").getBytes(StandardCharsets.UTF_8);
        items.sorted().forEach(item -> {
            digest.update(prefix);
            digest.update(item.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        });
    }

    /** Returns the bundle as a message for proxies. Bundles with equal content and sequence have equal bytes. */
    public static dev.weft.api.v1.TrustBundle toProto(TrustBundle bundle) {
        var proto = dev.weft.api.v1.TrustBundle.newBuilder()
                .setTrustDomain(bundle.trustDomain().name())
                .setSequence(bundle.sequence())
                .setState(toProto(bundle.state()));
        anchors(bundle).forEach(anchor -> proto.addAnchors(ByteString.copyFrom(anchor)));
        Revocations revocations = bundle.revocations();
        sorted(revocations.issuers()).forEach(proto::addRevokedIssuers);
        sorted(revocations.tainted()).forEach(proto::addTaintedIssuers);
        revocations.certificates().stream()
                .sorted(Comparator.comparing(SerialNumber::value))
                .forEach(serial -> proto.addRevokedCertificates(
                        RevokedCertificate.newBuilder().setSerialNumber(unsigned(serial))));
        revocations.identities().entrySet().stream()
                .sorted(Comparator.comparing(revoked -> revoked.getKey().toString()))
                .forEach(revoked -> proto.addRevokedIdentities(RevokedIdentity.newBuilder()
                        .setSpiffeId(revoked.getKey().toString())
                        .setIssuedBefore(revoked.getValue().getEpochSecond())));
        bundle.jwtAuthorities().stream()
                .sorted(Comparator.comparing(BundleContent::describe))
                .forEach(authority -> proto.addJwtAuthorities(dev.weft.api.v1.JwtAuthority.newBuilder()
                        .setKeyId(authority.keyId())
                        .setPublicKey(ByteString.copyFrom(authority.publicKey().getEncoded()))));
        return proto.build();
    }

    /** Returns the state as messages have it. */
    public static TrustDomainState toProto(TrustBundle.State state) {
        return switch (state) {
            case ACTIVE -> TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE;
            case DISABLED -> TrustDomainState.TRUST_DOMAIN_STATE_DISABLED;
        };
    }

    private static ByteString unsigned(SerialNumber serial) {
        byte[] signed = serial.value().toByteArray();
        return signed[0] == 0 ? ByteString.copyFrom(signed, 1, signed.length - 1) : ByteString.copyFrom(signed);
    }

    private static Stream<ByteString> sorted(Set<SpkiFingerprint> keys) {
        return keys.stream()
                .sorted(Comparator.comparing(SpkiFingerprint::hex))
                .map(key -> ByteString.copyFrom(key.bytes()));
    }
}
