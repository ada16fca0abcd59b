package dev.weft.control.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The control plane's own SVID: issued in-process, with a new key each time. */
final class OwnSvid {

    private final SpiffeId id;
    private final Duration lifetime;
    private final ReplaceableCertificate shown = new ReplaceableCertificate();
    private volatile Instant renewAt = Instant.EPOCH;

    OwnSvid(SpiffeId id, Duration lifetime) {
        this.id = id;
        this.lifetime = lifetime;
    }

    /**
     * Takes a new SVID. The issuer is asked for under the lock: a thread that was slower would else replace the SVID of
     * a new issuer by one of its predecessor.
     *
     * @param usable returns the present issuer; empty if there is none, and the present SVID then stays
     * @param always also if no new SVID is due
     */
    synchronized void renew(Supplier<Optional<Issuer>> usable, boolean always, Instant now) {
        if (!always && !due(now)) {
            return;
        }
        Optional<Issuer> issuer = usable.get();
        if (issuer.isPresent()) {
            renew(issuer.get(), now);
        }
    }

    @GuardedBy("this")
    private void renew(Issuer issuer, Instant now) {
        KeyPair keys = KeyPairs.generateP256();
        List<X509Certificate> chain = issuer.issue(keys.getPublic(), id, lifetime, now);
        Instant end = chain.getFirst().getNotAfter().toInstant();
        shown.replace(chain, keys.getPrivate());
        renewAt = now.plus(Duration.between(now, end).dividedBy(2));
    }

    /**
     * Whether a new SVID is due: half of the lifetime has passed, or it has not begun. In the latter case the clock was
     * set back, and every peer with the right time refuses the SVID.
     */
    boolean due(Instant now) {
        List<X509Certificate> chain = shown.chain();
        return !now.isBefore(renewAt)
                || chain.isEmpty()
                || now.isBefore(chain.getFirst().getNotBefore().toInstant());
    }

    /** Returns the time at half of the present SVID's lifetime; the epoch if there is none. */
    Instant renewAt() {
        return renewAt;
    }

    /** Returns the end of the present SVID; the epoch if there is none. */
    Instant notAfter() {
        List<X509Certificate> chain = shown.chain();
        return chain.isEmpty() ? Instant.EPOCH : chain.getFirst().getNotAfter().toInstant();
    }

    /** Returns the certificate that handshakes show. */
    ReplaceableCertificate shown() {
        return shown;
    }
}
