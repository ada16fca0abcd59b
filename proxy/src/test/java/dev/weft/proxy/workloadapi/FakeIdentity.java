package dev.weft.proxy.workloadapi;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.jwt.JwtSigningKey;
import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A workload with a CA of its own: what it has is what the test says. */
final class FakeIdentity implements ServedIdentity {
    static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    static final TrustDomain OTHER = TrustDomain.parse("other.example");
    static final SpiffeId ID = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");

    final JwtSigningKey jwtKey = JwtSigningKey.generate();
    final TrustAnchor anchor = TrustAnchors.create("own", Duration.ofDays(1), Clock.systemUTC());
    final TrustAnchor otherAnchor = TrustAnchors.create("other", Duration.ofDays(1), Clock.systemUTC());
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofHours(20), Instant.now());

    volatile TrustBundles bundles = TrustBundles.of(
            bundle(DOMAIN, anchor, TrustBundle.State.ACTIVE, Revocations.NONE),
            bundle(OTHER, otherAnchor, TrustBundle.State.ACTIVE, Revocations.NONE));
    volatile X509Svid svid = fresh();
    volatile @Nullable Throwable failure;
    /** What is answered to whoever asks for the certificate, in place of it. */
    volatile @Nullable CompletableFuture<X509Svid> awaited;

    /** How often the certificate has been asked for. */
    final AtomicInteger asked = new AtomicInteger();

    TrustBundle bundle(TrustDomain domain, TrustAnchor of, TrustBundle.State state, Revocations revocations) {
        return new TrustBundle(domain, List.of(of.certificate()), state, 1, revocations, List.of(jwtKey.authority()));
    }

    X509Svid fresh() {
        KeyPair keys = KeyPairs.generateP256();
        return X509Svid.of(issuer.issue(keys.getPublic(), ID, Duration.ofHours(1), Instant.now()), keys.getPrivate());
    }

    private <T> CompletableFuture<T> unlessFailing(T value) {
        Throwable thrown = failure;
        return thrown == null ? CompletableFuture.completedFuture(value) : CompletableFuture.failedFuture(thrown);
    }

    @Override
    public SpiffeId id() {
        return ID;
    }

    @Override
    public CompletableFuture<TrustBundles> bundles() {
        return unlessFailing(bundles);
    }

    @Override
    public CompletableFuture<X509Svid> x509Svid() {
        CompletableFuture<X509Svid> answer = awaited;
        asked.incrementAndGet();
        return answer == null ? unlessFailing(svid) : answer;
    }

    @Override
    public CompletableFuture<JwtSvid> jwtSvid(List<String> audiences) {
        return unlessFailing(jwtKey.sign(ID, audiences, "1", now(), now().plusSeconds(60)));
    }

    @Override
    public Instant now() {
        return Instant.now();
    }
}
