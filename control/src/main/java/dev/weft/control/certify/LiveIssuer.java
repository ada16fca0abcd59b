package dev.weft.control.certify;

import dev.weft.control.state.ControlState;
import dev.weft.control.state.IssuingMaterial;
import dev.weft.control.state.RetiredAuthority;
import dev.weft.control.state.RetiredAuthority.Kind;
import dev.weft.control.state.RetiredAuthority.Standing;
import dev.weft.control.trust.OwnAuthorities;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer in use, and with it what the bundle says of the anchors. The files of the state directory decide: they are
 * read again whenever {@link #reload} is called. A new issuer is first proven by a throw-away SVID, and waits until every
 * proxy that is connected trusts its anchor. One that fails is reported and the old one stays. Safe for use by several
 * threads; readers take no lock.
 */
public final class LiveIssuer {

    private static final Logger LOG = LoggerFactory.getLogger(LiveIssuer.class);

    private final ControlState state;
    private final TrustSource trust;
    private final Clock clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Followers followers = Followers.NONE;
    private volatile @Nullable IssuingMaterial current;
    private volatile String problem = "";

    /**
     * Reads and proves the issuer.
     *
     * @throws StateException if it cannot be used
     */
    public LiveIssuer(ControlState state, TrustSource trust, Clock clock) {
        this.state = state;
        this.trust = trust;
        this.clock = clock;
        reload();
        if (current == null) {
            throw new StateException(problem);
        }
    }

    /** From now on a new issuer waits for these. */
    public void follow(Followers proxies) {
        followers = proxies;
    }

    /** Has the listener called when another issuer has come into use, on the thread that found it. */
    public void onNewIssuer(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Reads the files again and takes what is new into use if it works.
     *
     * @return whether issuer or anchors changed
     */
    public boolean reload() {
        // Where another control plane leads, that one has waited.
        return reload(state.leadership().leads() ? followers : Followers.NONE);
    }

    /** As {@link #reload}, without waiting for proxies: for those who have waited themselves. */
    public boolean reloadAtOnce() {
        return reload(Followers.NONE);
    }

    private boolean reload(Followers waitsFor) {
        IssuingMaterial before = current;
        boolean changed = readAgain(waitsFor);
        IssuingMaterial after = current;
        if (before != null && after != null && !sameIssuer(before, after)) {
            listeners.forEach(Runnable::run);
        }
        return changed;
    }

    private synchronized boolean readAgain(Followers waitsFor) {
        try {
            IssuingMaterial read = state.read();
            IssuingMaterial old = current;
            if (old != null && old.fingerprint().equals(read.fingerprint())) {
                problem = "";
                return false;
            }
            OwnAuthorities wanted = authorities(read);
            IssuerProof.prove(read.issuer(), trust.candidate(wanted), clock.instant());
            if (old == null || sameIssuer(old, read) || !waitsFor.any()) {
                return take(read, wanted);
            }
            return follow(old, read, wanted, waitsFor);
        } catch (IOException | UncheckedIOException | StateException | IllegalArgumentException | IssuingException e) {
            report("the issuer in " + state.directory() + " cannot be used: " + e.getMessage());
            return false;
        }
    }

    /** Proxies are connected: first the anchors go out to them, then, when all have them, the issuer is taken. */
    private boolean follow(IssuingMaterial old, IssuingMaterial read, OwnAuthorities wanted, Followers waitsFor) {
        try {
            IssuerProof.prove(old.issuer(), trust.candidate(wanted), clock.instant());
        } catch (StateException e) {
            throw new StateException(
                    "anchor.pem lacks the anchor of the issuer in use, whose certificates the proxies hold: keep both "
                            + "anchors in it until all have certificates of the new issuer",
                    e);
        }
        boolean published = trust.changeOwn(own -> merged(own, wanted));
        String behind = waitsFor.behind();
        if (behind.isEmpty()) {
            take(read, wanted);
            return true;
        }
        report("the issuer in " + state.directory() + " waits until every proxy trusts its anchor: " + behind);
        return published;
    }

    private boolean take(IssuingMaterial read, OwnAuthorities wanted) {
        trust.changeOwn(own -> merged(own, wanted));
        boolean another = current == null || !sameIssuer(current, read);
        current = read;
        problem = "";
        if (another) {
            X509Certificate certificate = read.issuer().chain().getFirst();
            LOG.atInfo()
                    .addKeyValue("serialNumber", certificate.getSerialNumber().toString(16))
                    .addKeyValue("notAfter", read.issuer().notAfter())
                    .log("issuer in use");
        }
        return true;
    }

    /** The issuer, unless it has ended. */
    public Optional<Issuer> usable() {
        Issuer issuer = issuer();
        return clock.instant().isBefore(issuer.notAfter()) ? Optional.of(issuer) : Optional.empty();
    }

    /** The issuer, even when it has ended. */
    public Issuer issuer() {
        return material().issuer();
    }

    /** The anchors and issuers on their way out. */
    public List<RetiredAuthority> retired() {
        return material().retired();
    }

    /** The end of the issuer's chain. */
    public Instant notAfter() {
        return issuer().notAfter();
    }

    /** Why the files as they are now are not in use; empty when they are. */
    public String problem() {
        return problem;
    }

    private IssuingMaterial material() {
        IssuingMaterial now = current;
        if (now == null) {
            throw new IllegalStateException("no issuer: the constructor has not ended");
        }
        return now;
    }

    private void report(String text) {
        if (!text.equals(problem)) {
            LOG.atError().addKeyValue("problem", text).log("issuer refused");
        }
        problem = text;
    }

    private static boolean sameIssuer(IssuingMaterial one, IssuingMaterial other) {
        return one.issuer().chain().equals(other.issuer().chain());
    }

    /** What the files say of this trust domain's authorities. */
    private OwnAuthorities authorities(IssuingMaterial material) {
        List<X509Certificate> anchors = new ArrayList<>(material.anchors());
        // A tainted anchor stays in the bundle so that what it proved stands; it proves nothing new there.
        for (RetiredAuthority authority : material.retired()) {
            if (authority.kind() == Kind.ANCHOR
                    && authority.standing() == Standing.TAINTED
                    && !anchors.contains(authority.certificate())) {
                anchors.add(authority.certificate());
            }
        }
        return trust.own()
                .withAnchors(anchors)
                .without(keys(material, Standing.TAINTED), keys(material, Standing.REVOKED));
    }

    /** Other parts of the authorities may have changed since these were put together. */
    private static OwnAuthorities merged(OwnAuthorities own, OwnAuthorities wanted) {
        return own.withAnchors(wanted.anchors()).without(wanted.tainted(), wanted.revoked());
    }

    private static Set<SpkiFingerprint> keys(IssuingMaterial material, Standing standing) {
        return material.retired().stream()
                .filter(authority -> authority.standing() == standing)
                .map(RetiredAuthority::key)
                .collect(Collectors.toSet());
    }
}
