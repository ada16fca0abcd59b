package dev.weft.proxy.identity;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import io.netty.util.ReferenceCountUtil;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** A certificate authority of its own for each test. */
public final class TestCredentials {
    private final List<Credentials> issued = new ArrayList<>();
    private final Clock clock;
    private final TrustDomain domain;
    private final TrustAnchor anchor;
    private volatile Issuer issuer;

    public TestCredentials(String domain, Clock clock) {
        this.clock = clock;
        this.domain = TrustDomain.parse(domain);
        this.anchor = TrustAnchors.create("test", Duration.ofDays(10), clock);
        this.issuer = Issuer.createUnder(anchor, this.domain, Duration.ofDays(5), clock.instant());
    }

    public TrustBundle bundle() {
        return TrustBundle.of(domain, List.of(anchor.certificate()));
    }

    /** With these revocations, of these state; the sequence is 2. */
    public TrustBundle bundle(TrustBundle.State state, Revocations revocations) {
        return new TrustBundle(domain, List.of(anchor.certificate()), state, 2, revocations, List.of());
    }

    /** The key that signs. */
    public SpkiFingerprint issuerKey() {
        return SpkiFingerprint.of(issuer.chain().getFirst().getPublicKey());
    }

    /** From now on another issuer signs, under the same anchor. */
    public void rotateIssuer() {
        issuer = Issuer.createUnder(anchor, domain, Duration.ofDays(5), clock.instant());
    }

    public SpiffeId id(String serviceAccount) {
        return SpiffeId.ofServiceAccount(domain, "shop", serviceAccount);
    }

    public Credentials issue(String serviceAccount, Duration lifetime, TrustBundles trusted) {
        KeyPair keys = KeyPairs.generateP256();
        SpiffeId id = id(serviceAccount);
        X509Svid svid =
                new X509Svid(id, issuer.issue(keys.getPublic(), id, lifetime, clock.instant()), keys.getPrivate());
        try {
            Credentials credentials = new TlsContexts(trusted, clock).credentials(svid);
            issued.add(credentials);
            return credentials;
        } catch (SSLException e) {
            throw new IllegalStateException("credentials of " + id, e);
        }
    }

    /** Frees the native part of what was issued. */
    public void close() {
        issued.forEach(credentials -> {
            ReferenceCountUtil.release(credentials.client());
            ReferenceCountUtil.release(credentials.server());
        });
    }
}
