package dev.weft.control.federation;

import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A trust domain that the test has the keys of. */
final class Domain {

    final TrustDomain name;
    final TrustAnchor anchor = anchor();

    Domain(String name) {
        this.name = TrustDomain.parse(name);
    }

    static TrustAnchor anchor() {
        return TrustAnchors.create("an anchor", Duration.ofDays(10), Clock.systemUTC());
    }

    SpiffeId id(String serviceAccount) {
        return SpiffeId.ofServiceAccount(name, "weft-system", serviceAccount);
    }

    List<X509Certificate> chain(TrustAnchor under, SpiffeId id, KeyPair keys) {
        return Issuer.createUnder(
                        under, name, Duration.ofDays(1), Clock.systemUTC().instant())
                .issue(
                        keys.getPublic(),
                        id,
                        Duration.ofHours(1),
                        Clock.systemUTC().instant());
    }

    /** Shows an SVID of this identity, its chain up to this anchor. */
    ReplaceableCertificate svid(TrustAnchor under, String serviceAccount) {
        ReplaceableCertificate shown = new ReplaceableCertificate();
        show(shown, under, serviceAccount);
        return shown;
    }

    void show(ReplaceableCertificate on, TrustAnchor under, String serviceAccount) {
        KeyPair keys = KeyPairs.generateP256();
        on.replace(chain(under, id(serviceAccount), keys), keys.getPrivate());
    }

    /** A bundle with these anchors, without a hint, so that it is asked for again soon. */
    static String document(long sequence, TrustAnchor... anchors) {
        return SpiffeBundles.encode(new SpiffeBundle(
                Arrays.stream(anchors).map(TrustAnchor::certificate).toList(),
                List.of(),
                OptionalLong.of(sequence),
                Optional.empty()));
    }
}
