package dev.weft.control.trust;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The trust bundle of this control plane's trust domain: what it verifies callers with and what it tells the proxies.
 * Safe for use by several threads; readers take no lock.
 */
public final class TrustSource {

    private final TrustDomain trustDomain;
    private final BundleSequence sequence;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile OwnAuthorities own = OwnAuthorities.NONE;
    private volatile SvidVerifier verifier = new SvidVerifier(TrustBundles.EMPTY);

    /** Trusts nothing until {@link #changeOwn}. The sequence of the bundle is kept in the file. */
    public TrustSource(TrustDomain trustDomain, Path sequenceFile) {
        this.trustDomain = trustDomain;
        this.sequence = new BundleSequence(sequenceFile);
    }

    /** Has the listener called after each change of what is trusted, on the thread that changed it. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** The authorities of the own trust domain now. */
    public OwnAuthorities own() {
        return own;
    }

    /**
     * Changes the authorities of the own trust domain. Each concern changes its part of what it is given.
     *
     * @return whether that is a change of the bundle; the order of its parts does not matter
     * @throws UncheckedIOException if the sequence cannot be kept; the old bundle then stays
     */
    public boolean changeOwn(UnaryOperator<OwnAuthorities> change) {
        if (!changeOwnLocked(change)) {
            return false;
        }
        listeners.forEach(Runnable::run);
        return true;
    }

    private synchronized boolean changeOwnLocked(UnaryOperator<OwnAuthorities> change) {
        OwnAuthorities wanted = change.apply(own);
        TrustBundles next;
        try {
            long number = sequence.of(hash(wanted));
            TrustBundle old = bundles().byTrustDomain().get(trustDomain);
            if (old != null && old.sequence() == number) {
                own = wanted;
                return false;
            }
            next = candidate(wanted, number);
        } catch (IOException e) {
            throw new UncheckedIOException("trust bundle of " + trustDomain + ": its sequence cannot be kept", e);
        }
        own = wanted;
        verifier = new SvidVerifier(next);
        return true;
    }

    /** What is trusted now. */
    public TrustBundles bundles() {
        return verifier.bundles();
    }

    /** Verifies by what is trusted now. Ask anew at each use. */
    public SvidVerifier verifier() {
        return verifier;
    }

    /** What would be trusted with these authorities. */
    public TrustBundles candidate(OwnAuthorities authorities) {
        return candidate(authorities, 0);
    }

    private TrustBundles candidate(OwnAuthorities authorities, long number) {
        Revocations revocations = new Revocations(Set.of(), authorities.revoked(), Map.of(), authorities.tainted());
        return new TrustBundles(Map.of(
                trustDomain,
                new TrustBundle(
                        trustDomain,
                        authorities.anchors(),
                        TrustBundle.State.ACTIVE,
                        number,
                        revocations,
                        authorities.jwtAuthorities())));
    }

    private static String hash(OwnAuthorities authorities) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            authorities.anchors().stream()
                    .map(anchor -> HexFormat.of().formatHex(Certificates.encode(anchor)))
                    .sorted()
                    .forEach(hex -> digest.update(HexFormat.of().parseHex(hex)));
            // Nothing more is hashed while there is nothing more, so that the sequence outlives an upgrade.
            add(digest, "tainted", authorities.tainted().stream().map(SpkiFingerprint::hex));
            add(digest, "revoked", authorities.revoked().stream().map(SpkiFingerprint::hex));
            add(
                    digest,
                    "jwt",
                    authorities.jwtAuthorities().stream()
                            .map(jwt -> jwt.keyId() + " " + SpkiFingerprint.of(jwt.publicKey())));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform has", e);
        }
    }

    private static void add(MessageDigest digest, String what, Stream<String> items) {
        items.sorted().forEach(item -> digest.update((what + " " + item + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** The bundle as proxies are told it. */
    public static dev.weft.api.v1.TrustBundle toProto(TrustBundle bundle) {
        var proto = dev.weft.api.v1.TrustBundle.newBuilder()
                .setTrustDomain(bundle.trustDomain().name())
                .setSequence(bundle.sequence())
                .setState(
                        switch (bundle.state()) {
                            case ACTIVE -> TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE;
                            case DISABLED -> TrustDomainState.TRUST_DOMAIN_STATE_DISABLED;
                        });
        for (X509Certificate anchor : bundle.anchors()) {
            proto.addAnchors(ByteString.copyFrom(Certificates.encode(anchor)));
        }
        sorted(bundle.revocations().issuers()).forEach(proto::addRevokedIssuers);
        sorted(bundle.revocations().tainted()).forEach(proto::addTaintedIssuers);
        for (JwtAuthority authority : bundle.jwtAuthorities()) {
            proto.addJwtAuthorities(dev.weft.api.v1.JwtAuthority.newBuilder()
                    .setKeyId(authority.keyId())
                    .setPublicKey(ByteString.copyFrom(authority.publicKey().getEncoded())));
        }
        return proto.build();
    }

    /** In one order, as the version of a resource is a hash of its bytes. */
    private static Stream<ByteString> sorted(Set<SpkiFingerprint> keys) {
        return keys.stream()
                .sorted(Comparator.comparing(SpkiFingerprint::hex))
                .map(key -> ByteString.copyFrom(key.bytes()));
    }
}
