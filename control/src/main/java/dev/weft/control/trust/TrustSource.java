package dev.weft.control.trust;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The trust bundle of this control plane's trust domain: what it verifies callers with and what it tells the proxies.
 * Safe for use by several threads; readers take no lock.
 */
public final class TrustSource {

    private final TrustDomain trustDomain;
    private final BundleSequence sequence;
    private volatile SvidVerifier verifier = new SvidVerifier(TrustBundles.EMPTY);

    /** Trusts nothing until {@link #update}. The sequence of the bundle is kept in the file. */
    public TrustSource(TrustDomain trustDomain, Path sequenceFile) {
        this.trustDomain = trustDomain;
        this.sequence = new BundleSequence(sequenceFile);
    }

    /**
     * Replaces the anchors; their order does not matter.
     *
     * @return whether that is a change
     * @throws UncheckedIOException if the sequence cannot be kept; the old bundle then stays
     */
    public synchronized boolean update(List<X509Certificate> anchors) {
        TrustBundles next;
        try {
            long number = sequence.of(hash(anchors));
            TrustBundle old = bundles().byTrustDomain().get(trustDomain);
            if (old != null && old.sequence() == number) {
                return false;
            }
            next = candidate(anchors, number);
        } catch (IOException e) {
            throw new UncheckedIOException("trust bundle of " + trustDomain + ": its sequence cannot be kept", e);
        }
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

    /** What would be trusted with these anchors. */
    public TrustBundles candidate(List<X509Certificate> anchors) {
        return candidate(anchors, 0);
    }

    private TrustBundles candidate(List<X509Certificate> anchors, long number) {
        TrustBundle bundle =
                new TrustBundle(trustDomain, anchors, TrustBundle.State.ACTIVE, number, Revocations.NONE, List.of());
        return new TrustBundles(Map.of(trustDomain, bundle));
    }

    private static String hash(List<X509Certificate> anchors) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            anchors.stream()
                    .map(anchor -> HexFormat.of().formatHex(Certificates.encode(anchor)))
                    .sorted()
                    .forEach(hex -> digest.update(HexFormat.of().parseHex(hex)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform has", e);
        }
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
        return proto.build();
    }
}
