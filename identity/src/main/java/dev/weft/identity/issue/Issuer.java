package dev.weft.identity.issue;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.PrivateKeys;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The certificate authority of one trust domain. It signs the SVIDs of its workloads. Safe for use by many threads. */
public final class Issuer {

    private final TrustDomain trustDomain;
    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Instant notAfter;
    private final SignatureProvider signatures;
    private final String algorithm;
    /** The key in the form of the provider that computes the signatures. Translating it takes as long as signing. */
    private final PrivateKey signingKey;

    private final LeafEncoding encoding;
    /** The latest result of {@link #signingBy}. */
    private volatile @Nullable Issuer other;

    private Issuer(TrustDomain trustDomain, List<X509Certificate> chain, PrivateKey key, SignatureProvider signatures) {
        this.signatures = signatures;
        this.trustDomain = trustDomain;
        this.chain = chain;
        this.key = key;
        this.notAfter = chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .reduce(TrustAnchors::earliest)
                .orElseThrow();
        this.algorithm = KeyPairs.signatureAlgorithm(chain.getFirst().getPublicKey());
        this.signingKey = signatures.translate(key);
        this.encoding = new LeafEncoding(chain.getFirst(), algorithm);
    }

    /**
     * Creates an issuer from its certificate and key.
     *
     * @param chain the issuer's certificate first, then the certificates between it and the anchor; without the anchor
     * @throws IllegalArgumentException if the certificate is not a CA of the trust domain or the key does not belong to
     *     it
     */
    public static Issuer load(TrustDomain trustDomain, List<X509Certificate> chain, PrivateKey key) {
        requireNonNull(trustDomain, "trustDomain");
        requireNonNull(key, "key");
        List<X509Certificate> copy = List.copyOf(chain);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException(
                    "issuer of " + trustDomain + ": no certificate (expected: its own first)");
        }
        PublicKey publicKey = copy.getFirst().getPublicKey();
        if (!KeyPairs.isAcceptedOfIssuer(publicKey) || !PrivateKeys.matches(key, publicKey)) {
            throw new IllegalArgumentException("issuer of " + trustDomain
                    + ": the private key does not belong to the certificate, or is neither on P-256 nor P-384 nor RSA"
                    + " of 2048 to 4096 bits");
        }
        try {
            for (X509Certificate certificate : copy) {
                SvidProfile.checkIssuer(certificate, trustDomain);
            }
        } catch (SvidViolationException e) {
            throw new IllegalArgumentException("issuer of " + trustDomain + ": " + e.getMessage(), e);
        }
        return new Issuer(trustDomain, copy, key, SignatureProvider.JDK);
    }

    /**
     * Creates a new issuer with a new key on P-256, signed by the anchor.
     *
     * @throws IssuingException if {@link TrustAnchors#signIssuer} refuses
     */
    public static Issuer createUnder(TrustAnchor anchor, TrustDomain trustDomain, Duration lifetime, Instant now) {
        KeyPair keys = KeyPairs.generateP256();
        X509Certificate certificate = TrustAnchors.signIssuer(anchor, keys.getPublic(), trustDomain, lifetime, now);
        return new Issuer(trustDomain, List.of(certificate), keys.getPrivate(), SignatureProvider.JDK);
    }

    /** Returns this issuer with another provider that computes the signatures. */
    public Issuer signingBy(SignatureProvider provider) {
        Issuer last = other;
        if (last == null || last.signatures != provider) {
            last = new Issuer(trustDomain, chain, key, provider);
            other = last;
        }
        return last;
    }

    /** The trust domain whose workloads get certificates from this issuer. */
    public TrustDomain trustDomain() {
        return trustDomain;
    }

    /** The issuer's own certificate first, then the certificates above it, without the anchor. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The private key. Store it only where no other user can read it. */
    public PrivateKey key() {
        return key;
    }

    /** The earliest end of the chain's certificates. No certificate that it signs ends later. */
    public Instant notAfter() {
        return notAfter;
    }

    /**
     * Signs an SVID. Its validity begins {@link TrustAnchors#CLOCK_SKEW} before now and ends no later than the chain's.
     *
     * @return the leaf, then the issuer's chain
     * @throws IssuingException if the identity is not a workload of the trust domain, the key is neither on P-256 nor
     *     P-384, the lifetime is not positive or the issuer has expired
     */
    public List<X509Certificate> issue(PublicKey key, SpiffeId id, Duration lifetime, Instant now) {
        return issue(key, id, Holder.UNKNOWN, lifetime, now, Instant.EPOCH);
    }

    /**
     * Signs an SVID whose validity begins no earlier than a given time. Use it for the time of an identity's
     * revocation: certificates that begin before are refused.
     *
     * @param holder which of all that have the identity the SVID is for
     * @param earliestStart whole seconds; not after now
     * @return the leaf, then the issuer's chain
     * @throws IssuingException as above, and if the earliest start is after now
     */
    public List<X509Certificate> issue(
            PublicKey key, SpiffeId id, Holder holder, Duration lifetime, Instant now, Instant earliestStart) {
        checkRequest(key, id, lifetime);
        Instant present = now.truncatedTo(ChronoUnit.SECONDS);
        if (earliestStart.isAfter(present)) {
            throw new IssuingException("certificates of " + id + " begin at " + earliestStart + " (now: " + now + ")");
        }
        Instant skewed = present.minus(TrustAnchors.CLOCK_SKEW);
        Instant notBefore = skewed.isBefore(earliestStart) ? earliestStart : skewed;
        Instant end = TrustAnchors.earliest(present.plus(lifetime), notAfter);
        if (!end.isAfter(now)) {
            throw new IssuingException("no certificate for " + id + ": the issuer of " + trustDomain + " expired at "
                    + notAfter + " (now: " + now + "), or the lifetime is below a second; install a new issuer");
        }
        List<X509Certificate> issued = new ArrayList<>(chain.size() + 1);
        issued.add(sign(key, id, holder, notBefore, end));
        issued.addAll(chain);
        return List.copyOf(issued);
    }

    private void checkRequest(PublicKey publicKey, SpiffeId id, Duration lifetime) {
        TrustAnchors.requirePositive(lifetime);
        if (!id.trustDomain().equals(trustDomain)) {
            throw new IssuingException(
                    "no certificate for " + id + ": this is the issuer of trust domain " + trustDomain);
        }
        if (!id.hasPath()) {
            throw new IssuingException("no certificate for " + id + ": it names no workload (expected: a path)");
        }
        if (!KeyPairs.isAccepted(publicKey)) {
            throw new IssuingException("no certificate for " + id + ": its key is of algorithm "
                    + publicKey.getAlgorithm() + " (expected: P-256 or P-384)");
        }
    }

    private X509Certificate sign(PublicKey publicKey, SpiffeId id, Holder holder, Instant notBefore, Instant end) {
        try {
            byte[] toBeSigned =
                    encoding.toBeSigned(CertificateSigning.serialNumber(), notBefore, end, publicKey, id, holder);
            Signature signer = signatures.signature(algorithm);
            signer.initSign(signingKey);
            signer.update(toBeSigned);
            return Certificates.decode(encoding.certificate(toBeSigned, signer.sign()));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IssuingException("the certificate of " + id + " cannot be signed: " + e.getMessage(), e);
        }
    }

    /** Leaves out the key. */
    @Override
    public String toString() {
        return "Issuer[" + trustDomain + ", until " + notAfter + "]";
    }
}
