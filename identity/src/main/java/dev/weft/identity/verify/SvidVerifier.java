package dev.weft.identity.verify;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Verification.Verified;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a certificate chain proves an identity. The chain must be an RFC 5280 path to an anchor of the leaf's
 * own trust domain, meet the rules of the X.509-SVID standard, be valid now and not be revoked. If an anchor is in the
 * bundles of several trust domains, name constraints must keep its issuers to their own. Both ends of every connection
 * use this class.
 *
 * <p>A verifier belongs to one snapshot of the bundles. When the bundles change, create the {@link #next} verifier. A
 * verifier remembers valid paths from issuer to anchor, and shares verified signatures with its successors: those are
 * most of the work. Remembered facts never change a result. Everything that depends on bundles and time is checked
 * every time. Safe for use by many threads.
 */
public final class SvidVerifier {

    /** Most certificates in a chain. */
    public static final int MAX_CHAIN = 5;

    /** Largest certificate, in bytes of DER. */
    public static final int MAX_CERTIFICATE = Certificates.MAX_ENCODED;

    /** Most paths that are remembered; others are checked each time. */
    static final int MAX_REMEMBERED_PATHS = 256;

    private record PathKey(TrustDomain trustDomain, List<ByteBuffer> issuers) {}

    private final TrustBundles bundles;
    private final SharedAnchors shared;
    private final SignatureProvider signatures;
    private final VerifiedFacts rememberedFacts;
    private final ConcurrentHashMap<PathKey, CaPath> remembered = new ConcurrentHashMap<>();

    /** Creates a verifier that trusts these bundles. */
    public SvidVerifier(TrustBundles bundles) {
        this(bundles, SignatureProvider.JDK);
    }

    /**
     * Creates a verifier that trusts these bundles.
     *
     * @param signatures verifies the signatures of leaves
     */
    public SvidVerifier(TrustBundles bundles, SignatureProvider signatures) {
        this(bundles, signatures, new VerifiedFacts());
    }

    private SvidVerifier(TrustBundles bundles, SignatureProvider signatures, VerifiedFacts known) {
        this.bundles = requireNonNull(bundles, "bundles");
        this.signatures = requireNonNull(signatures, "signatures");
        this.rememberedFacts = known;
        this.shared = new SharedAnchors(bundles);
    }

    /**
     * Creates a verifier that trusts these later bundles, and reuses signatures and paths that this one has verified.
     */
    public SvidVerifier next(TrustBundles later) {
        return new SvidVerifier(later, signatures, rememberedFacts);
    }

    /**
     * Whether both verifiers trust the same for this trust domain. Then a result of one for a chain would also be the
     * result of the other.
     */
    public boolean trustsAs(SvidVerifier other, TrustDomain trustDomain) {
        TrustBundle here = bundles.byTrustDomain().get(trustDomain);
        TrustBundle there = other.bundles.byTrustDomain().get(trustDomain);
        return here != null
                && here.equals(there)
                && here.anchors().stream().allMatch(anchor -> shared.of(anchor).equals(other.shared.of(anchor)));
    }

    /** Verifies once, without remembering anything. */
    public static Verification verify(List<X509Certificate> chain, TrustBundles bundles, Instant now) {
        return new SvidVerifier(bundles).verify(chain, now);
    }

    /** The bundles that this verifier trusts. */
    public TrustBundles bundles() {
        return bundles;
    }

    /**
     * Verifies a peer's chain. Never throws because of its content.
     *
     * @param chain the leaf first, then each certificate's issuer; the anchor may be the last, or absent
     */
    public Verification verify(List<X509Certificate> chain, Instant now) {
        return verify(chain, now, false);
    }

    /**
     * Verifies again the chain of a peer with an established connection. Like {@link #verify(List, Instant)}, except
     * that tainted issuers are accepted: the proof was made before.
     */
    public Verification verifyEstablished(List<X509Certificate> chain, Instant now) {
        return verify(chain, now, true);
    }

    private Verification verify(List<X509Certificate> chain, Instant now, boolean established) {
        try {
            return check(chain, now, established);
        } catch (RejectionException e) {
            return e.toRejected();
        } catch (RuntimeException e) {
            // Accessors of the JDK's certificates throw more than they declare. Whatever they throw, nothing is proven.
            return new Verification.Rejected(
                    0, Rule.MALFORMED, "the chain cannot be checked: " + PeerText.quote(e.toString()));
        }
    }

    int rememberedFacts() {
        return rememberedFacts.size();
    }

    int rememberedPaths() {
        return remembered.size();
    }

    private Verified check(List<X509Certificate> chain, Instant now, boolean established) throws RejectionException {
        List<ByteBuffer> encoded = checkSize(chain);
        X509Certificate leaf = chain.getFirst();
        SpiffeId id = identityOf(leaf);
        TrustBundle bundle = bundleOf(id.trustDomain());
        Validity.check(leaf, now, 0);
        KeyStrength.checkSignature(leaf, 0);
        KeyStrength.checkKey(leaf, 0);
        checkRevocation(leaf, id, bundle.revocations());

        int end = chain.size();
        if (end > 1 && bundle.anchors().contains(chain.getLast())) {
            end--;
        }
        List<X509Certificate> issuers = chain.subList(1, end);
        PathKey key = new PathKey(id.trustDomain(), List.copyOf(encoded.subList(1, end)));
        CaPath path = remembered.get(key);
        if (path == null || !path.validAt(now)) {
            path = findPath(leaf, issuers, bundle, now);
            if (!issuers.isEmpty() && remembered.size() < MAX_REMEMBERED_PATHS) {
                remembered.put(key, path);
            }
        }
        path.checkLeaf(leaf, rememberedFacts, signatures, now);
        if (!established) {
            path.checkTaint(bundle.revocations());
        }
        return new Verified(id, leaf, path.notAfter(leaf));
    }

    private static List<ByteBuffer> checkSize(List<X509Certificate> chain) throws RejectionException {
        if (chain.isEmpty()) {
            throw new RejectionException(0, Rule.CHAIN_EMPTY, "the peer presented no certificate");
        }
        if (chain.size() > MAX_CHAIN) {
            throw new RejectionException(
                    MAX_CHAIN,
                    Rule.CHAIN_TOO_LONG,
                    "the chain has " + chain.size() + " certificates (expected: <= " + MAX_CHAIN + ")");
        }
        List<ByteBuffer> encoded = new ArrayList<>(chain.size());
        for (int i = 0; i < chain.size(); i++) {
            byte[] der = Certificates.encode(chain.get(i));
            if (der.length > MAX_CERTIFICATE) {
                throw new RejectionException(
                        i, Rule.CERTIFICATE_TOO_LARGE, der.length + " bytes (expected: <= " + MAX_CERTIFICATE + ")");
            }
            encoded.add(ByteBuffer.wrap(der));
        }
        return encoded;
    }

    private static SpiffeId identityOf(X509Certificate leaf) throws RejectionException {
        try {
            return SvidProfile.checkLeaf(leaf);
        } catch (SvidViolationException e) {
            throw new RejectionException(0, e);
        }
    }

    private TrustBundle bundleOf(TrustDomain trustDomain) throws RejectionException {
        TrustBundle bundle = bundles.byTrustDomain().get(trustDomain);
        if (bundle == null) {
            throw new RejectionException(
                    0, Rule.UNKNOWN_TRUST_DOMAIN, "trust domain " + trustDomain + " is not known here");
        }
        if (bundle.state() != TrustBundle.State.ACTIVE) {
            throw new RejectionException(0, Rule.DISABLED_TRUST_DOMAIN, "trust domain " + trustDomain + " is disabled");
        }
        if (bundle.anchors().isEmpty()) {
            throw new RejectionException(
                    0, Rule.EMPTY_BUNDLE, "the bundle of trust domain " + trustDomain + " has no anchor");
        }
        return bundle;
    }

    private static void checkRevocation(X509Certificate leaf, SpiffeId id, Revocations revocations)
            throws RejectionException {
        SerialNumber serial = SerialNumber.of(leaf);
        if (revocations.certificates().contains(serial)) {
            throw new RejectionException(0, Rule.REVOKED_CERTIFICATE, "serial number " + serial + " is revoked");
        }
        Instant issuedBefore = revocations.identities().get(id);
        Instant issued = leaf.getNotBefore().toInstant();
        if (issuedBefore != null && issued.isBefore(issuedBefore)) {
            throw new RejectionException(
                    0,
                    Rule.REVOKED_IDENTITY,
                    "certificates of " + id + " from before " + issuedBefore + " are revoked (this one: " + issued
                            + ")");
        }
    }

    /**
     * Tries each anchor whose name matches, because several anchors may have the same name. If none succeeds, reports
     * the last failure.
     */
    private CaPath findPath(X509Certificate leaf, List<X509Certificate> issuers, TrustBundle bundle, Instant now)
            throws RejectionException {
        X509Certificate top = issuers.isEmpty() ? leaf : issuers.getLast();
        @Nullable RejectionException failure = null;
        for (X509Certificate anchor : bundle.anchors()) {
            if (!anchor.getSubjectX500Principal().equals(top.getIssuerX500Principal())) {
                continue;
            }
            CaPath path = new CaPath(issuers, anchor);
            try {
                path.check(bundle.trustDomain(), bundle.revocations(), now);
                path.checkKeptApart(bundle.trustDomain(), shared.of(anchor));
                path.validate(rememberedFacts, now);
                if (issuers.isEmpty()) {
                    path.checkLeaf(leaf, rememberedFacts, signatures, now);
                }
                return path;
            } catch (RejectionException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        throw new RejectionException(
                issuers.size(),
                Rule.NO_ANCHOR,
                "its issuer " + PeerText.quote(top.getIssuerX500Principal().getName())
                        + " is no anchor of trust domain " + bundle.trustDomain());
    }
}
